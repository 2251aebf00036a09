import type { EpochMs } from "../../ports/ids.ts";
import type { IntentRow } from "../../ports/intent-store.ts";
import type { LinkRow } from "../../ports/link-store.ts";
import { groupBy } from "../../util/group-by.ts";
import { linksOfLocal, linksOfRemote } from "../observe/links.ts";
import { leaseLost, type Session, type SyncScope } from "../scope.ts";

/** A write that wants to happen: its intent, and the link it was planned on (null for a record without one). */
export interface Wanted {
  readonly link: LinkRow | null;
  readonly intent: IntentRow;
}

export interface Admission<T> {
  readonly admitted: readonly T[];
  /** Somebody else is at the record, or was since it was planned. */
  readonly deferred: readonly T[];
  /** Until when the admitted writes may be sent. */
  readonly until: EpochMs;
}

/**
 * The door every outbound write passes. Stores the intents, of which a record has at most one open: that makes them
 * its lock. Then looks whether the record moved since it was planned, for whoever held the lock before may have
 * written; and whether this worker's lease still stands. Nothing was sent for what is deferred.
 */
export async function admit<T extends Wanted>(
  scope: SyncScope,
  session: Session,
  items: readonly T[],
): Promise<Admission<T>> {
  const { deps, settings } = scope;
  const { intents } = deps.storage;
  if (items.length === 0) return { admitted: [], deferred: [], until: deps.clock.now() };
  const stored = await intents.store(items.map(({ intent }) => intent));
  const held = items.filter((_, i) => stored[i] === "stored");
  const linked = held.flatMap(({ link }) => (link === null ? [] : [link.localId]));
  const unlinked = held.flatMap(({ link, intent }) =>
    link === null && intent.localId !== null ? [intent.localId] : [],
  );
  const unlinkedRemote = held.flatMap(({ link, intent }) =>
    link === null && intent.hubspotId !== null ? [intent.hubspotId] : [],
  );
  const [byLocal, byRemote] = await Promise.all([
    linksOfLocal(scope, [...linked, ...unlinked]),
    linksOfRemote(scope, unlinkedRemote),
  ]);
  const versions = new Map(byLocal.map((row) => [row.localId, row.version]));
  const taken = new Set(byRemote.map((row) => row.hubspotId));
  const valid = held.filter(({ link, intent }) =>
    link === null
      ? !versions.has(intent.localId ?? "") && !taken.has(intent.hubspotId ?? "")
      : versions.get(link.localId) === link.version,
  );
  const invalid = held.filter((item) => !valid.includes(item));
  await release(scope, invalid);
  try {
    const oldest = Math.min(...valid.map(({ intent }) => intent.createdAt));
    const until = Math.min(await session.fence.hold(), oldest + settings.leaseMs - settings.marginMs);
    return { admitted: valid, deferred: items.filter((item) => !valid.includes(item)), until };
  } catch (error) {
    await release(scope, valid);
    throw error;
  }
}

/** From here on the writes may have happened, whatever becomes of this worker. */
export async function markSent(scope: SyncScope, items: readonly Wanted[]): Promise<void> {
  if (items.length === 0) return;
  await scope.deps.storage.intents.markSent(
    scope.tenant,
    items.map(({ intent }) => intent.id),
  );
}

/** Clears intents whose check is done, or whose write never happened. */
export async function release(scope: SyncScope, items: readonly Wanted[]): Promise<void> {
  await clearIntents(
    scope,
    items.map(({ intent }) => intent),
  );
}

/** Those of them that nobody has taken over since. */
export async function clearIntents({ deps, tenant }: SyncScope, intents: readonly IntentRow[]): Promise<void> {
  for (const [attempt, some] of groupBy(intents, (intent) => intent.attempt))
    await deps.storage.intents.clear(
      tenant,
      some.map(({ id }) => id),
      attempt,
    );
}

/** A worker that stood still since its writes were admitted: others may have taken the records over and finished. */
export function refuseLate(scope: SyncScope, until: EpochMs): void {
  if (scope.deps.clock.now() >= until) throw leaseLost(scope);
}

/**
 * Runs calls that may be sent until `until` only: a worker that slept past its lease, or waited too long for a slot
 * of the rate budget, gives up instead of writing late.
 */
export async function sendUntil<T>(
  scope: SyncScope,
  session: Session,
  until: EpochMs,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock } = scope.deps;
  refuseLate(scope, until);
  const stop = new AbortController();
  const late = new AbortController();
  const timer = clock.sleep(Math.max(0, until - clock.now()), stop.signal).then(
    () => late.abort(),
    // The call came back first and the timer was stopped: there is nothing to tell anybody.
    () => undefined,
  );
  try {
    return await work(session.signal === undefined ? late.signal : AbortSignal.any([late.signal, session.signal]));
  } finally {
    // With a reason of its own: without one an exception with a stack is made for every write.
    stop.abort("answered");
    await timer;
  }
}
