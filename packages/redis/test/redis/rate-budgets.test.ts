import { memoryStorage } from "@hubspoke/core/memory";
import type { RateBudgetStore } from "@hubspoke/core/ports";
import { withRedis } from "@hubspoke/redis";
import * as fc from "fast-check";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connect, freshPrefix, keysOf, removeAll } from "./server.ts";

let redis: Redis;
const prefix = freshPrefix();
beforeAll(async () => {
  redis = await connect();
});
afterAll(async () => {
  await removeAll(redis, prefix);
  await redis.quit();
});

interface Call {
  readonly kind: "take" | "giveBack" | "learn";
  readonly block: string;
  readonly want: number;
  readonly limit: number;
  readonly afterMs: number;
}

const calls: fc.Arbitrary<readonly Call[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("take", "take", "take", "giveBack", "learn"),
    block: fc.constantFrom("a", "b", "c", "d"),
    want: fc.integer({ min: 0, max: 12 }),
    limit: fc.integer({ min: 0, max: 20 }),
    afterMs: fc.integer({ min: 0, max: 60 }),
  }),
  { maxLength: 30 },
);

async function answer(store: RateBudgetStore, budget: string, one: Call, now: number): Promise<unknown> {
  const { kind, block, want, limit } = one;
  if (kind === "giveBack") return store.giveBack(budget, block, want, now);
  if (kind === "learn") {
    await store.learn(budget, { limit: limit || null, dailyLimit: null, dailyRemaining: want || null }, now);
    return store.read(budget);
  }
  const taken = await store.take({ budget, block, limit, want, now, ttlMs: 100 });
  // Who comes first among the others is nobody's promise.
  return { ...taken, others: taken.others.map(({ slots, want }) => `${slots}/${want}`).sort() };
}

it("lends what a budget in memory lends, whatever is asked", async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(calls, async (sequence) => {
      const budget = `portal ${round++} {app}`;
      const here = memoryStorage();
      const there = withRedis(here, { redis, prefix });
      let now = 1_780_000_000_000;
      for (const one of sequence) {
        now += one.afterMs;
        const expected = await answer(here.rateBudgets, budget, one, now);
        expect(await answer(there.rateBudgets, budget, one, now)).toEqual(expected);
      }
    }),
    { numRuns: 200 },
  );
});

it("forgets a budget nobody uses: every key has an end", async () => {
  const { rateBudgets, leases } = withRedis(memoryStorage(), { redis, prefix });
  const now = 1_780_000_000_000;
  await rateBudgets.take({ budget: "b", block: "x", limit: 5, want: 2, now, ttlMs: 1_000 });
  await rateBudgets.learn("b", { limit: 190, dailyLimit: null, dailyRemaining: null }, now);
  await leases.acquire("job", "me", now, 1_000);
  const keys = await keysOf(redis, prefix);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
});
