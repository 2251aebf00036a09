import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { IntentRow } from "../../ports/intent-store.ts";
import { fenceUntil } from "../run/fence.ts";
import { type Fence, leaseLost, type Session, type SyncScope } from "../scope.ts";
import { isKnown, type Pushed } from "./pushed.ts";
import type { AdmittedFields } from "./work-item.ts";

/** Who locks the records of writes that came back: their intents, as long as those count. */
export interface Locks {
  /** What allows a record to be repaired. */
  fenceOf(item: AdmittedFields): Fence;
  /** Whether the write came back after its lock had been given up: others may have worked on the record meanwhile. */
  wasLost(item: AdmittedFields): boolean;
  /** Whether it is still locked. Recovery is at it otherwise, and needs the intent, whose write it may be repairing. */
  stands(item: AdmittedFields): boolean;
  readonly makeWay: MakeWay;
  /**
   * Once all else is done. Recovery counts on it that nothing is under way when a lease is over. A request that left later,
   * and was not answered, may land when recovery has looked and given its intent up: waited for, and locked once more.
   */
  outlast(): Promise<void>;
}

/** Recovers what others left open: their intents lock the records until somebody does, and it may be nobody else is left. */
export type MakeWay = () => Promise<unknown>;

/** A write to a record that has a local side, and the intent it was made under. */
export interface Intended {
  readonly intent: IntentRow;
}

/** Tries to lock a record again while another worker is at it; that takes it a lease at most, and recovery another. */
const tries = 8;

/**
 * A write that comes back after its lease may have landed over what others wrote since. Its record is locked again,
 * with the same intent, before anything is looked at or repaired; killed from here on, recovery finds that intent. One
 * whose intent is still there is left to recovery, which may be at it this very moment.
 */
export async function locksOf(
  scope: SyncScope,
  session: Session,
  pushed: readonly Pushed[],
  until: EpochMs,
  makeWay: MakeWay,
): Promise<Locks> {
  const { deps, settings } = scope;
  const { clock } = deps;
  const inTime = fenceUntil(scope, until, session.fence);
  const stands = () => clock.now() < until;
  if (stands()) return { fenceOf: () => inTime, wasLost: () => false, stands, makeWay, async outlast() {} };
  // What left in time and was given up at its end is through by then: that is what the margin is for.
  const leftLate = clock.now() >= until + settings.marginMs;
  const items = (which: (outcome: NonNullable<Pushed["outcome"]>) => boolean) =>
    pushed.flatMap(({ item, outcome }) => (outcome !== null && which(outcome) ? [item] : []));
  const again = await lockAgain(
    scope,
    items((outcome) => outcome.ok || !isKnown(outcome)),
    makeWay,
  );
  const none: Fence = {
    token: 0,
    async hold() {
      throw leaseLost(scope);
    },
  };
  return {
    fenceOf: (item) => again.get(item)?.fence ?? none,
    wasLost: (item) => again.has(item),
    stands: (item) => clock.now() < (again.get(item)?.until ?? 0),
    makeWay,
    async outlast() {
      if (leftLate)
        await lockOnceMore(
          scope,
          items((outcome) => !isKnown(outcome)),
          makeWay,
        );
    },
  };
}

/** A record's lock, and for how long it is one. */
interface Lock {
  readonly fence: Fence;
  readonly until: EpochMs;
}

/** Locks records with the intents they had, as far as those are gone. Answers what allows each of them to be written. */
export async function lockAgain<T extends Intended>(
  scope: SyncScope,
  items: readonly T[],
  makeWay?: MakeWay,
): Promise<ReadonlyMap<T, Lock>> {
  const { deps, settings } = scope;
  const { clock, storage, logger } = deps;
  const locked = new Map<T, Lock>();
  let left = items;
  for (let attempt = 0; attempt < tries && left.length > 0; attempt++) {
    // Not to be stopped by a signal: nobody else knows of this write.
    if (attempt > 0) await clock.sleep(settings.leaseMs / 3);
    if (attempt > 0) await makeWay?.().catch((error: unknown) => waits(scope, error));
    left = await withoutOwn(scope, left);
    const now = clock.now();
    const stored = await storage.intents.store(
      left.map(({ intent }) => ({ ...intent, createdAt: now, state: "sent" as const })),
    );
    const until = now + settings.leaseMs - settings.marginMs;
    const lock = { fence: fenceUntil(scope, until), until };
    for (const [i, item] of left.entries()) if (stored[i] === "stored") locked.set(item, lock);
    left = left.filter((item) => !locked.has(item));
  }
  if (left.length > 0) logger?.error("sync.late_write_unchecked", { sync: scope.name, records: left.length });
  return locked;
}

/** For requests that left late and may land when recovery has looked: another lease on, as far as their intents are gone. */
export async function lockOnceMore(scope: SyncScope, items: readonly Intended[], makeWay?: MakeWay): Promise<void> {
  if (items.length === 0) return;
  await scope.deps.clock.sleep(scope.settings.leaseMs);
  await lockAgain(scope, items, makeWay);
}

/** HubSpot or a database may be out just now; the record is asked for again all the same. */
function waits({ deps, name }: SyncScope, error: unknown): void {
  deps.logger?.warn("sync.late_write_waits", { sync: name, code: isHubspokeError(error) ? error.code : "INTERNAL" });
}

/** Those whose own intent is gone: given up by recovery. */
async function withoutOwn<T extends Intended>(
  { deps, tenant, name }: SyncScope,
  items: readonly T[],
): Promise<readonly T[]> {
  if (items.length === 0) return items;
  const ids = items.flatMap(({ intent }) => intent.localId ?? []);
  const open = new Set((await deps.storage.intents.byRecord(tenant, name, ids, [])).map(({ id }) => id));
  return items.filter(({ intent }) => !open.has(intent.id));
}
