import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { EpochMs } from "../../ports/ids.ts";
import type { WorkRef } from "../../ports/work-store.ts";
import { type Fence, leaseLost, type SyncScope } from "../scope.ts";

/** A lease that at most one process has: of a sync's full pass, or of its recovery. */
export interface RunLease extends Fence {
  release(): Promise<void>;
}

/** Null while another process does a full pass. */
export async function acquireRun(scope: SyncScope): Promise<RunLease | null> {
  return acquire(scope, "run");
}

async function acquire(scope: SyncScope, what: "run" | "recover"): Promise<RunLease | null> {
  const { deps, settings } = scope;
  const { leases } = deps.storage;
  const name = `sync:${scope.tenant}:${scope.name}:${what}`;
  const holder = deps.newId();
  const taken = deps.clock.now();
  const lease = await leases.acquire(name, holder, taken, settings.leaseMs);
  if (lease === null) return null;
  const renew = async (now: EpochMs) => {
    if (!(await leases.renew(name, lease.fence, now, settings.leaseMs))) throw leaseLost(scope);
  };
  return {
    token: lease.fence,
    hold: heldBy(scope, taken + settings.leaseMs, renew),
    release: () => leases.release(name, lease.fence),
  };
}

/**
 * Keeps a run's lease while the pass waits for something else than work, above all for its turn in the rate limit.
 * It decides nothing: a lease that was lost, or a store that does not answer, is what the pass meets at its next `hold`.
 */
export function keepAlive({ deps, settings }: SyncScope, lease: RunLease): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const beat = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await deps.clock.sleep(settings.leaseMs / 3, stopping.signal);
      await lease.hold();
    }
  };
  const beating = beat().catch((error: unknown) => {
    if (!stopping.signal.aborted)
      deps.logger?.warn("sync.lease_not_renewed", { code: isHubspokeError(error) ? error.code : "INTERNAL" });
  });
  return {
    async stop() {
      // With a reason of its own, as everywhere where a wait is only over: without one an exception with a stack is made.
      stopping.abort("over");
      await beating;
    },
  };
}

/** The lease of claimed work. A batch is given up as a whole when one of its claims was lost. */
export function claimFence(scope: SyncScope, refs: readonly WorkRef[], until: EpochMs): Fence {
  const { work } = scope.deps.storage;
  const renew = async (now: EpochMs) => {
    const missing = await work.renew(refs, now + scope.settings.leaseMs);
    if (missing.length > 0) throw leaseLost(scope);
  };
  return { token: refs[0]?.fence ?? 0, hold: heldBy(scope, until, renew) };
}

/** The fence of one short piece of work that holds no lease: the record's intent is its lock, for as long as that counts. */
export function briefFence(scope: SyncScope): Fence {
  const { clock } = scope.deps;
  return fenceUntil(scope, clock.now() + scope.settings.leaseMs - scope.settings.marginMs);
}

/** A fence that falls at a known time, and with another one where there is one. */
export function fenceUntil(scope: SyncScope, until: EpochMs, within?: Fence): Fence {
  return {
    token: within?.token ?? 0,
    async hold() {
      const held = Math.min(until, (await within?.hold()) ?? until);
      if (scope.deps.clock.now() >= held) throw leaseLost(scope);
      return held;
    },
  };
}

/** A lease on recovery, which one worker at a time does for a sync. Null while another holds it. */
export async function acquireRecovery(scope: SyncScope): Promise<RunLease | null> {
  return acquire(scope, "recover");
}

/** Renews when less than half of the lease is left; answers the time until which a write may be sent. */
function heldBy(scope: SyncScope, first: EpochMs, renew: (now: EpochMs) => Promise<void>): () => Promise<EpochMs> {
  const { deps, settings } = scope;
  let until = first;
  return async () => {
    const now = deps.clock.now();
    if (until - now < settings.leaseMs / 2) {
      await renew(now);
      until = now + settings.leaseMs;
    }
    return until - settings.marginMs;
  };
}
