import type { EpochMs } from "../ports/ids.ts";

/** Slightly faster than the quota, so that in the long run pacing is never what limits throughput. */
const lead = 0.99;
/** How many calls may follow each other after a small delay of the process. */
const tolerance = 2;
/** Share of the window that background calls leave free. */
const reserveShare = 0.01;
/** A quota that background calls leave something of. */
const smallest = 5;

/**
 * Spreads calls over the window. A backfill that spends a whole window in one burst gets all its slots
 * back at one moment, and an interactive call in between waits for up to ten seconds; spread out, a slot
 * returns every W/L (53 ms) and the interactive call takes the next one. Pure.
 */
export class Pace {
  /** Theoretical time of the next call (generic cell rate). */
  #next = Number.NEGATIVE_INFINITY;

  /** The earliest moment at which the next call may go. */
  readyAt(limit: number, windowMs: number): EpochMs {
    return this.#next - tolerance * interval(limit, windowMs);
  }

  spend(now: EpochMs, limit: number, windowMs: number): void {
    this.#next = Math.max(this.#next, now) + interval(limit, windowMs);
  }
}

/**
 * Slots that background calls never take, so that an interactive call finds one even in a gap; of HubSpot's five
 * searches a second it is one. Of a small part of a
 * shared quota there are none: the reserve is kept in the whole.
 */
export function reservedSlots(limit: number, part = false): number {
  return limit < smallest ? 0 : part ? Math.floor(limit * reserveShare) : Math.ceil(limit * reserveShare);
}

function interval(limit: number, windowMs: number): number {
  return (windowMs / Math.max(1, limit)) * lead;
}
