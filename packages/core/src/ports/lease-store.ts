import type { EpochMs } from "./ids.ts";

/**
 * Named locks with fencing tokens. Duties: one holder at a time; `fence` grows with every acquisition of a name and is
 * never reused, so a holder that slept past its lease is told apart; `now` going backwards frees no live lease.
 */
export interface LeaseStore {
  /** Null while another holds it. `holder` is for people who look; the fence is what counts. */
  acquire(name: string, holder: string, now: EpochMs, ttlMs: number): Promise<{ readonly fence: number } | null>;
  /** Until `now + ttlMs`, never shorter; false when it was lost, also by running out. */
  renew(name: string, fence: number, now: EpochMs, ttlMs: number): Promise<boolean>;
  /** Frees it at once. Nothing happens with a fence that is not the present one. */
  release(name: string, fence: number): Promise<void>;
  /** Whether the lease is still this fence's and has not run out. */
  holds(name: string, fence: number, now: EpochMs): Promise<boolean>;
}
