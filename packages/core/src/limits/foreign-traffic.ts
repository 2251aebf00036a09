import type { EpochMs } from "../ports/ids.ts";

/** What one answer tells about the server's count, beside what we know of our own. */
export interface UsageSeen {
  /** The server's count when it answered: Max − Remaining. */
  readonly used: number;
  /** Our slots in use when this request was sent, itself included. */
  readonly ownAtSend: number;
  /** Our slots in use now. */
  readonly ownNow: number;
  /** Requests we sent after this one and before its answer. */
  readonly sentSince: number;
}

/** Where processes share the quota: this one's slots, and those the others have. */
export interface Kin {
  readonly slots: number;
  readonly others: number;
}

/** How many windows a proof of other programs keeps counting. */
const memoryWindows = 3;
/** Answers of this share of a window weigh together as much as all that came before. */
const recentShare = 0.1;
/** What one answer weighs at least, however many come at once. */
const leastWeight = 1 / 12;
/** Room for the variation of other programs' calls, in standard deviations; more where others' slots are only guessed at. */
const caution = { alone: 1, shared: 1.6 };

/**
 * Other programs on the same quota, seen through `X-HubSpot-RateLimit-Remaining`. The server's count above
 * everything we can possibly have in its window proves them; from then on their share is held back, with room for
 * its variation. Without such proof nothing is held back, so alone we use the whole quota. Pure.
 */
export class ForeignTraffic {
  readonly #caution: number;
  #provenAt = Number.NEGATIVE_INFINITY;
  /** Calls of others in the server's window: a mean in which the last second counts most. */
  #mean = 0;
  #seenAt = Number.NEGATIVE_INFINITY;
  /** The most that our own calls left unexplained since `judge`: other processes of ours, or other programs. */
  #unexplained = Number.NEGATIVE_INFINITY;
  #inRow = 0;
  /** When calls were refused, in the last window: each holds a slot of ours and counts nothing at the server. */
  readonly #refusals: EpochMs[] = [];

  constructor(shared = false) {
    this.#caution = shared ? caution.shared : caution.alone;
  }

  /** `kin`: null where this process has the quota for itself. */
  observe(now: EpochMs, seen: UsageSeen, kin: Kin | null, windowMs: number): void {
    const unexplained = seen.used - seen.ownAtSend - seen.sentSince;
    if (kin !== null) this.#unexplained = Math.max(this.#unexplained, unexplained);
    else if (unexplained > 0) this.#provenAt = now;
    // Slots that returned meanwhile may have left the server's window before: a slot outlives its request there by the answer's way.
    const held = Math.min(seen.ownAtSend, seen.ownNow - seen.sentSince);
    const own = Math.max(0, held - this.#refusedLately(now, windowMs));
    const share = Math.max(0, seen.used - own - (kin === null ? 0 : kin.others * busy(own, kin)));
    const weight = Math.max(leastWeight, 1 - Math.exp((this.#seenAt - now) / (windowMs * recentShare)));
    this.#mean += weight * (share - this.#mean);
    this.#seenAt = now;
  }

  /** Where processes share the quota: what was seen, now that it is known how much of it the others may be. */
  judge(now: EpochMs, others: number): void {
    if (this.#unexplained > others) this.#provenAt = now;
    this.#unexplained = Number.NEGATIVE_INFINITY;
  }

  /** A 429 although we kept to our share: somebody else has the slots we counted on. */
  refused(now: EpochMs, windowMs: number): void {
    this.#inRow = this.#penalised(now, windowMs) ? Math.min(this.#inRow + 1, 5) : 1;
    this.#refusals.push(now);
    this.#provenAt = now;
  }

  /** Whether there were others lately. */
  proven(now: EpochMs, windowMs: number): boolean {
    return now - this.#provenAt <= memoryWindows * windowMs;
  }

  /** Slots to leave to others now. */
  share(now: EpochMs, limit: number, windowMs: number): number {
    if (!this.proven(now, windowMs)) return 0;
    const variation = Math.ceil(this.#caution * Math.sqrt(this.#mean)) + 2;
    const penalty = this.#penalised(now, windowMs) ? Math.ceil(limit * 0.03 * this.#inRow) : 0;
    // Never everything: one slot of our own keeps answers, and so knowledge, coming.
    return Math.min(limit - 1, Math.ceil(this.#mean) + variation + penalty);
  }

  #penalised(now: EpochMs, windowMs: number): boolean {
    return now - (this.#refusals.at(-1) ?? Number.NEGATIVE_INFINITY) <= memoryWindows * windowMs;
  }

  #refusedLately(now: EpochMs, windowMs: number): number {
    const gone = this.#refusals.findIndex((at) => now - at <= windowMs);
    // The last one is kept: it is remembered for longer.
    this.#refusals.splice(0, gone < 0 ? this.#refusals.length - 1 : gone);
    return gone < 0 ? 0 : this.#refusals.length;
  }
}

/** How much of their slots other processes use, guessed from how much we use of ours: they do the same work. */
function busy(own: number, { slots }: Kin): number {
  return Math.min(1, Math.max(0.3, own / Math.max(1, slots)));
}
