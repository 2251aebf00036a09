import type { EpochMs } from "../../ports/ids.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import type { LocalRecord } from "../../ports/local-source.ts";
import type { WorkSide } from "../../ports/work-store.ts";
import { chunk } from "../../util/chunk.ts";
import { askLocal } from "../ask-local.ts";
import type { RemoteRecord } from "../remote-port.ts";
import type { Session, SyncScope } from "../scope.ts";
import { locallyUnchanged } from "./fields.ts";
import { linksOfLocal, linksOfRemote } from "./links.ts";
import { matchLocal, matchRemote } from "./match.ts";
import type { Pair } from "./pair.ts";
import { pairsOfSurvivors } from "./survivors.ts";

/** "Look at this record": its side and key, and the record where a list page already brought it. */
export interface Candidate {
  readonly side: WorkSide;
  readonly key: string;
  readonly remote?: RemoteRecord;
  /** A moment before that page was asked for. */
  readonly listedAfter?: EpochMs;
}

export interface Gathered {
  /** Each with the candidates it answers: one pair may have been named from both sides. */
  readonly pairs: readonly { readonly pair: Pair; readonly candidates: readonly Candidate[] }[];
  /** Local marks that turned out to be echoes of our own writes: nothing changed, and no call was made. */
  readonly echoes: readonly Candidate[];
}

/** HubSpot's batch size (hubspot-facts §2.3). */
export const remoteBatch = 100;

type Calls = Pick<Session, "lane" | "signal" | "spellings">;

/**
 * Reads what planning needs: links, both sides of linked pairs, counterparts of the others. HubSpot is read a hundred
 * records a call, and not at all for what a list page brought or what did not change locally.
 */
export async function gather(scope: SyncScope, session: Calls, candidates: readonly Candidate[]): Promise<Gathered> {
  const links = await linksOf(scope, candidates);
  const byPair = new Map<LinkRow, Candidate[]>();
  const loose: Candidate[] = [];
  for (const candidate of candidates) {
    const link = links.find(candidate);
    if (link === undefined) loose.push(candidate);
    else byPair.set(link, [...(byPair.get(link) ?? []), candidate]);
  }
  const looseLocals = loose.filter(({ side }) => side === "local").map(({ key }) => key);
  const locals = await readLocal(scope, [...[...byPair.keys()].map(({ localId }) => localId), ...looseLocals]);
  const echoes = await echoesOf(scope, byPair, locals);
  const live = [...byPair].filter(([link]) => !echoes.has(link));
  const remotes = await readRemote(scope, session, [
    ...live.map(([link, own]) => ({
      key: link.hubspotId,
      given: own.find((one) => isCurrent(one, link))?.remote,
    })),
    ...loose.filter(({ side }) => side === "remote").map(({ key, remote }) => ({ key, given: remote })),
  ]);
  const readAt = scope.deps.clock.now();
  const linked = live.map(([link, own]) => ({
    pair: { link, local: locals.get(link.localId) ?? null, remote: remotes.get(link.hubspotId) ?? null, readAt },
    candidates: own,
  }));
  const survived = await survivors(scope, loose, remotes, readAt);
  const unmet = loose.filter((candidate) => !survived.some(({ candidates: own }) => own.includes(candidate)));
  const unlinked = await pairUp(scope, session, unmet, locals, remotes, readAt);
  return {
    pairs: await adopted(scope, session, [...survived, ...withHeirs(linked, unlinked)]),
    echoes: [...echoes].flatMap((link) => byPair.get(link) ?? []),
  };
}

/** Where word of a deleted record and of the one put in its place came together, the heir's pair answers for both. */
function withHeirs(
  linked: readonly { readonly pair: Pair & { readonly link: LinkRow }; readonly candidates: readonly Candidate[] }[],
  unlinked: Gathered["pairs"],
): Gathered["pairs"] {
  const heirs = new Set(unlinked.flatMap(({ pair }) => pair.heirOf?.localId ?? []));
  const left = new Map<string, readonly Candidate[]>();
  for (const { pair, candidates } of linked)
    if (pair.local === null && heirs.has(pair.link.localId)) left.set(pair.link.localId, candidates);
  return [
    ...linked.filter(({ pair }) => !left.has(pair.link.localId)),
    ...unlinked.map(({ pair, candidates }) => ({
      pair,
      candidates: [...candidates, ...(left.get(pair.heirOf?.localId ?? "") ?? [])],
    })),
  ];
}

/**
 * A deletion may be noticed before word of the record that was put in its place: on a page of HubSpot's, or by a webhook.
 * The policy for deletes would then end, in HubSpot, what goes on here under another id.
 */
async function adopted(scope: SyncScope, session: Calls, all: Gathered["pairs"]): Promise<Gathered["pairs"]> {
  const orphans = all.flatMap(({ pair: { link, local, remote } }) =>
    link?.state === "linked" && local === null && remote?.archived === false ? [remote] : [],
  );
  const heirs = await matchLocal(scope, session, orphans);
  return all.map((one) => {
    const { link, local, remote } = one.pair;
    const heir = local === null ? heirs.get(remote?.id ?? "") : undefined;
    if (heir === undefined || !("found" in heir) || link === null) return one;
    return { ...one, pair: { ...one.pair, link: null, local: heir.found, heirOf: link } };
  });
}

/**
 * Whether what a list page brought may be compared with the pair. A base that was written since may be of a newer value,
 * which other workers wrote or read meanwhile: the page's older one would look like an edit that nobody made.
 */
function isCurrent({ remote, listedAfter = Number.POSITIVE_INFINITY }: Candidate, { updatedAt }: LinkRow): boolean {
  return remote !== undefined && updatedAt < listedAfter;
}

/** Pairs found only by what reading a HubSpot record told: it survived a merge of linked ones, under an id of its own. */
async function survivors(
  scope: SyncScope,
  loose: readonly Candidate[],
  remotes: ReadonlyMap<string, RemoteRecord>,
  readAt: number,
): Promise<Gathered["pairs"]> {
  const read = loose.flatMap((candidate) => {
    const remote = candidate.side === "remote" ? remotes.get(candidate.key) : undefined;
    return remote === undefined || remote.id !== candidate.key ? [] : [{ candidate, remote }];
  });
  const links = await pairsOfSurvivors(
    scope,
    read.map(({ remote }) => remote),
  );
  const locals = await readLocal(
    scope,
    [...links.values()].map(({ localId }) => localId),
  );
  return read.flatMap(({ candidate, remote }) => {
    const link = links.get(remote.id);
    if (link === undefined) return [];
    return [{ pair: { link, local: locals.get(link.localId) ?? null, remote, readAt }, candidates: [candidate] }];
  });
}

async function linksOf(scope: SyncScope, candidates: readonly Candidate[]) {
  const keys = (side: WorkSide) => candidates.filter((one) => one.side === side).map(({ key }) => key);
  // A survivor of a merge is found under the ids it swallowed (hubspot-facts §7.1).
  const merged = candidates.flatMap(({ remote }) => remote?.mergedIds ?? []);
  const [byRemote, byLocal] = await Promise.all([
    linksOfRemote(scope, [...keys("remote"), ...merged]),
    linksOfLocal(scope, keys("local")),
  ]);
  // One object per pair, whichever side it was found from.
  const rows = new Map([...byRemote, ...byLocal].map((row) => [row.localId, row]));
  const remote = new Map([...rows.values()].map((row) => [row.hubspotId, row]));
  return {
    find({ side, key, remote: record }: Candidate): LinkRow | undefined {
      if (side === "local") return rows.get(key);
      const old = record?.mergedIds.find((id) => remote.get(id)?.state === "linked");
      return remote.get(key) ?? (old === undefined ? undefined : remote.get(old));
    },
  };
}

export async function readLocal(scope: SyncScope, ids: readonly string[]): Promise<ReadonlyMap<string, LocalRecord>> {
  const found = new Map<string, LocalRecord>();
  for (const some of chunk([...new Set(ids)], remoteBatch)) {
    const records = await askLocal(scope, () => scope.sync.declared.local.read(scope.tenant, some));
    for (const record of records) found.set(record.id, record);
  }
  return found;
}

async function readRemote(
  scope: SyncScope,
  session: Calls,
  wanted: readonly { readonly key: string; readonly given: RemoteRecord | undefined }[],
): Promise<Map<string, RemoteRecord>> {
  const found = new Map<string, RemoteRecord>();
  for (const { key, given } of wanted) if (given !== undefined) found.set(key, given);
  const missing = [...new Set(wanted.map(({ key }) => key))].filter((key) => !found.has(key));
  const reads = chunk(missing, remoteBatch).map((ids) =>
    scope.deps.remote.read({
      tenant: scope.tenant,
      object: scope.object,
      ids,
      properties: scope.sync.properties,
      history: false,
      lane: session.lane,
      ...(session.signal && { signal: session.signal }),
    }),
  );
  for (const records of await Promise.all(reads)) for (const record of records) found.set(record.asked, record);
  return found;
}

async function echoesOf(
  scope: SyncScope,
  byPair: ReadonlyMap<LinkRow, readonly Candidate[]>,
  locals: ReadonlyMap<string, LocalRecord>,
): Promise<ReadonlySet<LinkRow>> {
  const echoes = new Set<LinkRow>();
  for (const [link, own] of byPair) {
    const local = locals.get(link.localId);
    if (local === undefined || link.state !== "linked" || own.some(({ side }) => side === "remote")) continue;
    if (await locallyUnchanged(scope, link, local)) echoes.add(link);
  }
  return echoes;
}

async function pairUp(
  scope: SyncScope,
  session: Calls,
  loose: readonly Candidate[],
  locals: ReadonlyMap<string, LocalRecord>,
  remotes: ReadonlyMap<string, RemoteRecord>,
  readAt: number,
): Promise<Gathered["pairs"]> {
  const ownRemotes = loose.flatMap(({ side, key }) => (side === "remote" ? (remotes.get(key) ?? []) : []));
  const foundLocals = await matchLocal(
    scope,
    session,
    ownRemotes.filter(({ archived }) => !archived),
  );
  const met = new Map(
    [...foundLocals].flatMap(([id, match]) => ("found" in match ? [[id, match.found.id] as const] : [])),
  );
  const claimed = new Set(met.values());
  const ownLocals = loose.flatMap(({ side, key }) =>
    side === "local" && !claimed.has(key) ? (locals.get(key) ?? []) : [],
  );
  const foundRemotes = await matchRemote(scope, session, ownLocals);
  const pairOf = ({ side, key }: Candidate): Pair => {
    const remote = side === "remote" ? (remotes.get(key) ?? null) : null;
    const local = side === "local" ? (locals.get(key) ?? null) : null;
    const nothing = { link: null, local, remote, readAt };
    // Found from HubSpot's side in this very batch: that pair answers for both.
    if (local !== null && claimed.has(local.id)) return { ...nothing, unmatched: "match-taken" };
    const match = remote === null ? foundRemotes.get(key) : foundLocals.get(remote.id);
    // Its counterpart met another in this batch, which may be by a better key.
    if (local !== null && match !== undefined && "found" in match && met.has(match.found.id))
      return { ...nothing, unmatched: "match-taken" };
    // Merged into a record that is looked at under its own id.
    if (remote !== null && remote.id !== key) return { ...nothing, unmatched: "gone" };
    if (match === undefined || "none" in match) return nothing;
    // A HubSpot record without a key is created locally all the same: its id makes that idempotent.
    if ("unmatched" in match)
      return remote !== null && match.unmatched === "no-match-key"
        ? nothing
        : { ...nothing, unmatched: match.unmatched };
    return {
      ...nothing,
      ...(remote === null ? { remote: match.found as RemoteRecord } : { local: match.found as LocalRecord }),
      ...(match.heirOf !== undefined && { heirOf: match.heirOf }),
    };
  };
  return loose.map((candidate) => ({ pair: pairOf(candidate), candidates: [candidate] }));
}
