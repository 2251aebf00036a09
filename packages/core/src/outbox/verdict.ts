import type { ErrorCode } from "../errors/codes.ts";
import { errorCodes } from "../errors/codes.ts";
import { backoffMs } from "../retry/backoff.ts";

export interface FailedJob {
  readonly code: ErrorCode;
  /** Attempts before this one. */
  readonly tries: number;
  /** Since the job was put in. */
  readonly ageMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** What whoever refused asked for. */
  readonly retryAfterMs?: number | null;
}

export type Verdict =
  | { readonly action: "retry"; readonly waitMs: number }
  /** Parked in the failed list, until somebody replays or discards it. */
  | { readonly action: "fail" };

/** How long an outage may last before a job that waits for its end is parked. */
const patienceMs = 72 * 3_600_000;
/** Attempts that a handler which throws of itself is given: about half an hour. */
const mostTries = 8;
const firstWaitMs = 5_000;
const longestWaitMs = 900_000;

/** Nothing about the job is wrong: HubSpot, the grant, the quota or the database is. What may have happened is found out by the next attempt. */
const passing: ReadonlySet<string> = new Set(["unavailable", "rate-limit", "storage", "unknown-outcome", "aborted"]);
/** What a connection that is made anew puts an end to. */
export const grantCodes: readonly ErrorCode[] = [
  "AUTH_INVALID",
  "AUTH_EXPIRED",
  "AUTH_DISCONNECTED",
  "AUTH_CIRCUIT_OPEN",
];

/**
 * What becomes of a job whose attempt failed. Pure.
 *
 * - outages, limits, a revoked token, a busy database, an unknown outcome: again, for three days, a quarter of an hour apart in the end;
 * - code that threw: again, eight times in all;
 * - what HubSpot or a check refused (400, 403, 404, …): parked at once, because nothing will change by itself.
 */
export function verdictOn({ code, tries, ageMs, random, retryAfterMs }: FailedJob): Verdict {
  const waits = passing.has(errorCodes[code].category) || grantCodes.includes(code);
  const again = waits ? ageMs < patienceMs : errorCodes[code].retryable && tries + 1 < mostTries;
  if (!again) return { action: "fail" };
  const step = backoffMs(tries + 1, random, firstWaitMs, longestWaitMs);
  return { action: "retry", waitMs: Math.max(step, Math.min(retryAfterMs ?? 0, 24 * 3_600_000)) };
}
