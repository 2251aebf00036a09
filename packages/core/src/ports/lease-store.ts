import type { EpochMs } from "./ids.ts";

/**
 * Named locks with fencing tokens. Duties: one holder at a time; `fence` grows with every acquisition of a name and is
 * never reused, so a holder that slept past its lease is told apart; `now` going backwards frees no live lease.
 */
export interface LeaseStore {
  acquire(name: string, holder: string, now: EpochMs, ttlMs: number): Promise<{ readonly fence: number } | null>;
  renew(name: string, fence: number, now: EpochMs, ttlMs: number): Promise<boolean>;
  release(name: string, fence: number): Promise<void>;
  holds(name: string, fence: number, now: EpochMs): Promise<boolean>;
}
