import type { EpochMs } from "../../ports/ids.ts";
import type { Counts } from "../apply/tally.ts";
import type { RecordPlan } from "../plan/types.ts";
import type { SyncPlace, SyncScope } from "../scope.ts";
import { type Breaker, breakerOpen, mostChanges } from "./breaker.ts";

/** Deletes within this time count together. */
const windowMs = 3_600_000;

interface Deletes {
  readonly since: EpochMs;
  readonly count: number;
  /** Pairs there were when it began. */
  readonly linked: number;
}

const cursorOf = (name: string): string => `sync:${name}:deletes`;

/**
 * What the worker does at once is a hundred records at most, so somebody who empties a table would pass every single
 * time. What changes delete or archive on the other side is therefore counted over an hour and over all processes, and
 * limited like that of a full pass.
 */
export function withDeleteGuard(scope: SyncScope, breaker: Breaker): Breaker {
  return {
    ...breaker,
    async admit(plans) {
      await breaker.admit(plans);
      const wanted = plans.filter(deletes).length;
      if (wanted === 0) return;
      const { count, linked } = (await countedOf(scope)).deletes;
      if (count + wanted > mostChanges(scope, linked)) throw breakerOpen(scope, linked);
    },
  };
}

/** Notes what was deleted, by the counts before and after. */
export async function noteDeletes(scope: SyncScope, before: Counts, after: Counts): Promise<void> {
  const some = deletedIn(after) - deletedIn(before);
  if (some > 0) await change(scope, (known) => ({ ...known, count: known.count + some }));
}

/** Somebody looked, and it was meant: from now on they are counted anew. */
export async function forgetDeletes(scope: SyncPlace): Promise<void> {
  const { cursors } = scope.deps.storage;
  if ((await cursors.read(scope.tenant, scope.portalId, cursorOf(scope.name))) === null) return;
  await change(scope, (known) => ({ ...known, since: 0, count: 0 }));
}

async function change(scope: SyncPlace, how: (known: Deletes) => Deletes): Promise<void> {
  const { deps, tenant, portalId, name } = scope;
  for (;;) {
    const { deletes: known, version } = await countedOf(scope);
    const value = JSON.stringify(how(known));
    const now = deps.clock.now();
    if ((await deps.storage.cursors.advance(tenant, portalId, cursorOf(name), value, version, now)) === "written")
      return;
  }
}

async function countedOf({ deps, tenant, portalId, name }: SyncPlace): Promise<{ deletes: Deletes; version: number }> {
  const { storage, clock } = deps;
  const stored = await storage.cursors.read(tenant, portalId, cursorOf(name));
  const version = stored?.version ?? 0;
  const known = stored === null ? null : (JSON.parse(stored.value) as Deletes);
  if (known !== null && clock.now() - known.since < windowMs) return { deletes: known, version };
  const linked = await storage.links.count(tenant, name);
  return { deletes: { since: clock.now(), count: 0, linked }, version };
}

function deletes(plan: RecordPlan): boolean {
  return plan.kind === "gone" && (plan.policy === "delete" || plan.policy === "archive");
}

function deletedIn({ deletedLocal = 0, archivedHubspot = 0 }: Counts): number {
  return deletedLocal + archivedHubspot;
}
