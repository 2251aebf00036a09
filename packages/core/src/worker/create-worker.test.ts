import { EventEmitter, once } from "node:events";
import { describe, expect, test } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { testClock } from "../http/virtual-clock.fixture.ts";
import type { Alert } from "../ports/alerts.ts";
import type { Job, JobResult } from "../ports/job.ts";
import { createWorker } from "./create-worker.ts";

function job(name: string, run: (now: number) => JobResult | Promise<JobResult>): Job {
  return { name, run: async ({ now }) => run(now) };
}

describe("tick", () => {
  test("runs due jobs in fair rounds until nothing is left", async () => {
    const order: string[] = [];
    const counted = (name: string, n: number) => {
      let left = n;
      return job(name, () => {
        order.push(name);
        return { did: left-- > 0 ? 1 : 0 };
      });
    };
    const worker = createWorker({ clock: testClock(), jobs: [counted("a", 3), counted("b", 1)] });
    expect(await worker.tick()).toMatchObject({ did: 4, idle: true });
    expect(order).toEqual(["a", "b", "a", "b", "a", "a"]);
  });

  test("leaves a job alone until the time it asked for", async () => {
    const clock = testClock();
    const start = clock.now();
    let runs = 0;
    const every = job("every", (now) => {
      runs++;
      return { did: 1, nextAt: now + 5_000 };
    });
    const worker = createWorker({ clock, jobs: [every] });
    expect(await worker.tick()).toEqual({ did: 1, idle: true, nextAt: start + 5_000 });
    await worker.tick();
    expect(runs).toBe(1);
    await clock.advance(5_000);
    await worker.tick();
    expect(runs).toBe(2);
  });

  test("stops at its budget of time and of calls", async () => {
    const clock = testClock();
    let calls = 0;
    const busy = job("busy", async () => {
      await clock.advance(1_000);
      calls += 2;
      return { did: 1 };
    });
    const worker = createWorker({ clock, jobs: [busy], calls: () => calls });
    expect(await worker.tick({ budgetMs: 3_500 })).toMatchObject({ did: 4, idle: false });
    calls = 0;
    expect(await worker.tick({ budgetMs: 100_000, maxCalls: 5 })).toMatchObject({ did: 3, idle: false });
  });
});

describe("a started worker", () => {
  test("works until it is closed, which waits for what is under way, however often it is asked", async () => {
    const said: string[] = [];
    const gate = new EventEmitter();
    const long: Job = {
      name: "long",
      async run({ signal }) {
        const finish = once(gate, "finish");
        gate.emit("begun");
        await finish;
        said.push(signal.aborted ? "told to end" : "not told");
        return { did: 1 };
      },
    };
    const begun = once(gate, "begun");
    const working = createWorker({ clock: testClock(), jobs: [long] }).start();
    await begun;
    const closed = Promise.all([working.close(), working.close()]).then(() => said.push("closed"));
    gate.emit("finish");
    await closed;
    expect(said).toEqual(["told to end", "closed"]);
  });
});

describe("a job that was given something", () => {
  test("has its turn at once, though it said later", async () => {
    const clock = testClock();
    let [given, runs] = [false, 0];
    const put: Job = {
      name: "put",
      woken: () => given,
      async run() {
        given = false;
        runs++;
        return { did: 0 };
      },
    };
    const worker = createWorker({ clock, jobs: [put] });
    await worker.tick();
    await worker.tick();
    expect(runs).toBe(1);
    given = true;
    expect(await worker.tick()).toMatchObject({ idle: true });
    expect(runs).toBe(2);
  });

  test("waits all the same while it fails", async () => {
    const clock = testClock();
    let runs = 0;
    const broken: Job = {
      name: "broken",
      woken: () => true,
      async run() {
        runs++;
        throw new Error("no");
      },
    };
    const worker = createWorker({ clock, jobs: [broken] });
    await worker.tick();
    await worker.tick();
    expect(runs).toBe(1);
  });
});

describe("a failing job", () => {
  test("never stops the others, waits longer each time, and is alerted when it goes on", async () => {
    const clock = testClock();
    const alerts: Alert[] = [];
    const failed: number[] = [];
    let fine = 0;
    const bad = job("sync:apply", () => {
      failed.push(clock.now());
      throw new HubspokeError("STORE_UNAVAILABLE", "gone");
    });
    const good = job("good", () => ({ did: 0, nextAt: clock.now() + 1_000 + fine++ * 0 }));
    const worker = createWorker({ clock, jobs: [bad, good], alerts: { raise: (alert) => void alerts.push(alert) } });
    for (let i = 0; i < 20; i++) {
      await worker.tick();
      await clock.advance(1_000);
    }
    expect(fine).toBe(20);
    const gaps = failed.slice(1).map((at, i) => at - (failed[i] as number));
    expect(gaps).toEqual([2_000, 4_000, 8_000]);
    expect(alerts.map(({ name, key }) => [name, key])).toEqual([["storage.unavailable", "worker:sync:apply"]]);
  });
});

describe("run", () => {
  test("sleeps to the next due job and returns promptly when it is told to stop", async () => {
    const clock = testClock();
    const start = clock.now();
    const stop = new AbortController();
    const at: number[] = [];
    const every = job("every", (now) => {
      at.push(now - start);
      if (at.length === 3) stop.abort();
      return { did: 0, nextAt: now + 700 };
    });
    await clock.run(createWorker({ clock, jobs: [every] }).run(stop.signal));
    expect(at).toEqual([0, 700, 1_400]);
    expect(clock.sleepers).toBe(0);
  });

  test("a job that throws because it was stopped is no failure", async () => {
    const clock = testClock();
    const stop = new AbortController();
    const logged: string[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (event: string) => void logged.push(event) };
    const stopped = job("stopped", () => {
      stop.abort();
      throw new HubspokeError("ABORTED", "stopped");
    });
    await clock.run(createWorker({ clock, jobs: [stopped], logger }).run(stop.signal));
    expect(logged).toEqual([]);
  });
});

describe("one job, for a queue of the host's", () => {
  test("runs whether its turn has come or not, and answers what it did", async () => {
    const clock = testClock();
    const later = job("later", (now) => ({ did: 2, nextAt: now + 60_000 }));
    const worker = createWorker({ clock, jobs: [job("other", () => ({ did: 0 })), later] });
    expect(worker.jobs).toEqual(["other", "later"]);
    expect(await worker.runJob("later")).toEqual({ did: 2, nextAt: clock.now() + 60_000 });
    expect(await worker.runJob("later")).toMatchObject({ did: 2 });
  });

  test("throws what the job threw, after it was told", async () => {
    const raised: Alert[] = [];
    const broken = job("broken", () => Promise.reject(new HubspokeError("STORE_BUSY", "busy")));
    const worker = createWorker({
      clock: testClock(),
      jobs: [broken],
      alerts: {
        raise: async (alert) => void raised.push(alert),
        clear: async () => undefined,
      },
    });
    for (let i = 0; i < 3; i++) await expect(worker.runJob("broken")).rejects.toMatchObject({ code: "STORE_BUSY" });
    expect(raised.map(({ key }) => key)).toEqual(["worker:broken"]);
    await expect(worker.runJob("brokn")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      details: { jobs: ["broken"] },
    });
  });

  test("gives the job the time it was given, at most a slice", async () => {
    const clock = testClock();
    const deadlines: number[] = [];
    const timed: Job = { name: "timed", run: async ({ deadline }) => ({ did: deadlines.push(deadline) }) };
    const worker = createWorker({ clock, jobs: [timed], sliceMs: 1_000 });
    await worker.runJob("timed", { budgetMs: 200 });
    await worker.runJob("timed", { budgetMs: 5_000 });
    expect(deadlines).toEqual([clock.now() + 200, clock.now() + 1_000]);
  });
});
