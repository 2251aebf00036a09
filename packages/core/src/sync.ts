/** The sync engine: declaring, running and looking into two-way syncs. */
export { outcomeTable } from "./conflict/outcome-table.ts";
export type {
  ConflictInput,
  Direction,
  EditInterval,
  FieldRule,
  ResolveFunction,
  TieRule,
} from "./conflict/types.ts";
export { standardTransforms } from "./mapping/standard.ts";
export type { Transform, TransformCodec, TransformOptions } from "./mapping/transform.ts";
export type { ValueKind } from "./mapping/value-kind.ts";
export type { Lane } from "./model/lane.ts";
export type { Counts } from "./sync/apply/tally.ts";
export type { AssociationSpec, AssociationSpecs } from "./sync/associations/association.ts";
export type {
  AssociatedRecord,
  AssociationPath,
  AssociationWrite,
  RemoteAssociations,
} from "./sync/associations/remote-associations.ts";
export { defineSync } from "./sync/declare/define-sync.ts";
export {
  type DeclaredSync,
  type FieldSpecs,
  type HubspotValues,
  localFields,
  type SyncDefinition,
  type SyncTiming,
} from "./sync/declare/definition.ts";
export {
  type CodecField,
  type CodecOptions,
  codec,
  type DelimitedOptions,
  delimited,
  type FieldOptions,
  type FieldSpec,
  type FieldsOptions,
  field,
  fields,
  type PropertyField,
  type PropertyName,
} from "./sync/declare/field.ts";
export type { Conflict, ConflictQuery } from "./sync/engine/conflicts.ts";
export { createSyncs, type SyncHandle, type Syncs } from "./sync/engine/create-syncs.ts";
export type { AssociationExplanation, ExplainOptions, Explanation, FieldExplanation } from "./sync/engine/explain.ts";
export type { QuarantineRef } from "./sync/engine/quarantine.ts";
export type { SyncStatus, TenantSync } from "./sync/engine/tenant-sync.ts";
export type { SyncTimetable, TimetableChange } from "./sync/engine/timetable.ts";
export {
  functionSource,
  type RefusedWrite,
  type SourceFunctions,
  type SourceRecord,
} from "./sync/functions/function-source.ts";
export type { MappingInput } from "./sync/mappings/checked-rows.ts";
export type { MappingProblem, MappingSet, StoredMapping, TenantMappings } from "./sync/mappings/tenant-mappings.ts";
export { outcomeMatrix } from "./sync/matrix/outcome-matrix.ts";
export type { PlanExample } from "./sync/plan/count-plan.ts";
export type { RemoteCreate, RemotePort, RemoteRecord, RemoteWrite } from "./sync/remote-port.ts";
export type { SyncPlan } from "./sync/run/dry-run.ts";
export type { PassOptions, PassResult } from "./sync/run/full-pass.ts";
export type { Phase, SyncProgress } from "./sync/run/progress.ts";
export type { SyncDeps, SyncSettings, SyncStorage } from "./sync/scope.ts";
export type { TenantTimetable, TimetablePort, TimetableState, TimetableTiming } from "./sync/timetable-port.ts";
