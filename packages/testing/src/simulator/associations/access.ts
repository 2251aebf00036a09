import { requireAssociations } from "../admission.ts";
import { objectNotFound, validationError } from "../base/api-error.ts";
import { objectsOf } from "../base/objects-of.ts";
import { textOf, wholeOf } from "../base/text-of.ts";
import { type Call, storeNamed } from "../routing/call.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { AssociationType } from "./definitions.ts";
import type { Node } from "./graph.ts";

/** Two object types named by a route. */
export interface Ends {
  readonly from: ObjectStore;
  readonly to: ObjectStore;
}

export function endsOf(call: Call): Ends {
  const { fromType, objectType, toType = "" } = call.params;
  return { from: storeNamed(call, fromType ?? objectType ?? ""), to: storeNamed(call, toType) };
}

/** A live record as an end of an association; merged ids lead to the survivor. */
export function nodeOf(store: ObjectStore, id: unknown): Node {
  const record = store.records.resolve(textOf(id));
  if (record === undefined || record.archivedAt !== undefined) {
    throw objectNotFound(`Object not found. objectId: ${textOf(id)}, objectTypeId: ${store.type.id}`);
  }
  return { type: store.type.id, id: record.id };
}

/** `[{ associationCategory, associationTypeId }]` as types of this pair. */
export function typesOf(call: Call, { from, to }: Ends, value: unknown): AssociationType[] {
  if (!Array.isArray(value)) throw validationError("association types must be an array");
  if (value.length === 0) throw validationError("at least one association type is required");
  return objectsOf(value, "types").map(({ associationCategory, associationTypeId }) => {
    const { definitions } = call.portal.associations;
    return definitions.get(from.type.id, to.type.id, textOf(associationCategory), wholeOf(associationTypeId));
  });
}

/** The plain type of a pair, or HubSpot's refusal where the pair has none. */
export function plainType(call: Call, { from, to }: Ends): AssociationType {
  const plain = call.portal.associations.definitions.unlabelled(from.type.id, to.type.id);
  if (plain !== undefined) return plain;
  throw validationError(`${from.type.name} and ${to.type.name} have no default association`);
}

export interface Neighbour {
  readonly id: string;
  readonly types: readonly AssociationType[];
}

/** A page of live neighbours in order of their ids; the cursor is the next one's id. */
export function neighboursOf(
  call: Call,
  from: Node,
  to: ObjectStore,
  limit: number,
  after: string | undefined,
): { found: readonly Neighbour[]; next: string | undefined } {
  if (after !== undefined && !/^\d+$/.test(after)) throw validationError(`Invalid after cursor: ${after}`);
  const { graph, definitions } = call.portal.associations;
  const all = [...graph.neighbours(from, to.type.id)]
    .filter(([id]) => to.records.find(id)?.archivedAt === undefined && to.records.find(id) !== undefined)
    .sort(([a], [b]) => Number(a) - Number(b));
  const start = after === undefined ? 0 : all.findIndex(([id]) => Number(id) >= Number(after));
  const rest = start < 0 ? [] : all.slice(start);
  const found = rest.slice(0, limit).map(([id, types]) => ({
    id,
    types: [...types.values()].filter(
      (type) => definitions.find(from.type, to.type.id, type.category, type.typeId) !== undefined,
    ),
  }));
  return { found, next: rest[limit]?.[0] };
}

export function viewTypes(types: readonly AssociationType[]): Record<string, unknown>[] {
  return [...types]
    .sort((a, b) => a.typeId - b.typeId)
    .map(({ category, typeId, label }) => ({ category, typeId, label }));
}

/** The links that a create asks for: checked before it, made after it. */
export function plannedLinks(call: Call, from: ObjectStore, value: unknown): (id: string) => void {
  if (value === undefined || value === null) return () => {};
  if (!Array.isArray(value)) throw validationError("associations must be an array");
  if (value.length > 0) requireAssociations(call.app, call.version);
  const { definitions } = call.portal.associations;
  const planned = value.map((raw: unknown) => {
    const { to, types } = (raw ?? {}) as { to?: { id?: unknown } | null; types?: unknown };
    if (!Array.isArray(types) || types.length === 0) throw validationError("an association needs types");
    const resolved = objectsOf(types, "types").map((type) =>
      definitions.startingAt(from.type.id, textOf(type.associationCategory), wholeOf(type.associationTypeId)),
    );
    return { node: nodeOf(storeNamed(call, resolved[0]!.to), to?.id), resolved };
  });
  return (id) => {
    call.portal.associations.as(call.app.source, (graph) => {
      for (const { node, resolved } of planned) graph.link({ type: from.type.id, id }, node, resolved);
    });
  };
}
