import { describe, expect, it } from "vitest";
import { memoryStorage } from "../memory/memory-storage.ts";
import type { Alert } from "../ports/alerts.ts";
import { type FakeClock, fakeClock } from "../sync/testing-fakes/fake-clock.fixture.ts";
import type { ScheduleDefinition, ScheduleRun } from "./definition.ts";
import { createSchedules, type Schedules } from "./schedules.ts";

const start = Date.UTC(2026, 10, 20, 12, 0, 0);
const minute = 60_000;
const hour = 60 * minute;

interface Bed {
  readonly clock: FakeClock;
  readonly alerts: Alert[];
  readonly cleared: string[];
  /** A process of its own over the same store. */
  process(...definitions: ScheduleDefinition[]): Schedules;
  /** One whose time stands still unless its own clock is moved. */
  sleeper(own: FakeClock, definition: ScheduleDefinition): Schedules;
  tick(process: Schedules, signal?: AbortSignal): Promise<void>;
}

function bed(): Bed {
  const clock = fakeClock(start);
  const storage = memoryStorage();
  const alerts: Alert[] = [];
  const cleared: string[] = [];
  function make(own: FakeClock, ...definitions: ScheduleDefinition[]): Schedules {
    const schedules = createSchedules({
      store: storage.schedules,
      clock: own,
      alerts: { raise: (alert) => void alerts.push(alert), clear: (_tenant, key) => void cleared.push(key) },
    });
    for (const definition of definitions) schedules.define(definition);
    return schedules;
  }
  return {
    clock,
    alerts,
    cleared,
    process: (...definitions) => make(clock, ...definitions),
    sleeper: make,
    async tick({ job }, signal = new AbortController().signal) {
      await job.run({ now: clock.now(), deadline: clock.now() + 10_000, signal });
    },
  };
}

const reporting = (runs: ScheduleRun[], change: Partial<ScheduleDefinition> = {}): ScheduleDefinition => ({
  name: "push-metrics",
  every: "5m",
  run: (run) => void runs.push(run),
  ...change,
});

async function started(
  b: Bed,
  definition: ScheduleDefinition,
  tenants: readonly string[] = ["acme"],
): Promise<Schedules> {
  const schedules = b.process();
  const handle = schedules.define(definition);
  for (const tenant of tenants) await handle.for(tenant).start();
  return schedules;
}

describe("a scheduled job", () => {
  it("runs once per occurrence and tenant, however many processes ask", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    await started(b, reporting(runs), ["acme", "bolt"]);
    const processes = Array.from({ length: 5 }, () => b.process(reporting(runs)));
    for (let i = 0; i < 60; i++) {
      b.clock.advance(minute);
      await b.clock.drive(Promise.all(processes.map((one) => b.tick(one))));
    }
    const keys = runs.map(({ tenant, dueAt }) => `${tenant} ${dueAt}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(2 * 12);
    expect(new Set(runs.map(({ dueAt }) => dueAt % (5 * minute)))).toEqual(new Set([0]));
    expect(b.alerts).toEqual([]);
  });

  it("of a killed process is run again, as the same occurrence, when its lease has run out", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    await started(b, reporting(runs));
    b.clock.advance(5 * minute);
    const dead = b.sleeper(
      fakeClock(b.clock.now()),
      reporting(runs, { run: (run) => new Promise(() => runs.push(run)) }),
    );
    await b.clock.flush(b.tick(dead));
    b.clock.advance(59_000);
    await b.clock.drive(b.tick(b.process(reporting(runs))));
    expect(runs).toHaveLength(1);
    b.clock.advance(1_000);
    await b.clock.drive(b.tick(b.process(reporting(runs))));
    expect(runs.map(({ dueAt }) => dueAt)).toEqual([start + 5 * minute, start + 5 * minute]);
  });

  it("that takes longer than its lease keeps it; one whose lease was taken is told by its signal and changes nothing", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    const ends: (() => void)[] = [];
    const slow = reporting(runs, {
      run(run) {
        runs.push(run);
        return new Promise<void>((end) => void ends.push(end));
      },
    });
    await started(b, slow);
    b.clock.advance(5 * minute);
    const own = fakeClock(b.clock.now());
    const sleeper = b.tick(b.sleeper(own, slow));
    await own.flush(sleeper);
    for (const step of [20_000, 20_000, 20_000, 20_000]) {
      b.clock.advance(step);
      own.advance(step);
      await own.flush(sleeper);
    }
    await b.clock.flush(b.tick(b.process(slow)));
    expect([runs.length, runs[0]?.signal.aborted]).toEqual([1, false]);
    // Now it stands still past its lease, and somebody else takes over.
    b.clock.advance(61_000);
    const other = b.tick(b.process(slow));
    await b.clock.flush(other);
    own.advance(61_000);
    await own.flush(sleeper);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    ends[0]?.();
    await own.drive(sleeper);
    expect(await b.process().list("acme")).toMatchObject([{ lastRunAt: null }]);
    ends[1]?.();
    await b.clock.drive(other);
    expect(await b.process().list("acme")).toMatchObject([{ lastOutcome: "ok", nextAt: start + 10 * minute }]);
  });

  it("that fails is told, tried again as the same occurrence, and the alert cleared once it succeeds", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    let broken = true;
    const schedules = await started(
      b,
      reporting(runs, {
        every: "1h",
        run: (run) => {
          runs.push(run);
          if (broken) throw new Error("canary");
        },
      }),
    );
    b.clock.advance(hour);
    await b.clock.drive(b.tick(schedules));
    expect(b.alerts).toMatchObject([
      { name: "schedule.missed", tenant: "acme", details: { reason: "HANDLER_FAILED" } },
    ]);
    expect(JSON.stringify(b.alerts)).not.toContain("canary");
    broken = false;
    b.clock.advance(4 * minute);
    await b.clock.drive(b.tick(schedules));
    expect(runs).toHaveLength(1);
    b.clock.advance(minute);
    await b.clock.drive(b.tick(schedules));
    expect(runs.map(({ dueAt }) => dueAt - start)).toEqual([hour, hour]);
    expect(b.cleared).toEqual(["schedule.missed:push-metrics"]);
    expect(await schedules.list("acme")).toMatchObject([{ lastOutcome: "ok", nextAt: start + 2 * hour }]);
  });

  it("that nobody ran in time runs once, and says how late and what was left out", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    const schedules = await started(b, reporting(runs));
    b.clock.advance(26 * minute);
    await b.clock.drive(b.tick(schedules));
    expect(runs).toHaveLength(1);
    expect(b.alerts).toMatchObject([
      { name: "schedule.missed", details: { reason: "late", byMs: 21 * minute, skipped: 4 } },
    ]);
    b.clock.advance(4 * minute);
    await b.clock.drive(b.tick(schedules));
    expect(runs).toHaveLength(2);
    expect(b.cleared).toEqual(["schedule.missed:push-metrics"]);
  });

  it("is stopped by the worker's signal and due again at once", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    const stop = new AbortController();
    const schedules = await started(
      b,
      reporting(runs, {
        run: (run) =>
          new Promise((resolve, reject) => {
            if (runs.push(run) > 1) resolve(undefined);
            run.signal.addEventListener("abort", () => reject(new Error("stopped")));
          }),
      }),
    );
    b.clock.advance(5 * minute);
    const tick = b.tick(schedules, stop.signal);
    await b.clock.flush(tick);
    stop.abort();
    await b.clock.drive(tick);
    expect(b.alerts).toEqual([]);
    b.clock.advance(1_000);
    await b.clock.drive(b.tick(schedules));
    expect(runs.map(({ dueAt }) => dueAt)).toEqual([start + 5 * minute, start + 5 * minute]);
  });

  it("of a name this process does not know is left to those that do", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    await started(b, reporting(runs));
    b.clock.advance(5 * minute);
    await b.clock.drive(b.tick(b.process(reporting([], { name: "another" }))));
    await b.clock.drive(b.tick(b.process()));
    expect(runs).toHaveLength(0);
    await b.clock.drive(b.tick(b.process(reporting(runs))));
    expect(runs).toHaveLength(1);
  });
});

describe("while everything runs, a schedule", () => {
  it("is switched off and on, and given another timing, in every process", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    const one = await started(b, reporting(runs));
    const other = b.process(reporting(runs));
    await other.edit("acme", "push-metrics", { enabled: false });
    b.clock.advance(10 * minute);
    await b.clock.drive(b.tick(one));
    expect(runs).toHaveLength(0);
    const state = await other.edit("acme", "push-metrics", { enabled: true, every: "1h" });
    expect(state).toMatchObject({ enabled: true, every: "1h", nextAt: start + hour });
    b.clock.advance(50 * minute);
    await b.clock.drive(b.tick(one));
    expect(runs).toHaveLength(1);
    expect(b.alerts).toEqual([]);
  });

  it("keeps what a tenant set, however often a release starts it again", async () => {
    const b = bed();
    const handle = b.process().define(reporting([]));
    await handle.for("acme").start({ every: "1d", timeZone: "America/Halifax", at: "03:00" });
    const again = b.process().define(reporting([]));
    expect(await again.for("acme").start()).toMatchObject({ every: "1d", at: "03:00", timeZone: "America/Halifax" });
    await again.for("acme").stop();
    expect(await handle.for("acme").status()).toMatchObject({ enabled: false });
    expect(await handle.for("acme").start()).toMatchObject({ enabled: true, every: "1d" });
    expect(await handle.for("bolt").status()).toBeNull();
  });

  it("that runs just now goes on, once, and comes back by its new timing", async () => {
    const b = bed();
    const runs: ScheduleRun[] = [];
    let finish: () => void = () => {};
    const schedules = await started(
      b,
      reporting(runs, {
        run: (run) =>
          new Promise<void>((resolve) => {
            runs.push(run);
            finish = resolve;
          }),
      }),
    );
    b.clock.advance(5 * minute);
    const tick = b.tick(schedules);
    await b.clock.flush(tick);
    await schedules.edit("acme", "push-metrics", { every: "1h" });
    await b.clock.drive(b.tick(b.process(reporting(runs))));
    expect(runs).toHaveLength(1);
    expect(runs[0]?.signal.aborted).toBe(false);
    finish();
    await b.clock.drive(tick);
    expect(await schedules.list("acme")).toMatchObject([{ nextAt: start + hour, lastOutcome: "ok" }]);
  });

  it("refuses what cannot be, and a name nobody started", async () => {
    const b = bed();
    const schedules = await started(b, reporting([]));
    await expect(schedules.edit("acme", "push-metric", { enabled: false })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining('Did you mean "push-metrics"?'),
    });
    await expect(schedules.edit("acme", "push-metrics", { at: "3pm" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    for (const wrong of [{ name: "a b" }, { run: undefined }, { name: "push-metrics" }, { every: "2h" }])
      expect(() => schedules.define({ ...reporting([]), name: "fresh", ...wrong } as ScheduleDefinition)).toThrow(
        expect.objectContaining({ code: "INPUT_INVALID" }),
      );
  });
});
