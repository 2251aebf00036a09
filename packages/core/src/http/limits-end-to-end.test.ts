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

const responseTimes = {
  "constant 100 ms": () => 100,
  "log-normal, median 120 ms, σ 0.8, cap 2 s": (random: () => number) => logNormal(random, 120, 0.8, 2_000),
  "uniform 10 ms to 2 s": (random: () => number) => 10 + random() * 1_990,
};

function setup(limits: RollingLimits, seed: number, responseTime: (random: () => number) => number) {
  const clock = testClock();
  const random = seeded(seed);
  const times: number[] = [];
  const server = limitedServer(clock, limits, () => {
    const time = responseTime(random);
    times.push(time);
    // Of a constant time not even the way there varies: the worst case, because bursts stay bursts.
    const share = responseTime.length === 0 ? 0.5 : random();
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

/** A program that calls at random moments, half the quota on average: its calls in the server's window at `now`. */
function halfTheQuota(from: number, seed: number): (now: number) => number {
  const random = seeded(seed);
  const calls: number[] = [];
  for (let at = from; calls.length < 12_000; at += -Math.log(1 - random()) * (windowMs / 95)) calls.push(at);
  let [first, last] = [0, 0];
  return (now) => {
    while (last < calls.length && (calls[last] as number) <= now) last++;
    while (first < last && (calls[first] as number) <= now - windowMs) first++;
    return last - first;
  };
}

describe.each(Object.entries(responseTimes))("thousands of calls through the pipeline, %s", (_name, responseTime) => {
  for (const lane of ["interactive", "backfill"] as const) {
    it(`get no 429 and use the quota: ${lane}`, async () => {
      const { clock, server, pipeline, call, meanMs } = setup({ limit: 190, windowMs }, 11, responseTime);
      const count = 12_000;
      const start = clock.now();
      await clock.run(Promise.all(Array.from({ length: count }, () => call(lane))));
      const used = count / (((clock.now() - start) / windowMs) * 190);
      expect(server.refused()).toBe(0);
      expect(fullestWindow(server.arrivals, windowMs)).toBeLessThanOrEqual(190);
      expect(used).toBeGreaterThanOrEqual((0.98 * windowMs) / (windowMs + meanMs()));
      expect(pipeline.stats.read()).toMatchObject({ calls: count, retries: 0, rateLimited: 0 });
    });

    it(`beside a program that takes half the quota get fewer than 1 in 200 answered 429, from the first on: ${lane}`, async () => {
      const foreign = halfTheQuota(testClock().now() - 2 * windowMs, 5);
      const { clock, server, call } = setup({ limit: 190, windowMs, foreign }, 12, responseTime);
      const count = 6_000;
      const start = clock.now();
      await clock.run(Promise.all(Array.from({ length: count }, () => call(lane))));
      expect(server.refused() / count).toBeLessThan(0.005);
      // Room for the other's variation costs some of what it leaves.
      expect(count / (((clock.now() - start) / windowMs) * 95)).toBeGreaterThan(0.7);
    });
  }

  it("draw few 429s when another program appears that was not there", async () => {
    const foreign = halfTheQuota(testClock().now() + 60_000, 6);
    const { clock, server, call } = setup({ limit: 190, windowMs, foreign }, 13, responseTime);
    const count = 3_000;
    await clock.run(Promise.all(Array.from({ length: count }, () => call("interactive"))));
    expect(server.refused()).toBeLessThan(25);
  });
});

describe("after a pause", () => {
  it("a burst waits for one answer beyond its first calls, because nobody knows what others did meanwhile", async () => {
    const { clock, server, call } = setup({ limit: 190, windowMs }, 14, () => 100);
    const burst = (): Promise<unknown> =>
      clock.run(Promise.all(Array.from({ length: 150 }, () => call("interactive"))));
    await burst();
    await clock.advance(30_000);
    const start = clock.now();
    await burst();
    expect(clock.now() - start).toBe(200);
    expect(server.arrivals.filter((at) => at < start + 60).length - 150).toBe(Math.ceil(190 / 8));
  });
});
