import type { EpochMs } from "../ports/ids.ts";

/** In windows shorter than this (the search quota's second) only background calls are spread. */
const spreadWindowMs = 2_000;

/** Who else spends from the quota, as far as is known. */
export interface Company {
  /** Other programs were seen lately. */
  readonly foreign: boolean;
  /** Other processes of ours have slots of it. */
  readonly kin: boolean;
}

/**
 * How carefully to spend, by how much is known about who else does. What HubSpot counts is told by answers only; a
 * burst on stale knowledge is a burst of 429s. Alone, nothing here holds a call back for longer than one answer. Pure.
 */
export class Caution {
  /** Nothing was answered: a process killed a moment ago may have used any part of the window. */
  #unanswered: boolean;
  #firstTold = Number.POSITIVE_INFINITY;
  #lastTold = Number.POSITIVE_INFINITY;

  constructor(slowStart: boolean) {
    this.#unanswered = slowStart;
  }

  answered(): void {
    this.#unanswered = false;
  }

  /** An answer told what HubSpot counts. */
  told(now: EpochMs): void {
    this.#firstTold = Math.min(this.#firstTold, now);
    this.#lastTold = now;
  }

  /** How many calls may be on their way before the next answer tells what HubSpot counts. */
  blindCalls(now: EpochMs, limit: number, windowMs: number): number {
    if (this.#unanswered) return 1;
    return now - this.#lastTold > windowMs / 2 ? Math.max(10, limit / 8) : Number.POSITIVE_INFINITY;
  }

  /**
   * From which share of the window in use on calls are spread; null: not at all. Background calls always; all of
   * them beside other programs, and in the first window of processes that began together: none knows what another is about to send.
   */
  spreadFrom(now: EpochMs, windowMs: number, background: boolean, { foreign, kin }: Company): number | null {
    if (windowMs < spreadWindowMs) return background ? 0.1 : null;
    if (background || (kin && now - this.#firstTold < windowMs)) return 0.1;
    return foreign ? 0.5 : null;
  }
}
