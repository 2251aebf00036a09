import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CachePolicy, defaultCachePolicy, freshness, lifetimeOf } from "./policy.ts";

const day = 86_400_000;

describe("lifetimes", () => {
  it("are a day fresh and three more stale for a contact, ten minutes and no more for nobody", () => {
    expect(lifetimeOf("positive", 1_000, defaultCachePolicy)).toEqual({
      freshUntil: 1_000 + day,
      expiresAt: 1_000 + 4 * day,
    });
    expect(lifetimeOf("negative", 1_000, defaultCachePolicy)).toEqual({ freshUntil: 601_000, expiresAt: 601_000 });
  });
});

describe("freshness", () => {
  const entry = { freshUntil: 100, expiresAt: 200 };

  it.each([
    [0, "fresh"],
    [99, "fresh"],
    [100, "stale"],
    [199, "stale"],
    [200, "expired"],
  ] as const)("at %i is %s", (now, expected) => {
    expect(freshness(entry, now)).toBe(expected);
  });

  const ms = fc.integer({ min: 0, max: 10 * day });
  const policies: fc.Arbitrary<CachePolicy> = fc.record({
    freshMs: ms,
    staleMs: ms,
    negativeMs: ms,
    settleMs: fc.constant(60_000),
    memoryMs: ms,
  });
  const order = ["fresh", "stale", "expired"];

  it("never improves with time, and 'nobody' is never stale", () => {
    fc.assert(
      fc.property(policies, ms, ms, ms, (policy, fetchedAt, a, b) => {
        const [early, late] = [fetchedAt + Math.min(a, b), fetchedAt + Math.max(a, b)];
        for (const kind of ["positive", "negative"] as const) {
          const lifetime = lifetimeOf(kind, fetchedAt, policy);
          const states = [freshness(lifetime, early), freshness(lifetime, late)];
          expect(order.indexOf(states[0] as string)).toBeLessThanOrEqual(order.indexOf(states[1] as string));
          if (kind === "negative") expect(states).not.toContain("stale");
        }
      }),
    );
  });
});
