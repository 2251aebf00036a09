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
/** The part of it that is left when nothing is on its way any more: the difference of clocks. */
const skewMs = 1_000;
/** An instance of one invocation that has done nothing for so long is about to end. */
const idleMs = 250;
/** A slot returns up to this much later than a window after its answer: clocks count whole milliseconds. */
const roundingMs = 2;
/** Windows up to this long are waited out, so that not even the slots in use outlive their use. */
const shortWindowMs = 2_000;

export interface LeaseOptions {
  readonly store: RateBudgetStore;
  readonly budget: string;
  /** This process's name for its block: random, one per instance and budget. */
  readonly block: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /**
   * Where instances live for one invocation (Workers): runs work after the answer was given. Slots then go back as soon as
   * nothing needs them, and none is taken in advance. Absent: they are kept while they are renewed.
   */
  readonly behind?: (work: () => Promise<void>) => void;
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
  /** Calls wait or are on their way. */
  busy(): boolean;
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
  #failedUntil = Number.NEGATIVE_INFINITY;
  /** The store gave all that it was asked for last: it may have more. */
  #filled = false;
  #asking: Promise<void> | null = null;
  #knownLimit: number | null = null;
  /** Ends the wait before slots are given back; null while nothing is about to be. */
  #rest: AbortController | null = null;
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

  /** False where the instance lives for one invocation. */
  get lasting(): boolean {
    return this.#options.behind === undefined;
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
    // The store failed and there are slots to go on with: asking it at every turn would keep everything else from its.
    if (now < this.#failedUntil && this.slots(now) > 0) return;
    const due = now >= this.#usableUntil - (usableMs - renewMs);
    if (!due && !(waiting && (this.#needsMore(now) || (now >= this.#askAt && this.#worthAsking(now))))) return;
    const done = (error: unknown): void => {
      // First, because whoever is served next may need to ask again.
      this.#asking = null;
      this.#host.changed(error);
    };
    this.#asking = this.#ask(now).then(() => done(null), done);
  }

  /** Nothing waits and nothing is on its way. Where that means the end of an invocation, the slots go back behind it. */
  rest(): void {
    const { behind, clock } = this.#options;
    if (behind === undefined || this.#rest !== null || this.#closed || this.#granted === 0) return;
    const rest = new AbortController();
    this.#rest = rest;
    behind(async () => {
      const windowMs = this.#host.windowMs();
      const short = windowMs <= shortWindowMs;
      try {
        do {
          await clock.sleep(short ? windowMs + roundingMs : idleMs, rest.signal);
          await this.#asking;
        } while (short && !this.#host.busy() && this.#host.demand(clock.now()).used > 0);
      } catch (error) {
        // Closed meanwhile, which gives back by itself.
        if (isHubspokeError(error, "ABORTED")) return;
        throw error;
      }
      this.#rest = null;
      if (!this.#closed && !this.#host.busy()) await this.#giveBack();
    });
  }

  /** Gives back what is free. Slots in use end with the block. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rest?.abort();
    await this.#asking;
    await this.#giveBack();
  }

  async #giveBack(): Promise<void> {
    const { store, budget, block, clock } = this.#options;
    const now = clock.now();
    const { used, limit } = this.#host.demand(now);
    const granted = this.#granted;
    this.#usableUntil = Number.NEGATIVE_INFINITY;
    this.#askAt = Number.NEGATIVE_INFINITY;
    this.#filled = false;
    this.#granted = used;
    if (granted === 0) return;
    try {
      if (used === 0) return await store.giveBack(budget, block, granted, now);
      // Those in use, for only as long as HubSpot may still count them.
      const ttlMs = this.#host.windowMs() + (this.#host.busy() ? graceMs : skewMs);
      await store.take({ budget, block, limit, want: used, now, ttlMs });
    } catch (error) {
      // They expire in seconds; whoever is ending must end.
      this.#report(error);
    }
  }

  /** More is needed than when the store was asked, and it gave that: whoever waits need not wait for the next time. */
  #needsMore(now: EpochMs): boolean {
    return this.#filled && this.#targetOf(this.#host.demand(now)) > this.#granted;
  }

  #worthAsking(now: EpochMs): boolean {
    const demand = this.#host.demand(now);
    const target = this.#targetOf(demand);
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
      const target = this.#targetOf(demand);
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
      this.#target = this.#targetOf(this.#host.demand(now), taken.others);
      this.#granted = taken.granted;
      this.#filled = taken.granted >= want;
      this.#othersBefore = this.others;
      this.#others = taken.others;
      this.#usableUntil = now + usableMs;
      this.#knownLimit = taken.learned?.limit ?? null;
      if (this.#knownLimit !== null && this.#host.learnedLimit() === null) this.#host.suggestLimit(this.#knownLimit);
      if (taken.granted === 0 || taken.granted === this.#target) this.#askAt = now + emptyMs;
    } catch (error) {
      this.#failedUntil = clock.now() + shortMs;
      this.#askAt = this.#failedUntil;
      this.#report(error);
      throw error;
    }
  }

  #targetOf(demand: Demand, others: readonly BudgetShare[] = this.#others): number {
    return targetSlots(demand, others, this.#granted, this.lasting);
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
