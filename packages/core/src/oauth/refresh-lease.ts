import type { Clock, Random } from "../ports/clock.ts";
import type { Tenant } from "../ports/ids.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { Reports } from "./reports.ts";
import { requestLimitMs } from "./token-endpoint.ts";

/**
 * Outlasts the slowest token request by half again: a lease that ended before the request would let a second process
 * refresh beside the first, and one of them would hold a token that HubSpot had already replaced.
 */
export const leaseMs: number = requestLimitMs * 1.5;

/** The right to refresh one tenant's tokens. */
export interface Lease {
  /** True when the lease is ours for another `leaseMs`: asked right before anything is sent. */
  renew(): Promise<boolean>;
}

export interface RefreshLeaseOptions {
  readonly leases: LeaseStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly reports: Reports;
  /** Names this instance in the lease. */
  readonly holder: string;
}

/** One holder per tenant over all processes. A holder that is killed is followed within `leaseMs`. */
export class RefreshLease {
  readonly #options: RefreshLeaseOptions;

  constructor(options: RefreshLeaseOptions) {
    this.#options = options;
  }

  /** Runs `work` as the holder; null when another process is it. */
  async tryRun<T>(tenant: Tenant, work: (lease: Lease) => Promise<T>): Promise<{ readonly result: T } | null> {
    const { leases, clock, holder, reports } = this.#options;
    const name = `oauth:${tenant}`;
    const taken = await leases.acquire(name, holder, clock.now(), leaseMs);
    if (taken === null) return null;
    try {
      return { result: await work({ renew: () => leases.renew(name, taken.fence, clock.now(), leaseMs) }) };
    } finally {
      try {
        await leases.release(name, taken.fence);
      } catch (error) {
        // What the holder did stands; the lease ends by itself.
        reports.failed("oauth.lease_not_released", error, { tenant });
      }
    }
  }

  /** A pause before looking again: 250–500 ms, another for each process. */
  async pause(): Promise<void> {
    const { clock, random } = this.#options;
    await clock.sleep(250 + random() * 250);
  }
}
