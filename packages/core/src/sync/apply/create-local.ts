import type { IntentRow } from "../../ports/intent-store.ts";
import type { FieldBase } from "../../ports/link-store.ts";
import type { LocalRecord, LocalValue, LocalWriteResult } from "../../ports/local-source.ts";
import { isSentUnder } from "../mappings/field-at.ts";
import { agreedBase, hashOf, markOf, sharedElements } from "../observe/fields.ts";
import type { Pair } from "../observe/pair.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { admit, markSent, refuseLate, release, type Wanted } from "./admit.ts";
import { sourceFailed } from "./at-fault.ts";
import { commitLinks, type LinkChange, newLink } from "./commit.ts";
import { intentRow, pullHashes, unbornId } from "./intent.ts";
import { again, busy, done, type RecordResult } from "./result.ts";
import type { Tally } from "./tally.ts";
import { type WrittenLocally, writeLocally } from "./write-locally.ts";

/** The one key under which a HubSpot record is created locally, however often that is tried. */
export function localCreateKey(scope: SyncScope, hubspotId: string): string {
  return `hubspoke:${scope.name}:${scope.portalId}:${hubspotId}`;
}

/** What a new local record gets of a HubSpot record. */
export function valuesForLocal(scope: SyncScope, remote: RemoteRecord): Readonly<Record<string, LocalValue>> {
  const pulled = scope.sync.fields.filter((field) => field.direction !== "to-hubspot");
  return Object.fromEntries(pulled.map((field) => [field.name, field.decode(remote.values)]));
}

interface NewLocal extends Wanted {
  readonly remote: RemoteRecord;
  readonly link: null;
}

/** Creates HubSpot's records locally, at most once each, and links them. */
export async function createLocal(
  scope: SyncScope,
  session: Session,
  pairs: readonly Pair[],
  tally: Tally,
): Promise<readonly RecordResult[]> {
  const now = scope.deps.clock.now();
  const wanted = await Promise.all(
    pairs.flatMap(({ remote }) => (remote === null ? [] : [withIntent(scope, session, remote)])),
  );
  const { admitted, until } = await admit(scope, session, wanted);
  await markSent(scope, admitted);
  if (admitted.length > 0) refuseLate(scope, until);
  const results = await writeNew(
    scope,
    admitted.map(({ remote }) => remote),
    () => refuseLate(scope, until),
  );
  // Whoever stood still meanwhile may be answered with a record that another worker has made and a user has edited since.
  const late = scope.deps.clock.now() >= until;
  const links = await Promise.all(admitted.map((item, i) => linkTo(scope, item, results[i], { seenAt: now, late })));
  const rows = await commitLinks(
    scope,
    links.flatMap((link) => link ?? []),
  );
  const stored = new Set(rows.flatMap((row) => row?.hubspotId ?? []));
  const elsewhere = await linkedElsewhere(scope, admitted, results, stored);
  await release(
    scope,
    admitted.filter(
      ({ remote }, i) =>
        results[i] !== null && (links[i] === null || stored.has(remote.id) || elsewhere.has(remote.id)),
    ),
  );
  const answers = new Map(admitted.map(({ remote }, i) => [remote.id, results[i]]));
  return pairs.map(({ remote }) => {
    const id = remote?.id ?? "";
    const result = answers.get(id);
    if (result === undefined) return busy(scope);
    if (result === null) return sourceFailed(scope);
    if (result.outcome !== "written") return refused(result, id, tally);
    if (elsewhere.has(id)) return { status: "failed", code: "LINKED_ELSEWHERE", fields: [] };
    if (!stored.has(id)) return again(now + scope.settings.leaseMs, "LINK_MOVED");
    tally.count("createdLocal");
    tally.log({ status: "success", action: "create-local", localId: result.record.id, hubspotId: id });
    return done;
  });
}

/**
 * Records whose local record, as the source says, exists and is linked to another one by now. Linked to the very same,
 * it was recovered by another worker while this one stood still.
 */
async function linkedElsewhere(
  { deps, tenant, name }: SyncScope,
  admitted: readonly NewLocal[],
  results: readonly WrittenLocally[],
  stored: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const made = admitted.flatMap(({ remote }, i) => {
    const result = results[i];
    return result?.outcome !== "written" || stored.has(remote.id) ? [] : [{ remote, localId: result.record.id }];
  });
  if (made.length === 0) return new Set();
  const rows = await deps.storage.links.byLocalIds(
    tenant,
    name,
    made.map(({ localId }) => localId),
  );
  const linkedTo = new Map(rows.map(({ localId, hubspotId }) => [localId, hubspotId]));
  const elsewhere = made.filter(({ remote, localId }) => (linkedTo.get(localId) ?? remote.id) !== remote.id);
  return new Set(elsewhere.map(({ remote }) => remote.id));
}

function refused(
  result: Exclude<LocalWriteResult, { outcome: "written" }>,
  hubspotId: string,
  tally: Tally,
): RecordResult {
  const fields = result.outcome === "rejected" ? result.fields : [];
  tally.log({ status: "error", action: "create-local", localId: null, hubspotId, fields, errorCode: "LOCAL_REJECTED" });
  return { status: "failed", code: "LOCAL_REJECTED", fields };
}

async function withIntent(scope: SyncScope, session: Session, remote: RemoteRecord): Promise<NewLocal> {
  const record = unbornId(remote.id);
  const fields = await Promise.all(
    scope.sync.fields.map(async (field) => {
      const value = field.decode(remote.values);
      return [field.name, await pullHashes(scope, record, field, value, null, remote.values)] as const;
    }),
  );
  const intent = intentRow(scope, {
    direction: "to-local",
    kind: "create",
    localId: null,
    hubspotId: remote.id,
    createKey: localCreateKey(scope, remote.id),
    readAt: scope.deps.clock.now(),
    fence: session.fence.token,
    fields: Object.fromEntries(fields),
  });
  return { remote, link: null, intent };
}

/** Creates under the record's key: asked again, the source answers with the record that exists. */
export async function writeNew(
  scope: SyncScope,
  remotes: readonly RemoteRecord[],
  check?: () => void,
): Promise<readonly WrittenLocally[]> {
  const writes = remotes.map((remote) => ({
    kind: "create" as const,
    idempotencyKey: localCreateKey(scope, remote.id),
    values: valuesForLocal(scope, remote),
  }));
  return writeLocally(scope, writes, check);
}

async function linkTo(
  scope: SyncScope,
  { remote, intent }: NewLocal,
  result: WrittenLocally | undefined,
  { seenAt, late }: { readonly seenAt: number; readonly late: boolean },
): Promise<LinkChange | null> {
  if (result?.outcome !== "written") return null;
  const { record } = result;
  return {
    link: newLink(scope, record.id, remote.id, seenAt),
    fields: late ? await basesSince(scope, intent, record, remote) : await basesOf(scope, record, remote),
  };
}

/** The base of a record just created from the other side's values. One-way fields of the other way have none yet. */
export async function basesOf(
  scope: SyncScope,
  local: LocalRecord,
  remote: RemoteRecord,
): Promise<Readonly<Record<string, FieldBase>>> {
  const bases: Record<string, FieldBase> = {};
  for (const field of scope.sync.fields) {
    if (field.direction === "to-hubspot" || !(field.name in local.values)) continue;
    const sides = [local.values[field.name] ?? null, remote.values] as const;
    bases[field.name] = await agreedBase(scope, local.id, field, ...sides, remote.updatedAt);
  }
  return bases;
}

/**
 * The base of a record that was asked to be created from the intent's values, and of which others may have known for long.
 * What it was created from is the base, so that an edit since then on either side is seen as that side's edit.
 */
export async function basesSince(
  scope: SyncScope,
  intent: IntentRow,
  local: LocalRecord,
  remote: RemoteRecord,
): Promise<Record<string, FieldBase>> {
  const { hasher } = scope.deps;
  const bases: Record<string, FieldBase> = {};
  for (const field of scope.sync.fields) {
    const hashes = intent.fields[field.name];
    if (hashes === undefined || !isSentUnder(hashes, field) || field.direction === "to-hubspot") continue;
    const unborn = hashOf(scope, unbornId(remote.id), field.name);
    const of = hashOf(scope, local.id, field.name);
    const [mine, theirs] = [
      field.canonicalLocal(local.values[field.name] ?? null),
      field.canonicalRemote(remote.values),
    ];
    const untouched = await hasher.matches(hashes.sent, unborn, mine);
    const unmoved = await hasher.matches(hashes.baseRemote, unborn, theirs);
    const sides = [local.values[field.name] ?? null, field.decode(remote.values)] as const;
    const created = field.canonicalLocal(untouched ? sides[0] : sides[1]);
    // An empty hash stands for "changed since": that side moved on from what both had agreed on. Both did, by a hash of
    // nothing that either can hold: without one they would never have agreed, and what a side removed come back.
    bases[field.name] = {
      local: await hasher.hash(of, untouched || unmoved ? created : scope.deps.newId()),
      remote: unmoved ? await hasher.hash(of, theirs) : "",
      ...(field.rule === "union" && { elements: await sharedElements(scope, of, sides, hashes.elements, unborn) }),
      ...markOf(field),
    };
  }
  return bases;
}
