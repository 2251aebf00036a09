import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import { chunk } from "../../util/chunk.ts";
import { groupBy } from "../../util/group-by.ts";
import { askLocal } from "../ask-local.ts";
import type { BoundField } from "../declare/bind.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { keyOf, matchFields } from "./keys.ts";
import { linksOfLocal, linksOfRemote } from "./links.ts";
import type { SkipReason } from "./pair.ts";

/** What matching found for one record: its counterpart, that there is none, or why it cannot be told. */
export type Match<T> =
  | { readonly found: T; readonly heirOf?: LinkRow }
  | { readonly none: true }
  | { readonly unmatched: SkipReason };

const localBatch = 100;

/** The local counterparts of HubSpot records that are not linked. */
export async function matchLocal(
  scope: SyncScope,
  session: Pick<Session, "spellings">,
  remotes: readonly RemoteRecord[],
): Promise<ReadonlyMap<string, Match<LocalRecord>>> {
  const matches = await matchBy<RemoteRecord, LocalRecord>(
    scope,
    remotes,
    (field, remote) => keyOf(field.canonicalRemote(remote.values)),
    (field, record) => keyOf(field.canonicalLocal(record.values[field.name] ?? null)),
    (field, some) => findLocal(scope, session, field, some),
  );
  const ids = [...matches.values()].flatMap((match) => ("found" in match ? [match.found.id] : []));
  const linked = new Set((await linksOfLocal(scope, ids)).map((row) => row.localId));
  return exclusive(matches, (record) => linked.has(record.id));
}

async function findLocal(
  scope: SyncScope,
  { spellings }: Pick<Session, "spellings">,
  field: BoundField,
  remotes: readonly RemoteRecord[],
): Promise<readonly LocalRecord[]> {
  const { local, create } = scope.sync.declared;
  const texts = remotes.flatMap((remote) => field.canonicalRemote(remote.values) ?? []);
  // Both spellings: the source may compare with case, and hold what HubSpot lower-cased.
  const values = [
    ...remotes.map((remote) => field.decode(remote.values)),
    ...texts.flatMap((text) => keyOf(text) ?? []),
  ];
  const found = await askLocal(scope, () => local.findBy(scope.tenant, field.name, [...new Set(values)]));
  // Where nothing is created locally, the local record meets its counterpart from its own side.
  if (!create.inLocal || (spellings === undefined && local.findFolded === undefined)) return found;
  const keys = new Set(found.map((record) => keyOf(field.canonicalLocal(record.values[field.name] ?? null))));
  const missing = [...new Set(texts.flatMap((text) => keyOf(text) ?? []))].filter((key) => !keys.has(key));
  if (missing.length === 0) return found;
  // One statement for what comes in now and then; a pass over everything looks through the source once instead.
  if (spellings === undefined) return [...found, ...(await foldedIn(scope, field, missing))];
  const ids = await spellings.idsOf(field, missing);
  const pages = chunk(ids, localBatch).map((some) => askLocal(scope, () => local.read(scope.tenant, some)));
  return [...found, ...(await Promise.all(pages)).flat()];
}

async function foldedIn(scope: SyncScope, field: BoundField, keys: readonly string[]): Promise<readonly LocalRecord[]> {
  const { local } = scope.sync.declared;
  return (await askLocal(scope, async () => local.findFolded?.(scope.tenant, field.name, keys))) ?? [];
}

/** The HubSpot counterparts of local records that are not linked: one call for up to a hundred. */
export async function matchRemote(
  scope: SyncScope,
  session: Pick<Session, "lane" | "signal">,
  locals: readonly LocalRecord[],
): Promise<ReadonlyMap<string, Match<RemoteRecord>>> {
  const matches = await matchBy<LocalRecord, RemoteRecord>(
    scope,
    locals,
    (field, record) => keyOf(field.canonicalLocal(record.values[field.name] ?? null)),
    (field, remote) => keyOf(field.canonicalRemote(remote.values)),
    (field, some) =>
      scope.deps.remote.findBy({
        tenant: scope.tenant,
        object: scope.object,
        property: field.properties[0] ?? "",
        values: [
          ...new Set(some.flatMap((record) => spelled(field, field.canonicalLocal(record.values[field.name] ?? null)))),
        ],
        properties: scope.sync.properties,
        lane: session.lane,
        ...(session.signal && { signal: session.signal }),
      }),
  );
  const ids = [...matches.values()].flatMap((match) => ("found" in match ? [match.found.id] : []));
  const rows = await linksOfRemote(scope, ids);
  const linked = new Map(rows.map((row) => [row.hubspotId, row]));
  const orphans = await withoutLocal(scope, rows);
  const free = exclusive(matches, ({ id }) => linked.has(id) && !orphans.has(linked.get(id)?.localId ?? ""));
  return new Map(
    [...free].map(([id, match]) => {
      const heirOf = "found" in match ? linked.get(match.found.id) : undefined;
      return [id, heirOf === undefined ? match : { ...match, heirOf }];
    }),
  );
}

/**
 * In lower case, as HubSpot keeps e-mail addresses and its search wants words (hubspot-facts §3), and as it is written, for
 * other unique values: looked up in another spelling only, a record is not found and overwritten by the upsert.
 */
function spelled({ properties }: BoundField, text: string | null): readonly string[] {
  const key = keyOf(text);
  return key === null || text === null ? [] : properties[0] === "email" ? [key] : [text.trim(), key];
}

/** Of pairs that are in the way, those whose local record was deleted: whoever has its key now was put in its place. */
async function withoutLocal(scope: SyncScope, rows: readonly LinkRow[]): Promise<ReadonlySet<string>> {
  const ids = rows.flatMap(({ state, localId }) => (state === "erased" ? [] : [localId]));
  if (ids.length === 0) return new Set();
  const there = await askLocal(scope, () => scope.sync.declared.local.read(scope.tenant, ids));
  const known = new Set(there.map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
}

function isAmbiguous(match: Match<unknown>): boolean {
  return "unmatched" in match && match.unmatched === "match-ambiguous";
}

async function matchBy<A extends { readonly id: string }, B extends { readonly id: string }>(
  scope: SyncScope,
  records: readonly A[],
  ownKey: (field: BoundField, record: A) => string | null,
  theirKey: (field: BoundField, record: B) => string | null,
  find: (field: BoundField, records: readonly A[]) => Promise<readonly B[]>,
): Promise<Map<string, Match<B>>> {
  const matches = new Map<string, Match<B>>(records.map((record) => [record.id, { unmatched: "no-match-key" }]));
  let open = records;
  for (const field of matchFields(scope)) {
    const keyed = open.filter((record) => ownKey(field, record) !== null);
    if (keyed.length === 0) continue;
    // Asked for in two spellings, one record may be answered twice.
    const records = new Map((await find(field, keyed)).map((record) => [record.id, record]));
    const found = groupBy(records.values(), (record) => theirKey(field, record));
    for (const record of keyed) {
      const candidates = found.get(ownKey(field, record)) ?? [];
      const [only] = candidates;
      const before = matches.get(record.id);
      // Taken out first: who was found by an earlier key stands before, and so claims before, whoever was by a later one.
      matches.delete(record.id);
      if (candidates.length > 1) matches.set(record.id, { unmatched: "match-ambiguous" });
      else if (only !== undefined) matches.set(record.id, { found: only });
      // One of several is its counterpart though a later key knows none of them: created, it would be there once more.
      else matches.set(record.id, before !== undefined && isAmbiguous(before) ? before : { none: true });
    }
    open = open.filter((record) => !("found" in (matches.get(record.id) ?? {})));
  }
  return matches;
}

/** A counterpart belongs to one record: the first that claims it, unless it is linked already. */
function exclusive<T extends { readonly id: string }>(
  matches: ReadonlyMap<string, Match<T>>,
  isLinked: (record: T) => boolean,
): ReadonlyMap<string, Match<T>> {
  const claimed = new Set<string>();
  const out = new Map<string, Match<T>>();
  for (const [id, match] of matches) {
    if (!("found" in match)) {
      out.set(id, match);
      continue;
    }
    const taken = isLinked(match.found) || claimed.has(match.found.id);
    if (!taken) claimed.add(match.found.id);
    out.set(id, taken ? { unmatched: "match-taken" } : match);
  }
  return out;
}
