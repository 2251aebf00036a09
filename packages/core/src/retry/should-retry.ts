import type { ErrorCode } from "../errors/codes.ts";
import { backoffMs } from "./backoff.ts";

/** What a call does to HubSpot, as far as repeating it is concerned. Upserts by unique property repeat like updates. */
export type Effect = "read" | "update" | "create" | "archive";

export interface FailedAttempt {
  readonly code: ErrorCode;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** Whether any byte may have reached HubSpot. */
  readonly sent: boolean;
  readonly policyName: string | null;
  readonly retryAfterMs: number | null;
  readonly effect: Effect;
  /** `throw`: a write of unknown outcome is reported even where repeating it would be harmless. */
  readonly unknownOutcome: "repeat" | "throw";
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** The longest pause a caller is made to wait for. */
  readonly maxWaitMs: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

export type RetryDecision =
  | { readonly action: "retry"; readonly waitMs: number }
  | { readonly action: "fail" }
  /** The write may or may not have happened and is not repeated. */
  | { readonly action: "unknown" };

const lockedWaitMs = 2_000;

/**
 * The one place that decides whether a failed call is sent again. Pure.
 *
 * - 429: HubSpot did not process it, so anything repeats, creates too; the budget itself holds the next send back.
 *   Never for the daily limit, which lasts until midnight.
 * - 423 (locked, at least 2 s) and 477 (migration, `Retry-After` up to 24 h): not processed; repeats if the wait is bearable.
 * - Failures before any byte was sent repeat.
 * - After that, and for 5xx: reads repeat; updates and archives repeat unless asked not to; creates never do.
 */
export function shouldRetry(failed: FailedAttempt): RetryDecision {
  const wait = (ms: number): RetryDecision => {
    const waitMs = Math.max(failed.retryAfterMs ?? 0, ms);
    return failed.attempt < failed.maxAttempts && waitMs <= failed.maxWaitMs
      ? { action: "retry", waitMs }
      : { action: "fail" };
  };
  switch (failed.code) {
    case "RATE_LIMITED":
      return wait(0);
    case "HUBSPOT_LOCKED":
      return wait(lockedWaitMs + backoffMs(failed.attempt, failed.random));
    case "HUBSPOT_MIGRATING":
      return wait(failed.retryAfterMs ?? backoffMs(failed.attempt, failed.random, 2_000));
    case "HUBSPOT_UNAVAILABLE":
    case "HUBSPOT_RESPONSE_INVALID":
    case "NETWORK_FAILED":
    case "TIMEOUT": {
      // A redirect is refused, not a hiccup: the same request would be redirected again.
      if (failed.status !== null && failed.status < 400 && failed.status >= 300) return { action: "fail" };
      if (failed.sent && !repeats(failed)) return { action: "unknown" };
      const decision = wait(backoffMs(failed.attempt, failed.random));
      // Even a repeatable write ends unknown when the last attempt got no answer that says what became of it.
      return decision.action === "fail" && failed.sent && failed.effect !== "read" ? { action: "unknown" } : decision;
    }
    case "ABORTED":
      return failed.sent && !repeats(failed) ? { action: "unknown" } : { action: "fail" };
    default:
      return { action: "fail" };
  }
}

function repeats(failed: FailedAttempt): boolean {
  if (failed.effect === "read") return true;
  return failed.effect !== "create" && failed.unknownOutcome === "repeat";
}
