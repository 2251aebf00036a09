import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { type Demand, targetSlots } from "../limits/lease-share.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { BudgetShare, RateBudgetStore } from "../ports/rate-budget-store.ts";

/** How long slots may be used after the store granted them. */
const usableMs = 5_000;
/** While in use they are renewed this long after, well before they end. */
const renewMs = 2_500;
/** How soon the store is asked again when it gave less than was wanted, with slots at hand and without. */
const shortMs = 1_000;
const emptyMs = 250;
/**
 * A block outlives its last use by a window, by the longest time a request may be on its way, and by what the clocks
 * of two processes may differ. Only then has a killed holder's traffic left HubSpot's count.
 */
const graceMs = 3_000;

export interface LeaseOptions {
  readonly store: RateBudgetStore;
  readonly budget: string;
  /** This process's name for its block: random, one per instance and budget. */
  readonly block: string;
  readonly clock: Clock;
  readonly logger?: Logger;
}

/** What a lease answers to: the budget it feeds. */
export interface LeaseHost {
  /** What is needed now. */
  demand(now: EpochMs): Demand;
  windowMs(): number;
  /** HubSpot's own limit as far as known; null before the first answer. */
  learnedLimit(): number | null;
  /** The store knew a limit that this process has not seen yet. */
  suggestLimit(limit: number): void;
  /** Slots changed, or could not be had: whoever waits is served or refused. */
  changed(error: unknown): void;
}

/**
 * This process's part of a budget that several share: slots on loan from the store, used again and again while
 * they are renewed. Everything here happens beside the calls: one that finds a slot free never waits for the store.
 */
export class BudgetLease {
  readonly #options: LeaseOptions;
  readonly #host: LeaseHost;
  #granted = 0;
  #target = 0;
  #others: readonly BudgetShare[] = [];
  #othersBefore = 0;
  #usableUntil = Number.NEGATIVE_INFINITY;
  #askAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;
  #knownLimit: number | null = null;
  #closed = false;

  constructor(options: LeaseOptions, host: LeaseHost) {
    this.#options = options;
    this.#host = host;
  }

  /** Slots this process may use now. */
  slots(now: EpochMs): number {
    return now < this.#usableUntil ? Math.min(this.#granted, this.#target) : 0;
  }

  /** Slots other processes have: their calls are no foreign traffic. */
  get others(): number {
    return slotsOf(this.#others);
  }

  /** The most slots others had since the store was asked before last: they may have grown meanwhile. */
  get othersLately(): number {
    return Math.max(this.others, this.#othersBefore);
  }

  /** When asking again may help somebody who waits. */
  get askAt(): EpochMs {
    return this.#asking === null ? this.#askAt : Number.POSITIVE_INFINITY;
  }

  /** Renews when it is time, asks for more when that may help. Answers at once; `changed` follows. */
  tend(now: EpochMs, waiting: boolean): void {
    if (this.#asking !== null || this.#closed) return;
    const due = now >= this.#usableUntil - (usableMs - renewMs);
    if (!due && !(waiting && now >= this.#askAt && this.#worthAsking(now))) return;
    const done = (error: unknown): void => {
      // First, because whoever is served next may need to ask again.
      this.#asking = null;
      this.#host.changed(error);
    };
    this.#asking = this.#ask(now).then(() => done(null), done);
  }

  /** Gives back what is free. Slots in use end with the block. */
  async close(used: number): Promise<void> {
    this.#closed = true;
    await this.#asking;
    const { store, budget, block, clock } = this.#options;
    const free = this.#granted - used;
    this.#usableUntil = Number.NEGATIVE_INFINITY;
    if (free <= 0) return;
    try {
      await store.giveBack(budget, block, free, clock.now());
    } catch (error) {
      // They expire in seconds; an instance that is being closed must close.
      this.#report(error);
    }
  }

  #worthAsking(now: EpochMs): boolean {
    const demand = this.#host.demand(now);
    const target = targetSlots(demand, this.#others, this.#granted);
    if (target > this.#granted || this.#granted > Math.max(target, demand.used)) return true;
    this.#askAt = now + emptyMs;
    return false;
  }

  async #ask(now: EpochMs): Promise<void> {
    const { store, budget, block, clock } = this.#options;
    this.#askAt = now + shortMs;
    try {
      await this.#teach();
      const demand = this.#host.demand(now);
      const target = targetSlots(demand, this.#others, this.#granted);
      const want = Math.max(target, demand.used);
      // From now on, not from the answer on: the store may have lent the rest to somebody else by then.
      this.#target = Math.min(this.#target, want);
      const taken = await store.take({
        budget,
        block,
        limit: demand.limit,
        want,
        now: clock.now(),
        ttlMs: usableMs + this.#host.windowMs() + graceMs,
      });
      // By what the others have and want now. What was held before decides whose turn it is where there are too few.
      this.#target = targetSlots(this.#host.demand(now), taken.others, this.#granted);
      this.#granted = taken.granted;
      this.#othersBefore = this.others;
      this.#others = taken.others;
      this.#usableUntil = now + usableMs;
      this.#knownLimit = taken.learned?.limit ?? null;
      if (this.#knownLimit !== null && this.#host.learnedLimit() === null) this.#host.suggestLimit(this.#knownLimit);
      if (taken.granted === 0 || taken.granted === this.#target) this.#askAt = now + emptyMs;
    } catch (error) {
      this.#report(error);
      throw error;
    }
  }

  /** Tells the store a limit it does not have yet, so that the next process need not begin with the smallest. */
  async #teach(): Promise<void> {
    const limit = this.#host.learnedLimit();
    if (limit === null || limit === this.#knownLimit) return;
    const { store, budget, clock } = this.#options;
    await store.learn(budget, { limit, dailyLimit: null, dailyRemaining: null }, clock.now());
    this.#knownLimit = limit;
  }

  #report(error: unknown): void {
    if (!isHubspokeError(error)) throw error;
    this.#options.logger?.warn("hubspot.budget_not_renewed", { code: error.code });
  }
}

function slotsOf(shares: readonly BudgetShare[]): number {
  return shares.reduce((sum, { slots }) => sum + slots, 0);
}
