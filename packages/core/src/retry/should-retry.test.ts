import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { type FailedAttempt, shouldRetry } from "./should-retry.ts";

const failed: FailedAttempt = {
  code: "HUBSPOT_UNAVAILABLE",
  status: 502,
  sent: true,
  policyName: null,
  retryAfterMs: null,
  effect: "read",
  unknownOutcome: "repeat",
  attempt: 1,
  maxAttempts: 6,
  maxWaitMs: 60_000,
  random: 0.5,
};

const table: readonly [string, Partial<FailedAttempt>, string][] = [
  ["a read after 502", {}, "retry"],
  ["a read after a time-out", { code: "TIMEOUT", status: null }, "retry"],
  ["an update after 502", { effect: "update" }, "retry"],
  ["an update after 502, asked not to", { effect: "update", unknownOutcome: "throw" }, "unknown"],
  ["an archive after 502", { effect: "archive" }, "retry"],
  ["a create after 500", { effect: "create", status: 500 }, "unknown"],
  ["a create after a reset connection", { effect: "create", code: "NETWORK_FAILED", status: null }, "unknown"],
  [
    "a create that answered success with rubbish",
    { effect: "create", code: "HUBSPOT_RESPONSE_INVALID", status: 201 },
    "unknown",
  ],
  ["a create that never left", { effect: "create", code: "NETWORK_FAILED", status: null, sent: false }, "retry"],
  ["a create after 429", { effect: "create", code: "RATE_LIMITED", status: 429 }, "retry"],
  ["a create after 423", { effect: "create", code: "HUBSPOT_LOCKED", status: 423 }, "retry"],
  ["anything after the daily limit", { code: "DAILY_LIMIT_REACHED", status: 429, policyName: "DAILY" }, "fail"],
  ["a migration of an hour", { code: "HUBSPOT_MIGRATING", status: 477, retryAfterMs: 3_600_000 }, "fail"],
  ["a migration of a minute", { code: "HUBSPOT_MIGRATING", status: 477, retryAfterMs: 60_000 }, "retry"],
  ["a refused value", { code: "VALIDATION_FAILED", status: 400 }, "fail"],
  ["a missing scope", { code: "AUTH_SCOPE_MISSING", status: 403 }, "fail"],
  ["a redirect", { code: "HUBSPOT_RESPONSE_INVALID", status: 302 }, "fail"],
  ["the last attempt of a read", { attempt: 6 }, "fail"],
  ["the last attempt of an update", { attempt: 6, effect: "update" }, "unknown"],
  [
    "the last attempt of an update that never left",
    { attempt: 6, effect: "update", status: null, sent: false },
    "fail",
  ],
  ["an aborted read", { code: "ABORTED", status: null }, "fail"],
  ["an aborted create that may have left", { code: "ABORTED", status: null, effect: "create" }, "unknown"],
  ["an aborted create in the queue", { code: "ABORTED", status: null, effect: "create", sent: false }, "fail"],
  ["a closed instance", { code: "CLOSED", status: null, sent: false }, "fail"],
];

describe("what happens after a failure", () => {
  it.each(table)("%s: %o → %s", (_name, change, action) => {
    expect(shouldRetry({ ...failed, ...change }).action).toBe(action);
  });

  it("waits as long as HubSpot asks, and at least two seconds for a lock", () => {
    expect(shouldRetry({ ...failed, retryAfterMs: 7_000 })).toEqual({ action: "retry", waitMs: 7_000 });
    const locked = shouldRetry({ ...failed, code: "HUBSPOT_LOCKED", status: 423 });
    expect(locked.action === "retry" && locked.waitMs).toBeGreaterThanOrEqual(2_000);
  });

  it("never sends a create again that may have left", () => {
    const codes = ["HUBSPOT_UNAVAILABLE", "HUBSPOT_RESPONSE_INVALID", "NETWORK_FAILED", "TIMEOUT", "ABORTED"] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.integer({ min: 1, max: 9 }),
        fc.option(fc.nat()),
        (code, attempt, retryAfterMs) => {
          const decision = shouldRetry({ ...failed, code, attempt, retryAfterMs, effect: "create" });
          expect(decision.action).toBe("unknown");
        },
      ),
    );
  });
});

describe("backoff", () => {
  it("grows, stays under its cap, and keeps half of each step certain", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const wait = backoffMs(attempt, random);
          const step = Math.min(20_000, 250 * 2 ** Math.min(attempt - 1, 30));
          expect(wait).toBeGreaterThanOrEqual(Math.floor(step / 2));
          expect(wait).toBeLessThanOrEqual(step);
        },
      ),
    );
  });
});
