import { decideField } from "../../conflict/decide.ts";
import type { Decision } from "../../conflict/types.ts";
import type { FieldOf } from "../../crypto/field-hash.ts";
import type { AssociationType } from "../../model/association-types.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { hashOf, isAged } from "../observe/fields.ts";
import type { Session, SyncScope } from "../scope.ts";
import { type BoundAssociation, fieldNameOf } from "./association.ts";
import type { AssociatedRecord, RemoteAssociations } from "./remote-associations.ts";

/** A linked record whose associations are looked at. */
export interface LinkedRecord {
  readonly link: LinkRow;
  readonly local: LocalRecord;
  /** Whether only the local side may have changed: then an unchanged reference costs no call. */
  readonly localOnly: boolean;
}

/** An association of one record as both sides have it, by the other record's local id, and what is to be done. */
export interface AssociationLook {
  readonly record: LinkedRecord;
  readonly association: BoundAssociation;
  readonly decision: Decision;
  /** Whether both sides ever agreed on one, and who changed it since. */
  readonly agreed: boolean;
  readonly localChanged: boolean;
  readonly remoteChanged: boolean;
  /** Unchanged, and its base is under another key than the current one, or another record's id. */
  readonly aged: boolean;
  readonly local: string | null;
  readonly remote: string | null;
  /** In HubSpot: the record to associate with, and the one associated now. */
  readonly wantedId: string | null;
  readonly currentId: string | null;
  /** Everything `currentId` is associated as. */
  readonly currentTypes: readonly AssociationType[];
}

/**
 * Compares one association of some records with what both sides last agreed on. A reference to a record that is not
 * linked says nothing yet: nothing is done until it is, and neither side is cleared for it. The same holds where
 * several records are associated and none of them is the one that was agreed on.
 */
export async function lookAtAssociation(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal">,
  port: RemoteAssociations,
  association: BoundAssociation,
  records: readonly LinkedRecord[],
): Promise<readonly AssociationLook[]> {
  const known = await Promise.all(records.map((record) => unchangedLocally(scope, association, record)));
  const asked = records.filter(({ localOnly }, i) => !(localOnly && known[i] === true));
  if (asked.length === 0) return [];
  const { tenant, object: from } = scope;
  const path = {
    tenant,
    from,
    to: association.object,
    lane: session.lane,
    ...(session.signal && { signal: session.signal }),
  };
  const found = await port.read(
    path,
    asked.map(({ link }) => link.hubspotId),
  );
  const associated = asked.map(({ link }) =>
    (found.get(link.hubspotId) ?? []).filter((one) => isOfType(one, association.type)),
  );
  const links = await otherLinks(scope, association, asked, associated);
  const lost = await goneAmong(scope, session, association, asked, associated);
  return Promise.all(
    asked.map((record, i) => look(scope, association, record, lost.has(record) ? null : (associated[i] ?? []), links)),
  );
}

/**
 * Records that had an association and show none: one that was merged away or archived is not asked for its associations,
 * or every reference to it would be cleared.
 */
async function goneAmong(
  { deps, tenant, object, sync }: SyncScope,
  { lane, signal }: Pick<Session, "lane" | "signal">,
  association: BoundAssociation,
  records: readonly LinkedRecord[],
  associated: readonly (readonly AssociatedRecord[])[],
): Promise<ReadonlySet<LinkedRecord>> {
  const bare = records.filter((record, i) => associated[i]?.length === 0 && baseOf(record, association) !== null);
  if (bare.length === 0) return new Set();
  const ids = bare.map(({ link }) => link.hubspotId);
  const { properties } = sync;
  const read = { tenant, object, ids, properties, history: false, lane, ...(signal && { signal }) };
  const alive = new Set(
    (await deps.remote.read(read)).flatMap(({ asked, id, archived }) => (asked === id && !archived ? [id] : [])),
  );
  return new Set(bare.filter(({ link }) => !alive.has(link.hubspotId)));
}

export function isOfType({ types }: AssociatedRecord, { category, typeId }: AssociationType): boolean {
  return types.some((type) => type.typeId === typeId && type.category === category);
}

function referenceOf({ local }: LinkedRecord, { localField }: BoundAssociation): string | null {
  const value = local.values[localField] ?? null;
  return value === null || value === "" ? null : String(value);
}

function baseOf({ link }: LinkedRecord, association: BoundAssociation): FieldBase | null {
  return link.base[fieldNameOf(association)] ?? null;
}

/** A pair that was taken over compares with what its predecessor agreed on, under that one's id, until it agrees itself. */
function hashedFor(
  scope: SyncScope,
  association: BoundAssociation,
  { link }: LinkedRecord,
  base: FieldBase | null,
): FieldOf {
  return hashOf(scope, base?.heirOf ?? link.localId, fieldNameOf(association));
}

async function unchangedLocally(
  scope: SyncScope,
  association: BoundAssociation,
  record: LinkedRecord,
): Promise<boolean> {
  const base = baseOf(record, association);
  if (base === null) return false;
  const of = hashedFor(scope, association, record, base);
  return scope.deps.hasher.matches(base.local, of, referenceOf(record, association));
}

interface OtherLinks {
  readonly byLocal: ReadonlyMap<string, string>;
  readonly byHubspot: ReadonlyMap<string, string>;
}

async function otherLinks(
  { deps, tenant }: SyncScope,
  association: BoundAssociation,
  records: readonly LinkedRecord[],
  associated: readonly (readonly AssociatedRecord[])[],
): Promise<OtherLinks> {
  const { links } = deps.storage;
  const references = records.flatMap((record) => referenceOf(record, association) ?? []);
  const ids = associated.flatMap((some) => some.map(({ id }) => id));
  const [byLocal, byHubspot] = await Promise.all([
    references.length === 0 ? [] : links.byLocalIds(tenant, association.sync, [...new Set(references)]),
    ids.length === 0 ? [] : links.byHubspotIds(tenant, association.sync, [...new Set(ids)]),
  ]);
  const linked = [...byLocal, ...byHubspot].filter(({ state }) => state === "linked");
  return {
    byLocal: new Map(linked.map(({ localId, hubspotId }) => [localId, hubspotId])),
    byHubspot: new Map(linked.map(({ localId, hubspotId }) => [hubspotId, localId])),
  };
}

async function look(
  scope: SyncScope,
  association: BoundAssociation,
  record: LinkedRecord,
  associated: readonly AssociatedRecord[] | null,
  { byLocal, byHubspot }: OtherLinks,
): Promise<AssociationLook> {
  const base = baseOf(record, association);
  const { hasher } = scope.deps;
  const of = hashedFor(scope, association, record, base);
  const local = referenceOf(record, association);
  const current = await pick(associated ?? [], async ({ id }) => {
    const other = byHubspot.get(id) ?? null;
    return other !== null && (other === local || (base !== null && (await hasher.matches(base.remote, of, other))));
  });
  const remote = current === undefined ? null : (byHubspot.get(current.id) ?? null);
  const wantedId = local === null ? null : (byLocal.get(local) ?? null);
  const told = associated?.length === 0 || (current !== undefined && remote !== null);
  const side = async (value: string | null, present: boolean, stored: string | undefined) => ({
    present,
    value,
    canonical: value,
    changed: stored === undefined || stored === "" || !(await hasher.matches(stored, of, value)),
  });
  const reads = association.localField in record.local.values && (local === null || wantedId !== null);
  const here = await side(local, reads, base?.local);
  const there = await side(remote, told, base?.remote);
  const agreed = base !== null;
  const decision = decideField(
    {
      agreed,
      local: here,
      remote: there,
      equal: local === remote,
      settled: false,
    },
    { direction: association.direction, rule: association.owner, tie: association.owner },
  );
  return {
    record,
    association,
    decision,
    agreed,
    localChanged: agreed && here.changed,
    remoteChanged: agreed && there.changed,
    aged: decision.kind === "keep" && base !== null && (base.heirOf !== undefined || (await isAged(scope, base))),
    local,
    remote,
    wantedId,
    currentId: current?.id ?? null,
    currentTypes: current?.types ?? [],
  };
}

/** The one that is associated; of several, the one both sides know. None of several known ones: it cannot be told. */
async function pick(
  associated: readonly AssociatedRecord[],
  isKnown: (one: AssociatedRecord) => Promise<boolean>,
): Promise<AssociatedRecord | undefined> {
  if (associated.length <= 1) return associated[0];
  for (const one of associated) if (await isKnown(one)) return one;
  return undefined;
}
