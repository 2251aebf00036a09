import type { AssociationType } from "../../model/association-types.ts";
import type { ObjectType } from "../../model/object-type.ts";
import type { BatchOutcome } from "../../model/record.ts";
import { chunk } from "../../util/chunk.ts";
import { forEachLimited } from "../chunks.ts";
import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import { requireId } from "../typed-records.ts";
import { readLinks, type WriteKind, writeLinks } from "./association-batches.ts";
import { type AssociationLabels, associationLabels } from "./association-labels.ts";
import { type Link, type LinkedRecord, linkedRecord, wireType } from "./association-wire.ts";
import type { Rest } from "./rest.ts";

/** One record of any object. */
export interface RecordRef {
  /** `contacts`, `0-1`, `2-345` … */
  readonly object: ObjectType;
  /** HubSpot's record id, decimal digits. */
  readonly id: string;
}

/**
 * Associations between records. Adding is repeatable: a pair that is associated already stays so. Batch methods take any
 * number of inputs and give each exactly one outcome, in input order.
 */
export interface AssociationsApi {
  /** What a record is associated with, a page of 500 at a time. */
  list(from: RecordRef, to: ObjectType, options?: CallOptions): AsyncIterable<LinkedRecord>;
  /** Adds an association, keeping the types the pair has. Without `types`, HubSpot's default. */
  link(from: RecordRef, to: RecordRef, types?: readonly AssociationType[], options?: UpdateOptions): Promise<void>;
  /** Makes `types` the only ones of the pair: HubSpot drops every label that is not among them (hubspot-facts §7.4). */
  replace(
    from: RecordRef,
    to: RecordRef,
    types: readonly [AssociationType, ...AssociationType[]],
    options?: UpdateOptions,
  ): Promise<void>;
  /** Removes the given types, or everything between the two. Removing the type without a label removes every label too. */
  unlink(from: RecordRef, to: RecordRef, types?: readonly AssociationType[], options?: UpdateOptions): Promise<void>;
  /** A record without associations has an empty list. */
  batchRead(
    from: ObjectType,
    to: ObjectType,
    ids: readonly string[],
    options?: CallOptions,
  ): Promise<BatchOutcome<readonly LinkedRecord[]>[]>;
  batchLink(
    from: ObjectType,
    to: ObjectType,
    links: readonly Link[],
    options?: UpdateOptions,
  ): Promise<BatchOutcome<Link>[]>;
  batchUnlink(
    from: ObjectType,
    to: ObjectType,
    links: readonly Link[],
    options?: UpdateOptions,
  ): Promise<BatchOutcome<Link>[]>;
  /** The types and labels a pair of objects may be associated as. */
  labels(from: ObjectType, to: ObjectType): AssociationLabels;
}

const one = "/crm/objects/{version}/{fromType}/{fromId}/associations/{toType}";

export function associationsApi(rest: Rest): AssociationsApi {
  const single = async (
    kind: WriteKind,
    from: RecordRef,
    to: RecordRef,
    types: readonly AssociationType[] | undefined,
    options: UpdateOptions | undefined,
  ): Promise<void> => {
    const link = { fromId: from.id, toId: to.id, ...(types === undefined ? {} : { types }) };
    const [outcome] = await writeLinks(rest, kind, { from: from.object, to: to.object, options }, [link]);
    if (outcome?.ok === false) throw outcome.error;
  };
  return {
    async *list(from, to, options) {
      requireId(from.id);
      const path = { fromType: from.object, fromId: from.id, toType: to };
      const request = { about: from.object, path, query: { limit: 500 }, options };
      for await (const entry of rest.pages(`GET ${one}`, request)) yield linkedRecord(entry);
    },
    link: (from, to, types, options) => single("link", from, to, types, options),
    async replace(from, to, types, options) {
      requireId(from.id);
      requireId(to.id);
      const path = { fromType: from.object, fromId: from.id, toType: to.object, toId: to.id };
      await rest.call(`PUT ${one}/{toId}`, { about: from.object, path, body: types.map(wireType), options });
    },
    unlink: (from, to, types, options) => single("unlink", from, to, types, options),
    async batchRead(from, to, ids, options) {
      for (const id of ids) requireId(id);
      const found = new Map<string, LinkedRecord[]>(ids.map((id) => [id, []]));
      await forEachLimited(chunk([...found.keys()], 1_000), (part) =>
        readLinks(rest, { from, to, options }, part, (id, link) => found.get(id)?.push(link)),
      );
      return ids.map((id, index) => ({ index, ok: true, value: found.get(id) ?? [] }));
    },
    batchLink: (from, to, links, options) => writeLinks(rest, "link", { from, to, options }, links),
    batchUnlink: (from, to, links, options) => writeLinks(rest, "unlink", { from, to, options }, links),
    labels: (from, to) => associationLabels(rest, from, to),
  };
}
