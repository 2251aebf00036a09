import type { EpochMs } from "./ids.ts";

/** What one holder has of a budget, and what it asked for last. */
export interface BudgetShare {
  /** Calls at once in HubSpot's window that the holder may make. */
  readonly slots: number;
  /** May be more than `slots`, where the others left less. */
  readonly want: number;
}

/** What HubSpot's headers last said of a budget. */
export interface LearnedBudget {
  /** Calls in HubSpot's window (`X-HubSpot-RateLimit-Max`); null before an answer told it. */
  readonly limit: number | null;
  /** Calls a day; null before an answer told it, and for marketplace apps, which have none. */
  readonly dailyLimit: number | null;
  /** As of `learnedAt`, for all apps of the account together; null as `dailyLimit`. */
  readonly dailyRemaining: number | null;
  /** Epoch ms, of the answer that told it. */
  readonly learnedAt: EpochMs;
}

/**
 * One budget shared by processes, in blocks that expire: every holder has one block, whose slots it uses again and
 * again. Keyed by (portal, app), not by tenant: HubSpot counts so.
 *
 * Duties: no call lends a slot that would take the sum of unexpired blocks beyond its `limit`, whatever races; a
 * killed holder's slots return by expiry; a live block never loses slots that its holder still wants. A holder never asks
 * for fewer slots than it has in use, and gives `ttlMs` long enough that whatever it sent last has left HubSpot's window
 * when the block expires.
 */
export interface RateBudgetStore {
  /**
   * Sets the holder's block to `want` slots, or to what the others leave of `limit`, or to what of `want` it has anyway,
   * until `now + ttlMs`. `block` is the holder's own name, the same at every call: a first call takes, a later one
   * renews, grows or shrinks.
   */
  take(query: {
    readonly budget: string;
    readonly block: string;
    readonly limit: number;
    readonly want: number;
    readonly now: EpochMs;
    readonly ttlMs: number;
  }): Promise<{
    readonly granted: number;
    /** Unexpired blocks of everybody else. */
    readonly others: readonly BudgetShare[];
    /** When the first of them expires; null when there are none. */
    readonly retryAt: EpochMs | null;
    readonly learned: LearnedBudget | null;
  }>;
  /** Takes slots that are certainly free out of an unexpired block, at most those it has. */
  giveBack(budget: string, block: string, slots: number, now: EpochMs): Promise<void>;
  /** What HubSpot's headers said; null leaves what is known. */
  learn(budget: string, learned: Omit<LearnedBudget, "learnedAt">, now: EpochMs): Promise<void>;
  /** Null where HubSpot's answers have told nothing yet. */
  read(budget: string): Promise<LearnedBudget | null>;
}
