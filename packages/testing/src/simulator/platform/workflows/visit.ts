import type { ObjectStore } from "../../state/object-store.ts";
import type { SimRecord } from "../../state/record.ts";
import type { Due } from "../agenda.ts";
import type { ActionDefinition } from "./action-registry.ts";
import type { WorkflowStep } from "./workflow.ts";

export type CustomStep = Exclude<WorkflowStep, { readonly set: unknown }>;

/** One record's way through one workflow. */
export interface Visit {
  readonly workflowId: number;
  readonly recordId: string;
  readonly enrollment: number;
  /** The step it is at. */
  index: number;
  /** What it is at is finished; nothing follows. */
  isLeaving: boolean;
  /** The custom action it is at. */
  asking: Asking | undefined;
}

/** A custom action that was begun. */
export interface Asking {
  readonly callbackId: string;
  readonly appId: number;
  readonly url: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly startedAt: number;
  /** When it is asked again, or how long it waits for its callback. */
  due: Due | undefined;
}

/** What an action is sent. */
export function payloadOf(
  portalId: number,
  { workflowId, enrollment, index }: Visit,
  { inputFields = {} }: CustomStep,
  callbackId: string,
  definition: ActionDefinition,
  store: ObjectStore,
  record: SimRecord,
): Record<string, unknown> {
  const read = (name: string) => store.records.read(record, record.snapshot, name) ?? null;
  const fields = Object.fromEntries(
    Object.entries(inputFields).map(([name, value]) => [
      name,
      typeof value === "string" ? value : read(value.property),
    ]),
  );
  const { requestedProperties: names } = definition;
  const properties =
    names.length === 0 ? {} : { properties: Object.fromEntries(names.map((name) => [name, read(name)])) };
  const [id, version] = [Number(definition.id), definition.revision];
  return {
    callbackId,
    origin: {
      portalId,
      actionDefinitionId: id,
      actionDefinitionVersion: version,
      actionExecutionIndexIdentifier: { enrollmentId: enrollment, actionExecutionIndex: index },
      extensionDefinitionId: id,
      extensionDefinitionVersionId: version,
    },
    context: { source: "WORKFLOWS", workflowId },
    object: { objectId: Number(record.id), objectType: store.type.singular.toUpperCase(), ...properties },
    fields,
    inputFields: fields,
  };
}
