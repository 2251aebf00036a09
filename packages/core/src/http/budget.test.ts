import { describe, expect, it } from "vitest";
import type { RateHeaders } from "../limits/rate-headers.ts";
import type { Lane } from "../model/lane.ts";
import { Budget } from "./budget.ts";
import type { Permit } from "./budget-types.ts";
import { Budgets } from "./budgets.ts";
import { testClock } from "./virtual-clock.fixture.ts";

const none: RateHeaders = { max: null, intervalMs: null, remaining: null, dailyLimit: null, dailyRemaining: null };
const size = { limit: 2, windowMs: 10_000 };

function setup(limit = 2) {
  const clock = testClock();
  const budget = new Budget(clock, { size: { limit, windowMs: 10_000 } });
  const order: string[] = [];
  const ask = (name: string, lane: Lane, signal?: AbortSignal): Promise<Permit> =>
    Promise.resolve()
      .then(() => budget.acquire(lane, signal))
      .then((permit) => {
        order.push(name);
        return permit;
      });
  return { clock, budget, order, ask };
}

describe("a budget", () => {
  it("answers at once while slots are free", () => {
    const budget = new Budget(testClock(), { size });
    expect(budget.acquire("interactive")).not.toBeInstanceOf(Promise);
    expect(budget.acquire("interactive")).not.toBeInstanceOf(Promise);
    expect(budget.acquire("interactive")).toBeInstanceOf(Promise);
  });

  it("serves earlier lanes first, and each lane in order", async () => {
    const { clock, budget, order, ask } = setup(1);
    const first = await ask("first", "interactive");
    const rest = (["backfill", "incremental", "webhook", "interactive"] as const).flatMap((lane) =>
      [1, 2].map((n) => ask(`${lane} ${n}`, lane)),
    );
    await clock.advance(1);
    expect(budget.state().queued).toEqual({ interactive: 2, webhook: 2, incremental: 2, backfill: 2 });
    budget.settle(first, "answered", none);
    for (const one of rest) void one.then((permit) => budget.settle(permit, "answered", none));
    await clock.run(Promise.all(rest));
    expect(order.slice(1)).toEqual([
      "interactive 1", "interactive 2", "webhook 1", "webhook 2", "incremental 1", "incremental 2", "backfill 1", "backfill 2",
    ]); // biome-ignore format: one line per lane reads worse
  });

  it("drops what is aborted from the queue, and keeps the rest moving", async () => {
    const { clock, budget, order, ask } = setup(1);
    const held = await ask("held", "interactive");
    const stop = new AbortController();
    const aborted = ask("aborted", "interactive", stop.signal);
    const kept = ask("kept", "interactive");
    await clock.advance(1);
    stop.abort();
    await expect(aborted).rejects.toMatchObject({ code: "ABORTED", details: { sent: false } });
    expect(budget.state().queued.interactive).toBe(1);
    budget.settle(held, "unsent", null);
    await kept;
    expect(order).toEqual(["held", "kept"]);
    expect(clock.sleepers).toBe(0);
  });

  it("refuses whoever is aborted already", () => {
    const { budget } = setup();
    expect(() => budget.acquire("interactive", AbortSignal.abort())).toThrow(/ABORTED/);
  });

  it("learns a larger limit from an answer and lets the queue go on", async () => {
    const { clock, budget, ask } = setup(1);
    const first = await ask("first", "interactive");
    const second = ask("second", "interactive");
    await clock.advance(1);
    budget.settle(first, "answered", { ...none, max: 190, intervalMs: 10_000, remaining: 189 });
    await second;
    expect(budget.state()).toMatchObject({ limit: 190, inFlight: 1, used: 2, foreign: 0 });
  });

  it("keeps the host's own ceiling where HubSpot allows more", async () => {
    const clock = testClock();
    const budget = new Budget(clock, { size, ceiling: 3 });
    const permit = await budget.acquire("interactive");
    budget.settle(permit, "answered", { ...none, max: 190, intervalMs: 10_000, remaining: 189 });
    await budget.acquire("interactive");
    await budget.acquire("interactive");
    expect(budget.acquire("interactive")).toBeInstanceOf(Promise);
    expect(budget.state().limit).toBe(3);
  });

  it("stops everything for a while after a 429, longer each time in a row, and forgets it after a success", async () => {
    const { clock, budget } = setup(190);
    const refuse = async (): Promise<number> => {
      const permit = await clock.run(Promise.resolve(budget.acquire("interactive")));
      const pause = budget.refused(permit, null);
      budget.settle(permit, "answered", none);
      return pause;
    };
    expect([await refuse(), await refuse(), await refuse(), await refuse(), await refuse()]).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
    expect(budget.state().blockedUntil).not.toBeNull();
    const permit = await clock.run(Promise.resolve(budget.acquire("interactive")));
    budget.settle(permit, "answered", { ...none, max: 190, remaining: 180 });
    expect(await refuse()).toBe(1_000);
  });

  it("counts refusals of one burst once", async () => {
    const { clock, budget } = setup(190);
    const burst = await clock.run(Promise.all([1, 2, 3].map(async () => budget.acquire("interactive"))));
    await clock.advance(50);
    expect(burst.map((permit) => budget.refused(permit, null))).toEqual([1_000, 1_000, 1_000]);
  });

  it("waits as long as Retry-After says", async () => {
    const { clock, budget } = setup(190);
    const permit = await budget.acquire("interactive");
    budget.refused(permit, 30_000);
    const start = clock.now();
    await clock.run(Promise.resolve(budget.acquire("interactive")));
    expect(clock.now() - start).toBe(30_000);
  });

  it("holds no slot longer because the host's clock was set back", async () => {
    const { clock, budget } = setup(1);
    const permit = await budget.acquire("interactive");
    budget.settle(permit, "answered", none);
    clock.jump(-3_600_000);
    const start = clock.now();
    await clock.run(Promise.resolve(budget.acquire("interactive")));
    expect(clock.now() - start).toBeLessThan(11_000);
  });

  it("refuses what waits when it is closed, and everything after", async () => {
    const { clock, budget, ask } = setup(1);
    await ask("held", "interactive");
    const waiting = ask("waiting", "backfill");
    await clock.advance(1);
    budget.close();
    await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
    expect(() => budget.acquire("interactive")).toThrow(/CLOSED/);
    expect(clock.sleepers).toBe(0);
  });

  it("tells where a call would stand and when it would go", async () => {
    const { clock, budget, ask } = setup(1);
    const permit = await ask("held", "interactive");
    budget.settle(permit, "answered", none);
    void ask("next", "interactive").catch(() => undefined);
    await clock.advance(1_000);
    expect(budget.estimate("interactive")).toEqual({ queued: true, position: 1, etaMs: 9_001 + 10_000 });
    await budget.close();
  });

  it("gives an interactive call the next slot while a backfill has the queue full", async () => {
    const clock = testClock();
    const budget = new Budget(clock, { size: { limit: 190, windowMs: 10_000 } });
    const call = async (lane: Lane): Promise<number> => {
      const asked = clock.now();
      const permit = await budget.acquire(lane);
      const waited = clock.now() - asked;
      await clock.sleep(100);
      budget.settle(permit, "answered", none);
      return waited;
    };
    const backfill = Promise.all(Array.from({ length: 1_500 }, () => call("backfill")));
    let longest = 0;
    const users = (async () => {
      for (let i = 0; i < 100; i++) {
        await clock.sleep(531);
        longest = Math.max(longest, await call("interactive"));
      }
    })();
    await clock.run(users);
    expect(longest).toBeLessThanOrEqual(200);
    await clock.run(backfill);
  });
});

describe("the budgets of tokens that come and go", () => {
  it("are forgotten with their days, those in use excepted", () => {
    const budgets = new Budgets(testClock());
    const kinds = () => budgets.state().map(({ key, daily }) => [key, daily?.remaining ?? null]);
    for (let i = 0; i < 1_000; i++) {
      budgets.calls(`token ${i}`);
      budgets.day(`token ${i}`).learn(0, 1_000, i);
    }
    budgets.calls("token 7").acquire("interactive");
    budgets.calls("another");
    expect(kinds()).toEqual([
      ["token 7", 7],
      ["another", null],
    ]);
    budgets.calls("token 9");
    expect(kinds()).toContainEqual(["token 9", null]);
  });
});
