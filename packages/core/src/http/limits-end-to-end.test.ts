import { describe, expect, it } from "vitest";
import { fullestWindow, logNormal, seeded } from "../limits/model-server.fixture.ts";
import type { Lane } from "../model/lane.ts";
import { Secret } from "../model/secret.ts";
import { BudgetKeys } from "./budget-keys.ts";
import { Budgets } from "./budgets.ts";
import { limitedServer, type RollingLimits } from "./fake-hubspot.fixture.ts";
import { Pipeline } from "./pipeline.ts";
import { testClock } from "./virtual-clock.fixture.ts";

const windowMs = 10_000;

function setup(limits: RollingLimits, seed: number) {
  const clock = testClock();
  const random = seeded(seed);
  const times: number[] = [];
  const server = limitedServer(clock, limits, () => {
    const time = logNormal(random, 120, 0.8, 2_000);
    times.push(time);
    const share = random();
    return [time * share, time * (1 - share)];
  });
  const credential = { token: new Secret("pat-na1-12345678"), budgetKey: "app" };
  const pipeline = new Pipeline({
    transport: server.transport,
    clock,
    random,
    credentials: { get: async () => credential },
    budgets: new Budgets(clock),
    budgetKeys: new BudgetKeys((text) => text),
    checkPortal: () => "1",
    baseUrl: "https://api.hubapi.com",
    version: "2026-09",
    timeouts: { connectMs: 1, headersMs: 1, bodyMs: 1 },
    maxAttempts: 6,
    maxWaitMs: 60_000,
  });
  const call = (lane: Lane) =>
    pipeline.send({
      tenant: "acme",
      method: "GET",
      template: "/crm/owners/{version}",
      lane,
      use: "read",
      effect: "read",
    });
  return { clock, server, pipeline, call, meanMs: () => times.reduce((sum, time) => sum + time, 0) / times.length };
}

describe("thousands of calls through the pipeline", () => {
  for (const lane of ["interactive", "backfill"] as const) {
    it(`get no 429 and use the quota: ${lane}`, async () => {
      const { clock, server, pipeline, call, meanMs } = setup({ limit: 190, windowMs }, 11);
      const count = 6_000;
      const start = clock.now();
      await clock.run(Promise.all(Array.from({ length: count }, () => call(lane))));
      const used = count / (((clock.now() - start) / windowMs) * 190);
      expect(server.refused()).toBe(0);
      expect(fullestWindow(server.arrivals, windowMs)).toBeLessThanOrEqual(190);
      expect(used).toBeGreaterThanOrEqual((0.98 * windowMs) / (windowMs + meanMs()));
      expect(pipeline.stats.read()).toMatchObject({ calls: count, retries: 0, rateLimited: 0 });
    });
  }

  it("beside a program that takes half the quota get fewer than 1 in 200 answered 429", async () => {
    const random = seeded(5);
    const others: number[] = [];
    let at = 0;
    while (others.length < 12_000) {
      at += -Math.log(1 - random()) * (windowMs / 95);
      others.push(at);
    }
    let first = 0;
    let last = 0;
    const begin = testClock().now();
    const foreign = (now: number): number => {
      while (last < others.length && (others[last] as number) <= now - begin) last++;
      while (first < last && (others[first] as number) <= now - begin - windowMs) first++;
      return last - first;
    };
    const { clock, server, call } = setup({ limit: 190, windowMs, foreign }, 12);
    const calls = (count: number) => clock.run(Promise.all(Array.from({ length: count }, () => call("interactive"))));
    // The first window goes out before anything is known about the others.
    await calls(1_000);
    const before = server.refused();
    const count = 6_000;
    const start = clock.now();
    await calls(count);
    expect((server.refused() - before) / count).toBeLessThan(0.005);
    // Room for the others' variation costs some of what they leave.
    expect(count / (((clock.now() - start) / windowMs) * 95)).toBeGreaterThan(0.7);
  });
});
