import type { EpochMs } from "../ports/ids.ts";

const minute = 60_000;
const hour = 60 * minute;

/** How long an answer about a phone number may be used. All in milliseconds. */
export interface CachePolicy {
  /** A contact is served as it is for this long. Default 24 h. */
  readonly freshMs: number;
  /**
   * After that it is served flagged `stale`, and refreshed behind the answer, for this long; it is also what is served
   * while HubSpot is down. Then it is not used at all. Default 3 days, so that a weekend's outage keeps its names.
   */
  readonly staleMs: number;
  /** "HubSpot has nobody with this number" is believed for this long, and never served stale. Default 10 min. */
  readonly negativeMs: number;
  /** An entry is held in this process's memory for this long: the delay with which a change by another process shows, an erasure included. Default 60 s, and at most that. */
  readonly memoryMs: number;
  /**
   * HubSpot's search tells a change this much later, at most: an answer fetched within it of a change is fetched again
   * when it is over. Default 60 s, twice what integrators report.
   */
  readonly settleMs: number;
}

export const defaultCachePolicy: CachePolicy = {
  freshMs: 24 * hour,
  staleMs: 72 * hour,
  negativeMs: 10 * minute,
  memoryMs: minute,
  settleMs: minute,
};

/** The two moments that decide what an entry is worth. */
export interface Lifetime {
  readonly freshUntil: EpochMs;
  readonly expiresAt: EpochMs;
}

/** `fresh`: serve. `stale`: serve flagged, refresh behind. `expired`: as if it were absent. */
export type Freshness = "fresh" | "stale" | "expired";

/** What an entry is worth at `now`. Each moment belongs to the state that begins with it. */
export function freshness(entry: Lifetime, now: EpochMs): Freshness {
  if (now < entry.freshUntil) return "fresh";
  return now < entry.expiresAt ? "stale" : "expired";
}

/** When an answer that HubSpot gave at `fetchedAt` stops being fresh, and stops being used. */
export function lifetimeOf(kind: "positive" | "negative", fetchedAt: EpochMs, policy: CachePolicy): Lifetime {
  if (kind === "negative") {
    const freshUntil = fetchedAt + policy.negativeMs;
    return { freshUntil, expiresAt: freshUntil };
  }
  const freshUntil = fetchedAt + policy.freshMs;
  return { freshUntil, expiresAt: freshUntil + policy.staleMs };
}
