import type { EpochMs } from "../ports/ids.ts";

/** What one answer tells about the server's count. */
export interface UsageSeen {
  /** The server's count when it answered: Max − Remaining. */
  readonly used: number;
  /** Our slots in use when this request was sent, itself included. */
  readonly ownAtSend: number;
  /** Requests we sent after this one and before its answer. */
  readonly sentSince: number;
}

/** How many windows a proof of other programs keeps counting. */
const memoryWindows = 3;

/**
 * Other programs on the same quota, seen through `X-HubSpot-RateLimit-Remaining`. The server's count above
 * everything we can possibly have in its window proves them; from then on their share is held back, with room for
 * its variation. Without such proof nothing is held back, so alone we use the whole quota. Pure.
 */
export class ForeignTraffic {
  readonly #caution: number;
  #provenAt = Number.NEGATIVE_INFINITY;
  #refused = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  /** Estimates of the last window, values descending: the first is the maximum. */
  #recent: { readonly at: EpochMs; readonly share: number }[] = [];

  /** `caution`: how much more room is left for the variation of others' traffic; more where it is seen less often. */
  constructor(caution = 1) {
    this.#caution = caution;
  }

  observe(now: EpochMs, seen: UsageSeen, windowMs: number): void {
    if (seen.used > seen.ownAtSend + seen.sentSince) this.#provenAt = now;
    if (now - this.#provenAt > memoryWindows * windowMs) return;
    const share = Math.max(0, seen.used - seen.ownAtSend);
    let keep = this.#recent.length;
    while (keep > 0 && (this.#recent[keep - 1] as { share: number }).share <= share) keep--;
    this.#recent.length = keep;
    this.#recent.push({ at: now, share });
  }

  /** A 429 although we kept to our share: somebody else has the slots we counted on. */
  refused(now: EpochMs, windowMs: number): void {
    this.#refused = now - this.#refusedAt > memoryWindows * windowMs ? 1 : Math.min(this.#refused + 1, 5);
    this.#refusedAt = now;
    this.#provenAt = now;
  }

  /** Slots to leave to others now. */
  share(now: EpochMs, limit: number, windowMs: number): number {
    if (now - this.#provenAt > memoryWindows * windowMs) return 0;
    while (this.#recent.length > 1 && now - (this.#recent[0] as { at: EpochMs }).at > windowMs) this.#recent.shift();
    const largest = this.#recent[0]?.share ?? 0;
    const variation = Math.ceil(this.#caution * Math.sqrt(largest)) + 2;
    const penalty = now - this.#refusedAt > memoryWindows * windowMs ? 0 : Math.ceil(limit * 0.03 * this.#refused);
    // Never everything: one slot of our own keeps answers, and so knowledge, coming.
    return Math.min(limit - 1, largest + variation + penalty);
  }
}
