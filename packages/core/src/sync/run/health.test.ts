import { expect, test } from "vitest";
import { sharedAlerts } from "../../compose/shared-alerts.ts";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";
import { createFigures } from "./figures.ts";
import { createHealth } from "./health.ts";

/** A world whose worker's numbers and alerts are kept. */
function watched() {
  const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  const numbers: [string, number, Readonly<Record<string, string>> | undefined][] = [];
  const cleared: string[] = [];
  const keep = (name: string, value: number, labels?: Readonly<Record<string, string>>) =>
    void numbers.push([name, value, labels]);
  const worker = world.worker({
    metrics: { count: keep, record: keep },
    alerts: { raise: (alert) => void world.alerts.push(alert), clear: (_tenant, key) => void cleared.push(key) },
  });
  const run = async (...names: readonly string[]) => {
    const t = { now: world.clock.now(), deadline: world.clock.now() + 60_000, signal: new AbortController().signal };
    for (const job of worker.syncs.jobs) if (names.includes(job.name)) await world.clock.drive(job.run(t));
  };
  const sum = (name: string, labels: object) =>
    numbers
      .filter(([one, , of]) => one === name && Object.entries(labels).every(([key, value]) => of?.[key] === value))
      .reduce((total, [, value]) => total + value, 0);
  return { ...world, ...worker, cleared, numbers, run, sum };
}

test("records are counted by how they fared and why they failed, with how long they had waited", async () => {
  const { clock, hubspot, sync, syncs, run, sum, numbers } = watched();
  const ids = Array.from({ length: 5 }, (_, i) => hubspot.user({ email: `p${i}@x.com`, firstname: "P" }));
  await clock.drive(sync.backfill());
  expect(sum("sync.records.count", { outcome: "done" })).toBeGreaterThanOrEqual(5);
  clock.advance(60_000);
  await syncs.hint({ tenant, object: "contacts", ids });
  clock.advance(7_000);
  await run("sync:apply");
  expect(numbers.find(([name]) => name === "sync.lag_ms")?.[1]).toBe(7_000);
  expect(sum("sync.errors.count", {})).toBe(0);
});

test("people are told when many records fail, with the kinds, and that it is over when they go well", async () => {
  const { alerts, clock, hubspot, local, sync, syncs, run, sum, cleared } = watched();
  const ids = Array.from({ length: 40 }, (_, i) => hubspot.user({ email: `p${i}@x.com`, firstname: "P" }));
  await clock.drive(sync.backfill());
  clock.advance(700_000);
  local.refused.set("first", () => true);
  local.refused.set("email", () => true);
  for (const id of ids) hubspot.edit(id, { email: `new${id}@x.com` });
  const before = alerts.length;
  for (const id of ids) hubspot.user({ email: `more${id}@x.com` });
  await run("sync:remote", "sync:apply");
  await run("sync:apply");
  const told = alerts.slice(before).filter(({ key }) => key === "sync.errors_high:leads");
  expect(told.length).toBeGreaterThan(0);
  expect(told[0]).toMatchObject({ name: "sync.errors_high", details: { codes: "LOCAL_REJECTED" } });
  expect(sum("sync.errors.count", { code: "LOCAL_REJECTED" })).toBeGreaterThanOrEqual(20);
  local.refused.clear();
  clock.advance(700_000);
  await sync.quarantine.replay();
  await syncs.hint({ tenant, object: "contacts", ids });
  await run("sync:apply");
  await run("sync:apply");
  expect(cleared).toContain("sync.errors_high:leads");
});

test("people are told when changes of a real-time sync wait too long, and when they do no more", async () => {
  const { alerts, clock, hubspot, sync, syncs, run, sum, cleared } = watched();
  const id = hubspot.user({ email: "ann@x.com" });
  await clock.drive(sync.backfill());
  await clock.drive(sync.start());
  await run("sync:apply", "sync:apply");
  clock.advance(70_000);
  await syncs.hint({ tenant, object: "contacts", ids: [id] });
  clock.advance(14 * 60_000);
  await run("sync:watch");
  expect(alerts.filter(({ name }) => name === "sync.delayed")).toEqual([]);
  cleared.length = 0;
  clock.advance(2 * 60_000);
  await run("sync:watch");
  expect(alerts.filter(({ name }) => name === "sync.delayed")).toMatchObject([{ details: { sync: "leads" } }]);
  expect(sum("sync.work.depth_records", { sync: "leads" })).toBeGreaterThan(0);
  for (let i = 0; i < 3; i++) await run("sync:apply");
  clock.advance(70_000);
  await run("sync:watch");
  expect(cleared).toEqual(["sync.delayed:leads"]);
});

test("another process says that a delay is over, once, where the one that told it is no more", async () => {
  const { alerts, clock, hubspot, sync, syncs, worker, run, cleared } = watched();
  const id = hubspot.user({ email: "ann@x.com" });
  await clock.drive(sync.backfill());
  await run("sync:apply");
  clock.advance(70_000);
  await syncs.hint({ tenant, object: "contacts", ids: [id] });
  clock.advance(16 * 60_000);
  await run("sync:watch");
  expect(alerts.map(({ name }) => name)).toContain("sync.delayed");
  await run("sync:apply");
  const other: string[] = [];
  const { syncs: next } = worker({ alerts: { raise() {}, clear: (_tenant, key) => void other.push(key) } });
  const watch = next.jobs.find(({ name }) => name === "sync:watch");
  for (let turn = 0; turn < 3; turn++) {
    clock.advance(70_000);
    await watch?.run({ now: clock.now(), deadline: clock.now() + 60_000, signal: new AbortController().signal });
  }
  expect([other, cleared]).toEqual([["sync.delayed:leads"], []]);
});

test("a process that has seen enough go well says once that errors are over, one that has seen a few does not", async () => {
  const world = createWorld();
  const { deps, ...of } = await world.scope();
  const cleared: string[] = [];
  const alerts = { raise() {}, clear: (_tenant: string | null, key: string) => void cleared.push(key) };
  const health = createHealth(
    { ...deps, alerts },
    createFigures(world.storage.cursors, () => world.clock.now()),
  );
  const fine = (count: number) => Array.from({ length: count }, () => ({ result: { status: "done" as const } }));
  await health.note(of, fine(19));
  expect(cleared).toEqual([]);
  await health.note(of, fine(1));
  await health.note(of, fine(20));
  expect(cleared).toEqual(["sync.errors_high:leads"]);
});

test("an outage that is over is told to be over", async () => {
  const { alerts, clock, hubspot, sync, syncs, run, cleared } = watched();
  const id = hubspot.user({ email: "ann@x.com" });
  await clock.drive(sync.backfill());
  const read = hubspot.read.bind(hubspot);
  hubspot.read = async () => {
    throw new Error("down");
  };
  clock.advance(60_000);
  await syncs.hint({ tenant, object: "contacts", ids: [id] });
  await run("sync:apply");
  expect(alerts.at(-1)).toMatchObject({ name: "sync.errors_high", key: "sync.errors_high:leads:INTERNAL" });
  hubspot.read = read;
  clock.advance(60_000);
  await run("sync:apply");
  expect(cleared).toContain("sync.errors_high:leads:INTERNAL");
});

test("an outage is told to be over by the next process as well, and by the job that met it alone", async () => {
  const world = createWorld();
  const { clock, hubspot, storage, syncs, sync } = world;
  const id = hubspot.user({ email: "ann@x.com" });
  await clock.drive(sync.backfill());
  const told: string[] = [];
  const process = () => {
    const sink = { raise() {}, clear: (_tenant: string | null, key: string) => void told.push(key) };
    const logger = { debug() {}, info() {}, warn() {}, error() {} };
    const { syncs: own } = world.worker({ alerts: sharedAlerts({ sink, store: storage.openAlerts, clock, logger }) });
    return async (name: string) => {
      const t = { now: clock.now(), deadline: clock.now() + 60_000, signal: new AbortController().signal };
      await clock.drive(own.jobs.find((job) => job.name === name)?.run(t) ?? Promise.reject(name));
    };
  };
  const read = hubspot.read.bind(hubspot);
  hubspot.read = async () => {
    throw new Error("down");
  };
  clock.advance(60_000);
  await syncs.hint({ tenant, object: "contacts", ids: [id] });
  await process()("sync:apply");
  expect((await storage.openAlerts.list(tenant, 10)).map(({ key }) => key)).toEqual([
    "sync.errors_high:leads:INTERNAL",
  ]);
  world.local.user({ email: "bob@x.com" });
  await process()("sync:local");
  expect(told, "what is found cannot be applied yet").toEqual([]);
  hubspot.read = read;
  clock.advance(60_000);
  await process()("sync:apply");
  expect(told).toEqual(["sync.errors_high:leads:INTERNAL"]);
});

test("a full pass tells how far it is, how fast it goes and how long it takes; the log pages and filters", async () => {
  const { clock, hubspot, local, sync } = watched();
  for (let i = 0; i < 250; i++) hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
  local.refused.set("email", (value) => value === "p7@x.com");
  const steps: { phase: string; done: number; etaMs: number | null; rate: number }[] = [];
  await clock.drive(
    sync.backfill({
      expected: 250,
      onProgress: ({ phase, done, etaMs, ratePerSecond }) => {
        clock.advance(1_000);
        steps.push({ phase, done, etaMs, rate: ratePerSecond });
      },
    }),
  );
  const remote = steps.filter(({ phase }) => phase === "remote");
  expect(remote.map(({ done }) => done)).toEqual([100, 200, 250]);
  expect(remote[1]).toMatchObject({ rate: 100, etaMs: 500 });
  const errors = await sync.log({ status: "error" });
  expect([errors.total, errors.items[0]?.errorCode]).toEqual([1, "LOCAL_REJECTED"]);
  const seen = new Set<string>();
  let after: string | undefined;
  do {
    const page = await sync.log({ status: "success", limit: 100, ...(after !== undefined && { after }) });
    expect(page.total).toBe(249);
    for (const { id } of page.items) seen.add(id);
    after = page.next;
  } while (after !== undefined);
  expect(seen.size).toBe(249);
});
