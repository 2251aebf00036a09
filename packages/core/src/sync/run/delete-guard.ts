import type { EpochMs } from "../../ports/ids.ts";
import type { Counts, Tally } from "../apply/tally.ts";
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

export interface DeleteGuard extends Breaker {
  /** Gives back what was not deleted after all: to be called whatever becomes of the batch. */
  settle(): Promise<void>;
}

/**
 * What the worker does at once is a hundred records at most, so somebody who empties a table would pass every single
 * time. What changes delete or archive on the other side is therefore counted over an hour and over all processes, and
 * limited like that of a full pass. It is counted before it is done: processes that work at the same moment would all
 * find that there is room. What a killed one had admitted stays counted.
 */
export function withDeleteGuard(scope: SyncScope, breaker: Breaker, { counts }: Pick<Tally, "counts">): DeleteGuard {
  const before = deletedIn(counts());
  let admitted = 0;
  let since: EpochMs = 0;
  return {
    ...breaker,
    async admit(plans) {
      await breaker.admit(plans);
      const wanted = plans.filter((plan) => deletes(scope, plan)).length;
      if (wanted === 0) return;
      since = await change(scope, (known) => {
        const count = known.count + wanted;
        if (count > mostChanges(scope, known.linked)) throw breakerOpen(scope, known.linked);
        return { ...known, count };
      });
      admitted += wanted;
    },
    async settle() {
      const left = admitted - (deletedIn(counts()) - before);
      admitted = 0;
      // Of an hour that is over, or that somebody forgot, nothing is to be given back.
      const given = (known: Deletes) => (known.since === since ? { ...known, count: known.count - left } : known);
      if (left > 0) await change(scope, given);
    },
  };
}

/** Somebody looked, and it was meant: from now on they are counted anew. */
export async function forgetDeletes(scope: SyncPlace): Promise<void> {
  const { cursors } = scope.deps.storage;
  if ((await cursors.read(scope.tenant, scope.portalId, cursorOf(scope.name))) === null) return;
  await change(scope, (known) => ({ ...known, since: 0, count: 0 }));
}

/** Answers which hour it was. */
async function change(scope: SyncPlace, how: (known: Deletes) => Deletes): Promise<EpochMs> {
  const { deps, tenant, portalId, name } = scope;
  for (;;) {
    const { deletes: known, version } = await countedOf(scope);
    const changed = how(known);
    const value = JSON.stringify(changed);
    const now = deps.clock.now();
    if ((await deps.storage.cursors.advance(tenant, portalId, cursorOf(name), value, version, now)) === "written")
      return changed.since;
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

function deletes({ sync }: SyncScope, plan: RecordPlan): boolean {
  if (plan.kind !== "gone") return false;
  return plan.policy === "delete" || (plan.policy === "archive" && !sync.declared.readOnly);
}

function deletedIn({ deletedLocal = 0, archivedHubspot = 0 }: Counts): number {
  return deletedLocal + archivedHubspot;
}
