import { describe, expect, it } from "vitest";
import type { Demand } from "../limits/lease-share.ts";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { RateBudgetStore } from "../ports/rate-budget-store.ts";
import { BudgetLease } from "./budget-lease.ts";
import { testClock } from "./virtual-clock.fixture.ts";

function setup(others: { readonly slots: number } = { slots: 0 }) {
  const clock = testClock();
  const { rateBudgets } = memoryStorage();
  const demand: { -readonly [K in keyof Demand]: Demand[K] } = { used: 0, queued: 50, limit: 190 };
  const asked: Parameters<RateBudgetStore["take"]>[0][] = [];
  const store: RateBudgetStore = {
    ...rateBudgets,
    async take(query) {
      asked.push(query);
      await clock.sleep(100);
      return rateBudgets.take(query);
    },
  };
  const learned: { limit: number | null } = { limit: null };
  const suggested: number[] = [];
  const lease = new BudgetLease(
    { store, budget: "app", block: "mine", clock },
    {
      demand: () => demand,
      windowMs: () => 10_000,
      learnedLimit: () => learned.limit,
      suggestLimit: (limit) => void suggested.push(limit),
      changed: () => undefined,
      busy: () => false,
    },
  );
  const ask = async (waiting = true): Promise<void> => {
    lease.tend(clock.now(), waiting);
    await clock.advance(200);
  };
  const other = (slots: number, want = slots) =>
    rateBudgets.take({ budget: "app", block: "other", limit: 190, want, now: clock.now(), ttlMs: 60_000 });
  return { clock, rateBudgets, demand, asked, learned, suggested, lease, ask, other, others };
}

describe("slots on loan", () => {
  it("are none before the store answered, and none after they ended", async () => {
    const { clock, lease, ask } = setup();
    lease.tend(clock.now(), true);
    expect(lease.slots(clock.now())).toBe(0);
    expect(lease.askAt).toBe(Number.POSITIVE_INFINITY);
    await clock.advance(200);
    expect(lease.slots(clock.now())).toBe(63);
    await clock.advance(4_799);
    expect(lease.slots(clock.now())).toBe(63);
    await clock.advance(1);
    expect(lease.slots(clock.now())).toBe(0);
    await ask();
    expect(lease.slots(clock.now())).toBe(63);
  });

  it("are renewed half-way, once, whether or not anybody waits", async () => {
    const { clock, demand, asked, lease, ask } = setup();
    await ask();
    demand.used = 50;
    demand.queued = 0;
    await ask(false);
    await clock.advance(2_000);
    await ask(false);
    expect(asked).toHaveLength(1);
    await clock.advance(400);
    lease.tend(clock.now(), false);
    lease.tend(clock.now(), false);
    await clock.advance(200);
    expect(asked.map(({ want }) => want)).toEqual([63, 63]);
  });

  it("are asked for again at once when more are needed than were, while the store gives what it is asked for", async () => {
    const { clock, demand, asked, lease, ask, other } = setup();
    demand.queued = 1;
    lease.tend(clock.now(), true);
    await clock.advance(1);
    demand.queued = 10;
    await clock.advance(100);
    // Nine came while it was asked for one.
    await ask();
    expect(asked.map(({ want }) => want)).toEqual([3, 13]);
    expect(lease.slots(clock.now())).toBe(13);
    await other(175);
    demand.queued = 60;
    await ask();
    await ask();
    expect(asked.map(({ want }) => want)).toEqual([3, 13, 75]);
  });

  it("that are to be given up are not used any more from the moment the store is told", async () => {
    const { clock, demand, asked, lease, ask } = setup();
    await ask();
    demand.used = 20;
    demand.queued = 0;
    await clock.advance(2_600);
    lease.tend(clock.now(), false);
    await clock.advance(1);
    // The answer is still under way, and somebody else may have the rest already.
    expect(lease.slots(clock.now())).toBe(25);
    await clock.advance(200);
    expect(asked.at(-1)?.want).toBe(25);
  });

  it("in use are never given up", async () => {
    const { clock, demand, asked, ask, other } = setup();
    demand.queued = 500;
    await ask();
    demand.used = 190;
    await other(0, 190);
    await clock.advance(2_600);
    await ask();
    expect(asked.at(-1)?.want).toBe(190);
    await clock.advance(1_000);
    demand.used = 120;
    await ask();
    // Half is fair; what is in use beyond it stays until it returns.
    expect(asked.at(-1)?.want).toBe(120);
  });

  it("outlive their last use by a window, time on the way and what clocks may differ", async () => {
    const { asked, ask } = setup();
    await ask();
    expect(asked[0]?.ttlMs).toBeGreaterThanOrEqual(5_000 + 10_000 + 2_000);
  });

  it("come with the limit others learned, and teach the store one's own", async () => {
    const { clock, rateBudgets, learned, suggested, ask } = setup();
    await rateBudgets.learn("app", { limit: 150, dailyLimit: null, dailyRemaining: null }, clock.now());
    await ask();
    expect(suggested).toEqual([150]);
    learned.limit = 190;
    await clock.advance(2_600);
    await ask();
    expect((await rateBudgets.read("app"))?.limit).toBe(190);
  });
});
