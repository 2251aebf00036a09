import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { fullestWindow, logNormal, seeded } from "../limits/model-server.fixture.ts";
import type { Lane } from "../model/lane.ts";
import type { RateBudgetStore } from "../ports/rate-budget-store.ts";
import { type Process, type Shared, sharedWorld } from "./shared-processes.fixture.ts";

const windowMs = 10_000;
const limit = 190;
const response = (random: () => number): number => logNormal(random, 120, 0.8, 2_000);

/** Calls one after another, `width` at a time, until the process has made `count` or is dead. */
async function work(process: Process, lane: Lane, count: number, width = 120): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (left-- > 0) await process.call(lane);
    }),
  );
}

describe("processes that share a budget", () => {
  for (const lane of ["interactive", "backfill"] as const) {
    it(`use the whole quota between them and get no 429: ${lane}`, async () => {
      const { clock, server, meanMs, process } = sharedWorld({ limit, windowMs }, 21, response);
      const four = Array.from({ length: 4 }, () => process());
      const start = clock.now();
      await clock.run(Promise.all(four.map((each) => work(each, lane, 3_000))));
      const used = server.arrivals.length / (((clock.now() - start) / windowMs) * limit);
      expect(server.refused()).toBe(0);
      expect(fullestWindow(server.arrivals, windowMs)).toBeLessThanOrEqual(limit);
      // The first seconds, in which nobody knows the limit yet, and the last, in which processes end, are in it.
      expect(used).toBeGreaterThanOrEqual((0.95 * windowMs) / (windowMs + meanMs()));
    });
  }

  it("one of which is killed lose its slots for seconds, and never more than the quota is used", async () => {
    const { clock, server, meanMs, process } = sharedWorld({ limit, windowMs }, 22, response);
    const [victim, ...others] = Array.from({ length: 4 }, () => process()) as [Process, ...Process[]];
    void work(victim, "interactive", 100_000);
    const rest = Promise.all(others.map((each) => work(each, "interactive", 4_000)));
    await clock.advance(60_000);
    victim.kill();
    const killedAt = clock.now();
    await clock.run(rest);
    expect(server.refused()).toBe(0);
    expect(fullestWindow(server.arrivals, windowMs)).toBeLessThanOrEqual(limit);
    const after = server.arrivals.filter((at) => at > killedAt + 25_000 && at < clock.now() - 15_000);
    const seconds = (clock.now() - 15_000 - (killedAt + 25_000)) / windowMs;
    expect(after.length / (seconds * limit)).toBeGreaterThanOrEqual((0.97 * windowMs) / (windowMs + meanMs()));
  });

  it("and another program that takes half of it get fewer than 1 in 200 answered 429, also when one is killed", async () => {
    const random = seeded(5);
    const begin = sharedWorld({ limit, windowMs }, 1).clock.now() - 2 * windowMs;
    const others: number[] = [];
    for (let at = begin; others.length < 30_000; at += -Math.log(1 - random()) * (windowMs / 95)) others.push(at);
    let first = 0;
    let last = 0;
    const foreign = (now: number): number => {
      while (last < others.length && (others[last] as number) <= now) last++;
      while (first < last && (others[first] as number) <= now - windowMs) first++;
      return last - first;
    };
    const { clock, server, process } = sharedWorld({ limit, windowMs, foreign }, 23, response);
    const four = Array.from({ length: 4 }, () => process());
    for (const each of four) void work(each, "interactive", Number.POSITIVE_INFINITY);
    // Until they have met it, each takes the other program for its kin: so they begin slowly.
    await clock.advance(60_000);
    const [refused, arrived] = [server.refused(), server.arrivals.length];
    expect(refused).toBeLessThan(40);
    await clock.advance(300_000);
    four[0]?.kill();
    await clock.advance(300_000);
    const calls = server.arrivals.length - arrived;
    expect((server.refused() - refused) / calls).toBeLessThan(0.005);
    // Room for its variation costs some of what it leaves.
    expect(calls / 60).toBeGreaterThan(0.7 * 95);
  });

  it("serve somebody who comes late, within seconds of a backfill that had it all", async () => {
    const { clock, process } = sharedWorld({ limit, windowMs }, 24);
    const busy = process();
    void work(busy, "backfill", 100_000, 400);
    await clock.advance(60_000);
    const late = process();
    const start = clock.now();
    await clock.run(late.call("interactive"));
    // The last slots are never lent to background work.
    expect(clock.now() - start).toBeLessThan(1_000);
    await clock.run(work(late, "backfill", 400, 100));
    expect(clock.now() - start).toBeLessThan(60_000);
  });

  it("take turns at a quota smaller than their number", async () => {
    const { clock, server, process } = sharedWorld({ limit: 5, windowMs: 1_000 }, 25, () => 80);
    const eight = Array.from({ length: 8 }, () => process());
    const done = eight.map(() => 0);
    for (const [i, each] of eight.entries()) {
      void (async () => {
        for (;;) {
          await each.call("interactive", true);
          (done[i] as number)++;
        }
      })();
    }
    await clock.advance(120_000);
    expect(server.refused()).toBe(0);
    expect(fullestWindow(server.arrivals, 1_000)).toBeLessThanOrEqual(5);
    expect(Math.min(...done)).toBeGreaterThan(5);
  });
});

describe("a fresh process", () => {
  it("draws no 429 from what a killed one used, with a shared store", async () => {
    const { clock, server, process } = sharedWorld({ limit, windowMs }, 26, response);
    const victim = process();
    void work(victim, "interactive", 10_000);
    await clock.advance(30_000);
    victim.kill();
    await clock.run(work(process(), "interactive", 1_500));
    expect(server.refused()).toBe(0);
    expect(fullestWindow(server.arrivals, windowMs)).toBeLessThanOrEqual(limit);
  });

  it("draws none without one either: its first answer tells what is used", async () => {
    const { clock, server, process } = sharedWorld({ limit, windowMs }, 27, () => 100);
    const victim = process({ shared: false });
    void work(victim, "interactive", 150, 60);
    await clock.advance(4_000);
    victim.kill();
    expect(server.arrivals).toHaveLength(150);
    await clock.run(work(process({ shared: false }), "interactive", 600));
    expect(server.refused()).toBe(0);
  });
});

describe("a store that fails", () => {
  /** Fails, or never answers, from the moment it is told to. */
  function failing(store: RateBudgetStore): { readonly store: RateBudgetStore; mode: "works" | "fails" | "hangs" } {
    const state = { mode: "works" as "works" | "fails" | "hangs" };
    const through = <R>(call: () => Promise<R>): Promise<R> => {
      if (state.mode === "hangs") return new Promise(() => undefined);
      if (state.mode === "fails")
        return Promise.reject(new HubspokeError("STORE_UNAVAILABLE", "STORE_UNAVAILABLE: down"));
      return call();
    };
    return Object.assign(state, {
      store: {
        take: (query) => through(() => store.take(query)),
        giveBack: (...args) => through(() => store.giveBack(...args)),
        learn: (...args) => through(() => store.learn(...args)),
        read: (budget) => through(() => store.read(budget)),
      } satisfies RateBudgetStore,
    });
  }

  it("or hangs holds up nobody while slots are at hand", async () => {
    const { clock, store, process } = sharedWorld({ limit, windowMs }, 28, () => 50);
    const broken = failing(store);
    const one = process({ store: broken.store });
    await clock.run(work(one, "interactive", 40, 10));
    broken.mode = "hangs";
    const start = clock.now();
    await clock.run(one.call("interactive"));
    expect(clock.now() - start).toBeLessThan(60);
  });

  it("is asked once a second while slots are left, however many wait: at every turn nothing else would have one", async () => {
    const { clock, store, process } = sharedWorld({ limit, windowMs }, 31, () => 2_000);
    const broken = failing(store);
    let asked = 0;
    const counting: RateBudgetStore = {
      ...broken.store,
      async take(query) {
        if (broken.mode === "fails" && ++asked > 1_000) throw new Error("asked a thousand times in one moment");
        return broken.store.take(query);
      },
    };
    const one = process({ store: counting });
    await clock.run(work(one, "interactive", 40, 10));
    broken.mode = "fails";
    const calls = Array.from({ length: 3 * limit }, () => one.call("interactive").catch(() => undefined));
    await clock.run(Promise.all(calls));
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(20);
  });

  it("ends those who wait with its error, is logged, and is asked again", async () => {
    const { clock, store, process } = sharedWorld({ limit, windowMs }, 29, () => 50);
    const broken = failing(store);
    const warnings: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    const one = process({ store: broken.store, logger });
    broken.mode = "fails";
    await expect(clock.run(one.call("interactive"))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(warnings).toContain("hubspot.budget_not_renewed");
    broken.mode = "works";
    await clock.run(one.call("interactive"));
  });

  it("does not keep an instance from closing; one that works gets back what is free", async () => {
    const { clock, store, process } = sharedWorld({ limit, windowMs }, 30, () => 50);
    const one = process();
    await clock.run(work(one, "interactive", 20, 20));
    await clock.run(one.budgets.close());
    const after = await clock.run(
      store.take({ budget: "calls app", block: "x", limit, want: limit, now: clock.now(), ttlMs: 1 }),
    );
    expect(after.granted).toBeGreaterThanOrEqual(limit - 20);
    const broken = failing(store);
    const other = process({ store: broken.store });
    await clock.run(other.call("interactive"));
    broken.mode = "fails";
    await clock.run(other.budgets.close());
  });
});

describe("instances that live for one invocation", () => {
  const searches = { limit: 5, windowMs: 1_000 };
  const run = async (invocations: number, each: number, behind: boolean) => {
    const world = sharedWorld(searches, 7);
    const { clock, server } = world;
    const left: Promise<void>[] = [];
    const start = clock.now();
    const one = async (): Promise<void> => {
      const process = world.process(behind ? { behind: (work) => void left.push(work()) } : {});
      for (let i = 0; i < each; i++) await process.call("interactive", true);
    };
    await clock.run(Promise.all(Array.from({ length: invocations }, one)));
    const took = clock.now() - start;
    await clock.run(Promise.all(left));
    return { took, refused: server.refused(), world };
  };

  it("give their searches back: twenty at once need little longer than the quota makes them", async () => {
    const { took, refused } = await run(20, 1, true);
    expect(refused).toBe(0);
    // Four windows of five; each search takes 100 ms, and whoever waits asks four times a second.
    expect(took).toBeLessThan(4 * (searches.windowMs + 100 + 250) + 500);
    // Kept until they expire, they would be had in turns of nine seconds.
    expect((await run(20, 1, false)).took).toBeGreaterThan(9_000);
  });

  it("keep what they have while they go on, and leave nothing behind them", async () => {
    const { refused, world } = await run(2, 6, true);
    expect(refused).toBe(0);
    const { clock, store } = world;
    const taken = await clock.run(
      store.take({ budget: "search 1", block: "last", limit: 5, want: 5, now: clock.now(), ttlMs: 1_000 }),
    );
    expect(taken).toMatchObject({
      granted: 5,
      others: [
        { slots: 0, want: 0 },
        { slots: 0, want: 0 },
      ],
    });
  });

  it("send what they have to send at once, beside others too, because their first window is their only one", async () => {
    const burst = async (options: Parameters<Shared["process"]>[0]): Promise<number> => {
      const world = sharedWorld({ limit, windowMs }, 8);
      const other = world.process();
      await world.clock.run(work(other, "interactive", 40, 20));
      const process = world.process(options);
      const start = world.clock.now();
      await world.clock.run(work(process, "interactive", 30, 30));
      return world.clock.now() - start;
    };
    expect(await burst({ behind: () => undefined })).toBeLessThan(600);
    expect(await burst({})).toBeGreaterThan(1_000);
  });

  it("that are closed give back at once what is free, and the rest when HubSpot counts it no more", async () => {
    const world = sharedWorld({ limit: 100, windowMs: 10_000 }, 7);
    const { clock, store } = world;
    const process = world.process();
    await clock.run(process.call("interactive"));
    await clock.run(process.budgets.close());
    const take = (want: number) =>
      clock.run(store.take({ budget: "calls app", block: "next", limit: 100, want, now: clock.now(), ttlMs: 60_000 }));
    expect(await take(100)).toMatchObject({ granted: 99, others: [{ slots: 1 }] });
    await clock.advance(11_100);
    expect(await take(100)).toMatchObject({ granted: 100, others: [] });
  });
});
