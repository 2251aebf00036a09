import type { EpochMs } from "./ids.ts";

/**
 * One budget shared by processes, in blocks that expire. Keyed by (portal, app), not by tenant: HubSpot counts so.
 * Duties: the sum of unexpired blocks never exceeds `limit`, whatever races; a killed holder's slots return by expiry.
 */
export interface RateBudgetStore {
  take(query: {
    readonly budget: string;
    readonly limit: number;
    readonly want: number;
    readonly now: EpochMs;
    readonly ttlMs: number;
  }): Promise<{ readonly block: string; readonly granted: number; readonly retryAt: EpochMs | null }>;
  /** Slots of the block that are certainly free again from `now` on. */
  giveBack(budget: string, block: string, slots: number, now: EpochMs): Promise<void>;
  /** What HubSpot's headers last said: limit, remaining of the day. */
  learn(
    budget: string,
    learned: {
      readonly limit: number | null;
      readonly dailyLimit: number | null;
      readonly dailyRemaining: number | null;
    },
    now: EpochMs,
  ): Promise<void>;
  read(budget: string): Promise<{
    readonly limit: number | null;
    readonly dailyLimit: number | null;
    readonly dailyRemaining: number | null;
    readonly learnedAt: EpochMs;
  } | null>;
}
