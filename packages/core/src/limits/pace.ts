import type { EpochMs } from "../ports/ids.ts";

/** Slightly faster than the quota, so that pacing never is what limits throughput in the long run. */
const lead = 0.97;
/** Share of the window that may be spent at once. */
const burstShare = 0.1;

/**
 * Spreads background calls over the window. A backfill that spends a whole window in one burst gets all its slots
 * back at one moment, and an interactive call in between waits for up to ten seconds; spread out, a slot
 * returns every W/L (53 ms) and the interactive call takes the next one. Pure.
 */
export class Pace {
  /** Theoretical time of the next call (generic cell rate). */
  #next = Number.NEGATIVE_INFINITY;

  /** The earliest moment at which the next background call may go. */
  readyAt(limit: number, windowMs: number): EpochMs {
    return this.#next - burst(limit) * interval(limit, windowMs);
  }

  spend(now: EpochMs, limit: number, windowMs: number): void {
    this.#next = Math.max(this.#next, now) + interval(limit, windowMs);
  }
}

function interval(limit: number, windowMs: number): number {
  return (windowMs / Math.max(1, limit)) * lead;
}

function burst(limit: number): number {
  return Math.floor(limit * burstShare);
}
