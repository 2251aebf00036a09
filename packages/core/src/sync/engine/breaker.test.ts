import { describe, expect, test } from "vitest";
import { sharedAlerts } from "../../compose/shared-alerts.ts";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { createWorld, tenant, type World } from "../testing-fakes/world.fixture.ts";

const breaker = { share: 0.5, atLeast: 20 };

/** One round of the job that applies changes. */
async function apply({ clock }: World, { syncs }: Pick<World, "syncs">): Promise<void> {
  const turn = { now: clock.now(), deadline: clock.now() + 60_000, signal: new AbortController().signal };
  for (const job of syncs.jobs) if (job.name === "sync:apply") await job.run(turn);
}

/** Three hundred pairs, of which everything was deleted in HubSpot and is to be deleted here. */
async function emptiedHubspot(): Promise<World> {
  const world = createWorld({ deletes: { fromHubspot: "delete" }, breaker });
  const ids = Array.from({ length: 300 }, (_, i) => world.hubspot.user({ email: `p${i}@x.com` }));
  await world.clock.drive(world.sync.backfill());
  await world.settle();
  world.clock.advance(1_000);
  for (const id of ids) world.hubspot.archiveRecord(id);
  await world.syncs.hint({ tenant, object: "contacts", ids });
  return world;
}

/** Rounds for most of an hour, twenty seconds apart. Answers how many were deleted. */
async function workFor(world: World, rounds: number): Promise<number> {
  const before = world.local.ids().length;
  for (let round = 0; round < rounds; round++) {
    await world.clock.drive(apply(world, world));
    world.clock.advance(20_000);
  }
  return before - world.local.ids().length;
}

describe("deletes within an hour", () => {
  test("are counted over processes that work at the same moment", async () => {
    const world = createWorld({ deletes: { fromLocal: "archive" }, breaker });
    for (let i = 0; i < 300; i++) world.local.user({ email: `p${i}@x.com` });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    const ids = world.local.ids();
    for (const id of ids) world.local.remove(id);
    await world.syncs.hintLocal({ tenant, sync: "leads", ids });
    const workers = [world.worker(), world.worker(), world.worker()];
    await world.clock.drive(Promise.all(workers.map((worker) => apply(world, worker))));
    expect(300 - world.hubspot.ids().length).toBe(100);
    expect((await world.sync.status()).paused?.reason).toBe("stopped by its breaker");
  });

  test("count also where their batch ended in an outage", async () => {
    const world = await emptiedHubspot();
    const { local } = world;
    const remove = local.delete.bind(local);
    let calls = 0;
    local.delete = async (of, deletes) => {
      if (++calls % 90 === 0) throw new HubspokeError("SYNC_LOCAL_FAILED", "the connection was lost");
      return remove(of, deletes);
    };
    const deleted = await workFor(world, 40);
    expect([deleted > 50, deleted <= 150]).toEqual([true, true]);
    expect((await world.sync.status()).paused?.reason).toBe("stopped by its breaker");
  });

  test("are those that were done: an outage in which none could be opens no breaker", async () => {
    const world = await emptiedHubspot();
    const { local } = world;
    const remove = local.delete.bind(local);
    local.delete = async () => {
      throw new HubspokeError("STORE_UNAVAILABLE", "the database is away");
    };
    const turn = () => world.clock.drive(apply(world, world)).catch(() => "an outage is everybody's");
    for (let round = 0; round < 10; round++, world.clock.advance(20_000)) await turn();
    expect((await world.sync.status()).paused).toBeNull();
    local.delete = remove;
    expect(await workFor(world, 1)).toBeGreaterThan(90);
  });
});

test("a full pass worked in slices is one run for its breaker", async () => {
  const world = createWorld({ breaker });
  for (let i = 0; i < 2_000; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
  await world.clock.drive(world.sync.backfill());
  world.clock.advance(1_000);
  for (const id of world.hubspot.ids()) world.hubspot.edit(id, { firstname: "Gone" });
  expect(await sliced(world)).toBe("SYNC_BREAKER_OPEN");
  const gone = world.local.ids().filter((id) => world.local.value(id, "first") === "Gone");
  expect([gone.length > 0, gone.length <= 1_000]).toEqual([true, true]);
});

test("what a full pass could not write in an outage does not count again each time it is tried", async () => {
  const world = createWorld({ breaker });
  const { hubspot, local } = world;
  for (let i = 0; i < 300; i++) local.user({ email: `p${i}@x.com` });
  await world.clock.drive(world.sync.backfill());
  world.clock.advance(1_000);
  for (const id of local.ids().slice(0, 60)) local.edit(id, { last: "Edited" });
  const update = hubspot.update.bind(hubspot);
  hubspot.update = async () => {
    throw new HubspokeError("HUBSPOT_UNAVAILABLE", "HubSpot is away");
  };
  for (let tried = 0; tried < 5; tried++) {
    await expect(world.clock.drive(world.sync.reconcile())).rejects.toMatchObject({ code: "HUBSPOT_UNAVAILABLE" });
    world.clock.advance(300_000);
  }
  hubspot.update = update;
  expect(await world.clock.drive(world.sync.reconcile())).toMatchObject({ state: "done" });
  await world.settle();
  expect(hubspot.ids().filter((id) => hubspot.value(id, "lastname") === "Edited")).toHaveLength(60);
});

/** Reconciles, stopped at each checkpoint. Answers how it ended. */
async function sliced({ clock, sync }: World): Promise<string> {
  for (let slice = 0; slice < 100; slice++) {
    const stop = new AbortController();
    const pass = sync.reconcile({ signal: stop.signal, onProgress: () => stop.abort() });
    const ended = await clock.drive(pass).then(
      ({ state }) => state,
      ({ code }: { readonly code: string }) => code,
    );
    if (ended !== "ABORTED") return ended;
  }
  return "never";
}

test("a full pass worked in slices is one run for limitWrites", async () => {
  const world = createWorld({ limitWrites: 250 });
  for (let i = 0; i < 1_000; i++) world.local.user({ email: `p${i}@x.com` });
  expect(await sliced(world)).toBe("done");
  expect(world.hubspot.ids()).toHaveLength(250);
});

test("people are told again of a breaker that opens again, for resume says that its alert is over", async () => {
  const world = createWorld({ deletes: { fromLocal: "archive" }, breaker });
  const told: string[] = [];
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const alerts = sharedAlerts({
    sink: { raise: ({ name }) => void told.push(name) },
    store: world.storage.openAlerts,
    clock: world.clock,
    logger: silent,
  });
  const worker = world.worker({ alerts });
  for (let i = 0; i < 300; i++) world.local.user({ email: `p${i}@x.com` });
  await world.clock.drive(worker.sync.backfill());
  for (const id of world.local.ids()) world.local.remove(id);
  await world.settle(worker);
  expect([(await worker.sync.status()).paused?.reason, told]).toEqual([
    "stopped by its breaker",
    ["sync.breaker_open"],
  ]);
  await worker.sync.resume();
  expect(await alerts.open(tenant)).toEqual([]);
  await world.settle(worker);
  expect((await worker.sync.status()).paused?.reason).toBe("stopped by its breaker");
  expect(told).toEqual(["sync.breaker_open", "sync.breaker_open"]);
});

test("a record that somebody else is at counts once, though both sides' phases of a pass meet it", async () => {
  const world = createWorld({ breaker: { share: 0.5, atLeast: 1 }, poll: { localMs: 1_000, remoteMs: 1_000 } });
  for (let i = 0; i < 10; i++) world.local.user({ email: `p${i}@x.com` });
  await world.clock.drive(world.sync.backfill());
  await world.settle();
  for (const id of world.local.ids().slice(0, 4)) world.local.edit(id, { first: "Ann" });
  // 1 store, 2 mark sent, 3 the write: their intents stay.
  await die(world, { killAt: 3 });
  await world.clock.drive(world.sync.reconcile());
  expect(world.hubspot.ids().filter((id) => world.hubspot.value(id, "firstname") === "Ann")).toHaveLength(4);
});
