import type { Lane } from "../model/lane.ts";
import type { EpochMs } from "../ports/ids.ts";

/** While the day's quota is used up, one call in this time asks whether a new day has begun. */
const probeEveryMs = 5 * 60_000;
/** Share of the day that only interactive calls may use. */
const reserveShare = 0.05;

export interface DailyState {
  readonly limit: number | null;
  readonly remaining: number | null;
}

/**
 * The account's calls per day, as the headers tell it (marketplace OAuth apps have none, hubspot-facts §2.4).
 * Shared by all apps of the account, so only HubSpot's own number counts, lowered by what we send meanwhile.
 * The last share is kept for interactive calls. Pure.
 */
export class DailyQuota {
  #limit: number | null = null;
  #remaining: number | null = null;
  #exhausted = false;
  #askedAt = 0;

  get state(): DailyState {
    return { limit: this.#limit, remaining: this.#remaining };
  }

  get reserve(): number {
    return Math.ceil((this.#limit ?? 0) * reserveShare);
  }

  /** Whether a call of `lane` may go now. A refused lane still gets one probe in five minutes: midnight is not announced. */
  allows(now: EpochMs, lane: Lane): boolean {
    if (this.#open(lane)) return true;
    // Either way: a clock set back by hours must not put the question off by hours.
    if (Math.abs(now - this.#askedAt) < probeEveryMs) return false;
    this.#askedAt = now;
    return true;
  }

  spent(): void {
    if (this.#remaining !== null && this.#remaining > 0) this.#remaining--;
  }

  learn(now: EpochMs, limit: number | null, remaining: number | null): void {
    if (limit !== null) this.#limit = limit;
    if (remaining === null) return;
    this.#remaining = remaining;
    this.#exhausted = remaining <= 0;
    this.#askedAt = now;
  }

  /** A call was served by an app whose answers do not count the day: whatever used it up before is over. */
  served(): void {
    if (!this.#exhausted) return;
    this.#exhausted = false;
    this.#remaining = null;
  }

  /** A 429 with policy DAILY. */
  exhausted(now: EpochMs): void {
    this.#exhausted = true;
    this.#remaining = 0;
    this.#askedAt = now;
  }

  #open(lane: Lane): boolean {
    if (this.#exhausted) return false;
    if (lane === "interactive" || this.#remaining === null || this.#limit === null) return true;
    return this.#remaining > this.reserve;
  }
}
