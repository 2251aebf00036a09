import type { EpochMs } from "./ids.ts";

/**
 * Time, injected. Duties: `now` never goes back by more than the host's own clock does; `sleep` settles
 * not before `ms` have passed on this clock, rejects with ABORTED when `signal` fires, and keeps no timer afterwards.
 */
export interface Clock {
  /** Epoch milliseconds, wall clock. */
  now(): EpochMs;
  /** Milliseconds. Rejects with ABORTED at once where `signal` has fired already. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Jitter only. Uniform in [0, 1). Keys, IVs, OAuth state and lease tokens never come from here. */
export type Random = () => number;
