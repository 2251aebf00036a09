import { decideField } from "../../conflict/decide.ts";
import type { Decision } from "../../conflict/types.ts";
import type { FieldOf } from "../../crypto/field-hash.ts";
import type { AssociationType } from "../../model/association-types.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { FieldBase, LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { hashOf, isAged } from "../observe/fields.ts";
import type { Session, SyncScope } from "../scope.ts";
import { type BoundAssociation, fieldNameOf, typeOf } from "./association.ts";
import { associatedBy, type Known, leftOver } from "./current.ts";
import { agreedOn, bare, isDecided, markIn } from "./mark.ts";
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
  /** What both sides last agreed on, null where they never did, and who changed it since. */
  readonly base: FieldBase | null;
  readonly localChanged: boolean;
  readonly remoteChanged: boolean;
  /** Unchanged, and its base is under another key than the current one, or another record's id, or has a mark. */
  readonly aged: boolean;
  /** A conflict that was told when the same was tried before. */
  readonly retold: boolean;
  /** Nothing of what its mark says was sent is there: from then on it is whoever says it. */
  readonly missed: boolean;
  /** Another worker's write may be under way until then. */
  readonly busyUntil: EpochMs;
  readonly local: string | null;
  readonly remote: string | null;
  /** In HubSpot: the record to associate with, and the one associated now. */
  readonly wantedId: string | null;
  readonly currentId: string | null;
  /** What has to go once the other one is associated: what counts now, and what came through this sync. */
  readonly replaced: readonly Known[];
  /** What HubSpot has once it is written there. */
  readonly written: string | null;
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
  const alone = records.filter((record, i) => associated[i]?.length === 0 && baseOf(record, association) !== null);
  if (alone.length === 0) return new Set();
  const ids = alone.map(({ link }) => link.hubspotId);
  const { properties } = sync;
  const read = { tenant, object, ids, properties, history: false, lane, ...(signal && { signal }) };
  const alive = new Set(
    (await deps.remote.read(read)).flatMap(({ asked, id, archived }) => (asked === id && !archived ? [id] : [])),
  );
  return new Set(alone.filter(({ link }) => !alive.has(link.hubspotId)));
}

export function isOfType({ types }: AssociatedRecord, { category, typeId }: AssociationType): boolean {
  return types.some((type) => type.typeId === typeId && type.category === category);
}

function referenceOf({ local }: LinkedRecord, { localField }: BoundAssociation): string | null {
  const value = local.values[localField] ?? null;
  return value === null || value === "" ? null : String(value);
}

function baseOf({ link }: LinkedRecord, association: BoundAssociation): FieldBase | null {
  const base = link.base[fieldNameOf(association)] ?? null;
  return base?.mapping === undefined || base.mapping === typeOf(association) ? base : null;
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
  // What a refused first write left is no hash: nothing was ever agreed on.
  if (base === null || base.local === bare.local || base.sent !== undefined) return false;
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
  const stored = baseOf(record, association);
  const { hasher } = scope.deps;
  const of = hashedFor(scope, association, record, stored);
  const local = referenceOf(record, association);
  const mark = markIn(scope, stored);
  const localIdOf = (id: string) => byHubspot.get(id) ?? null;
  const known = { base: stored, mark, local };
  const { current, replaceable } = await associatedBy(scope, of, known, associated ?? [], localIdOf);
  const remote = current === undefined ? null : localIdOf(current.id);
  const wantedId = local === null ? null : (byLocal.get(local) ?? null);
  const reads = association.localField in record.local.values && (local === null || wantedId !== null);
  const told = associated?.length === 0 || (current !== undefined && remote !== null);
  const base = await agreedOn(scope, of, stored, { ...(reads && { local }), ...(told && { hubspot: remote }) });
  const side = async (value: string | null, present: boolean, agreedHash: string | undefined) => ({
    present,
    value,
    canonical: value,
    changed: agreedHash === undefined || agreedHash === "" || !(await hasher.matches(agreedHash, of, value)),
  });
  const here = await side(local, reads, base?.local);
  const there = await side(remote, told, base?.remote);
  const agreed = base !== null;
  const replaced = replaceable.filter(({ id }) => id !== wantedId);
  const decided = decideField(
    {
      agreed,
      local: here,
      remote: there,
      equal: local === remote,
      settled: base !== null && base.local !== base.remote,
    },
    { direction: association.direction, rule: association.owner, tie: association.owner },
  );
  const leaves = leftOver({ association, replaced, wantedId });
  // A pair that users gave labels keeps its association: cleared here, it is not cleared there.
  const stay = (associated ?? []).filter(({ id }) => !leaves.some((one) => one.id === id));
  // Back at what a first try had made: what was to make room for it is there still, and nobody would know later.
  const untidy = mark?.to === "hubspot" && leaves.length > 0;
  const decision: Decision = untidy && ["keep", "agree"].includes(decided.kind) ? { kind: "push" } : decided;
  return {
    record,
    association,
    decision,
    base,
    localChanged: agreed && here.changed,
    remoteChanged: agreed && there.changed,
    aged:
      decision.kind === "keep" &&
      (mark === null
        ? base !== null && (base.heirOf !== undefined || (await isAged(scope, base)))
        : base !== null && reads && told),
    retold: await isDecided(scope, of, mark, { kind: decision.kind, local, remote }),
    missed:
      mark?.to === "hubspot" &&
      mark.sent !== "" &&
      told &&
      (base === null || base === stored) &&
      !replaceable.some(({ sent }) => sent),
    busyUntil: mark?.over ?? 0,
    local,
    remote,
    wantedId,
    currentId: current?.id ?? null,
    replaced,
    written: local === null && stay.length === 1 ? localIdOf(stay[0]?.id ?? "") : local,
  };
}
