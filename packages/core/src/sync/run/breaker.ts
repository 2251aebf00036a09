import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Counts, Tally } from "../apply/tally.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { SyncScope } from "../scope.ts";

/** Stops a run that would change or delete more than its share of the linked records. */
export interface Breaker {
  /** Counts plans before they are applied. Throws SYNC_BREAKER_OPEN; nothing of these plans was written then. */
  admit(plans: readonly RecordPlan[]): Promise<void>;
  /** Of admitted plans nothing was written: their records are met again, in the same run perhaps, and count then. */
  giveBack(plans: readonly RecordPlan[]): Promise<void>;
  /** Counts other changes in the same way. */
  count(changes: number): Promise<void>;
}

/**
 * The links are counted only when there are more changes than any limit allows for: a database reads them all for it.
 * A pass that goes on after it was stopped or killed brings its `tally`: in slices, nothing would ever be too much. What
 * was admitted and not written by then is met again, and counts then.
 */
export function createBreaker(scope: SyncScope, countLinked: () => Promise<number>, tally?: Tally): Breaker {
  const { changed = 0, pulled = 0, ...counts } = tally?.counts() ?? {};
  let changes = Math.min(
    changed,
    pulled + (counts.deletedLocal ?? 0) + (counts.archivedHubspot ?? 0) + pushedBy(counts),
  );
  const count = async (some: number): Promise<void> => {
    changes += some;
    tally?.count("changed", some);
    if (some <= 0 || changes <= scope.sync.declared.breaker.atLeast) return;
    const linked = await countLinked();
    if (changes > mostChanges(scope, linked)) throw breakerOpen(scope, linked);
  };
  // First contact is what a first run is for: only pairs that were linked before count.
  const changesIn = (plans: readonly RecordPlan[]) =>
    plans.filter((plan) => plan.pair.link !== null && changesSomething(scope, plan)).length;
  return {
    count,
    admit: (plans) => count(changesIn(plans)),
    giveBack: (plans) => count(-changesIn(plans)),
  };
}

/** Records and associations that a run has written in HubSpot, without those it has made. */
export function pushedBy({ pushed = 0, associated = 0 }: Counts): number {
  return pushed + associated;
}

/** How many of `linked` records may be changed or deleted before somebody has to look. */
export function mostChanges({ sync }: SyncScope, linked: number): number {
  const { share, atLeast } = sync.declared.breaker;
  return Math.max(atLeast, Math.floor(linked * share));
}

export function breakerOpen(scope: SyncScope, linked: number): HubspokeError {
  const limit = mostChanges(scope, linked);
  return new HubspokeError(
    "SYNC_BREAKER_OPEN",
    `sync "${scope.name}": this would change or delete more than ${limit} of ${linked} linked records; look at plan(). If that is meant, raise "breaker" in the declaration and resume(): it counts anew then, up to the same limit`,
    { details: { sync: scope.name, limit, linked } },
  );
}

/**
 * Filling what is empty on first contact, of a pair or (after a change of mapping) of a field, is no change to fear. What
 * `readOnly` leaves out is none at all: it would stop what comes from HubSpot for what waits here.
 */
function changesSomething({ sync }: SyncScope, plan: RecordPlan): boolean {
  const { readOnly } = sync.declared;
  if (plan.kind === "gone") return !(readOnly && plan.policy === "archive");
  if (plan.kind !== "fields") return false;
  return plan.fields.some(
    ({ action, view, conflict }) =>
      ((action === "push" && !readOnly) || action === "pull" || action === "merge") &&
      (view.agreed || conflict !== undefined),
  );
}
