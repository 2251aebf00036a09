import { describe, expect, test } from "vitest";
import type { RemotePort } from "../remote-port.ts";
import {
  editedOnTheWay,
  otherwise,
  overtaken,
  type Stage,
  stage,
  stoodStill,
  turn,
  unanswered,
  whenCleared,
  withoutValue,
} from "../testing-fakes/late.fixture.ts";
import { leaseMs } from "../testing-fakes/world.fixture.ts";

// From the first intent: 1 store, 2 mark sent, 3 the write, 4 read back, 5 how ours are signed, 6 the repair.
test("a repair that was decided before the lease was lost is not sent after it: others made it, and went on", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  editedOnTheWay(world, "theirs@x.com");
  const slow = await overtaken(world, { pauseAt: 5, killAt: 6, afterEffect: true });
  expect(world.both()).toEqual(["theirs@x.com", "theirs@x.com"]);
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  await world.settle(world.worker());
  const before = world.hubspot.calls.filter(({ op }) => op === "update").length;
  await slow.goesOn();
  expect(world.hubspot.calls.filter(({ op }) => op === "update")).toHaveLength(before);
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("a write that lands after others took over is undone under a lock of its own", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  const slow = await overtaken(world, { pauseAt: 3 });
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  await world.settle(world.worker());
  world.clock.advance(1);
  const stores: number[] = [];
  const { store } = world.storage.intents;
  world.storage.intents.store = async (rows) => {
    stores.push(world.hubspot.calls.filter(({ op }) => op === "update").length);
    return store(rows);
  };
  await slow.goesOn();
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
  expect(stores.length).toBeGreaterThan(0);
});

test("killed in the middle of undoing a late write, somebody else undoes it", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  // 4 is the lock it takes again, 5 reads back.
  const slow = await overtaken(world, { pauseAt: 3, killAt: 5 });
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  await world.settle(world.worker());
  world.clock.advance(1);
  await slow.goesOn();
  expect(world.hubspot.value(world.hubspotId, "email")).toBe("mine@x.com");
  world.clock.advance(leaseMs + 1);
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("of two writes that came late to one record, both without an answer, neither is forgotten for the other's lock", async () => {
  const world = await stage();
  world.local.edit(world.localId, { last: "Lea" });
  const first = await overtaken(world, { pauseAt: 3 });
  world.local.edit(world.localId, { email: "mine@x.com" });
  const second = await overtaken(world, { pauseAt: 3 });
  world.hubspot.unknown = { landed: true };
  await first.goesOn();
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  world.clock.advance(1);
  world.hubspot.unknown = { landed: true };
  // Nobody else is left who could recover the first one's.
  await second.goesOn();
  expect(world.hubspot.value(world.hubspotId, "email")).toBe("mine@x.com");
  world.clock.advance(leaseMs + 1);
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("a request that left after its lease and lands when recovery has looked for it is looked for once more", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  let request: Parameters<RemotePort["update"]>[0] | undefined;
  const underWay = otherwise(world, {
    update: async (asked) => {
      request = asked;
      return unanswered(asked);
    },
  });
  const slow = await stoodStill(world, { pauseAt: 3 }, underWay);
  world.clock.advance(leaseMs + 1);
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  const landed = whenCleared(world, () => request);
  slow.wake();
  await world.settle(world.worker());
  expect(landed()).toBe(true);
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("a repair that left after its lease and lands when recovery has looked for it is looked for once more", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  editedOnTheWay(world, "theirs@x.com");
  let updates = 0;
  let request: Parameters<RemotePort["update"]>[0] | undefined;
  const underWay = otherwise(world, {
    update: async (asked) => {
      if (++updates === 1) return world.hubspot.update(asked);
      request = asked;
      return unanswered(asked);
    },
  });
  const slow = await stoodStill(world, { pauseAt: 6 }, underWay);
  world.clock.advance(leaseMs + 1);
  world.hubspot.edit(world.hubspotId, { email: "newer@x.com" });
  const landed = whenCleared(world, () => request);
  slow.wake();
  await world.settle(world.worker());
  expect(landed()).toBe(true);
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("a worker that stood still after its write leaves the intent to recovery, whose repair may be under way", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  editedOnTheWay(world, "theirs@x.com");
  const slow = await stoodStill(world, { pauseAt: 4 });
  world.clock.advance(leaseMs + 1);
  // The repair covers an edit in its turn, and is not answered.
  editedOnTheWay(world, "newer@x.com");
  world.hubspot.unknown = { landed: true };
  await turn(world, world.worker(), "sync:recover");
  expect(world.hubspot.value(world.hubspotId, "email")).toBe("theirs@x.com");
  await slow.goesOn();
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

test("a worker that stands still on its way to clear an intent does not clear what recovery repairs under", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  editedOnTheWay(world, "theirs@x.com");
  // Its read back comes from a copy that has not heard of the edit it wrote over.
  const remote = otherwise(world, {
    read: async (asked) => (await world.hubspot.read(asked)).map((record) => withoutValue(record, "theirs@x.com")),
  });
  let reached = false;
  let goOn = (): void => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { intents } = world.storage;
  const clear: typeof intents.clear = async (...args) => {
    reached = true;
    await gate;
    return intents.clear(...args);
  };
  const slow = world.worker({ remote, storage: { ...world.storage, intents: { ...intents, clear } } });
  await slow.syncs.hintLocal({ tenant: "acme", sync: "leads", ids: [world.localId] });
  const apply = slow.syncs.jobs.find(({ name }) => name === "sync:apply");
  const signal = new AbortController().signal;
  const { clock } = world;
  const work = Promise.resolve(apply?.run({ now: clock.now(), deadline: clock.now() + 600_000, signal }));
  while (!reached) {
    await clock.flush(work);
    clock.advance(1);
  }
  clock.advance(leaseMs + 1);
  // The repair covers an edit in its turn, and is not answered.
  editedOnTheWay(world, "newer@x.com");
  world.hubspot.unknown = { landed: true };
  await turn(world, world.worker(), "sync:recover");
  expect(world.hubspot.value(world.hubspotId, "email")).toBe("theirs@x.com");
  goOn();
  await clock.drive(work);
  await world.settle(world.worker());
  expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
});

describe("a repair that lands late, with a value that the pair knows, is undone", () => {
  test.each([
    ["over an edit nobody has seen", (world: Stage) => world.hubspot.edit(world.hubspotId, { email: "newer@x.com" })],
    [
      "over what was written from here since, which the pair knows as well",
      async (world: Stage) => {
        world.local.edit(world.localId, { email: "newer@x.com" });
        await world.settle(world.worker());
        expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
      },
    ],
  ])("%s", async (_, editedSince) => {
    const world = await stage();
    world.local.edit(world.localId, { email: "mine@x.com" });
    editedOnTheWay(world, "theirs@x.com");
    const slow = await overtaken(world, { pauseAt: 6 });
    expect(world.both()).toEqual(["theirs@x.com", "theirs@x.com"]);
    world.clock.advance(1);
    await editedSince(world);
    world.clock.advance(1);
    world.hubspot.unknown = { landed: true };
    await slow.goesOn();
    expect(world.hubspot.value(world.hubspotId, "email")).toBe("theirs@x.com");
    world.clock.advance(leaseMs + 1);
    await world.settle(world.worker());
    expect(world.both()).toEqual(["newer@x.com", "newer@x.com"]);
  });
});

test("an intent that was opened again takes nothing back from a pair that others have moved on", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  const slow = await stoodStill(world, { pauseAt: 3 });
  world.clock.advance(leaseMs + 1);
  world.hubspot.unknown = { landed: true };
  slow.wake();
  await world.clock.flush(Promise.resolve());
  const other = world.worker();
  await turn(world, other);
  world.local.edit(world.localId, { email: "newest@x.com" });
  world.clock.advance(1_001);
  await turn(world, other);
  expect(world.both()).toEqual(["newest@x.com", "newest@x.com"]);
  const { store } = world.storage.intents;
  let opened = 0;
  world.storage.intents.store = async (rows) => {
    opened += rows.length;
    return store(rows);
  };
  world.clock.advance(leaseMs);
  await world.clock.flush(Promise.resolve());
  expect(opened).toBe(1);
  world.local.edit(world.localId, { email: "last@x.com" });
  await world.settle(other);
  expect(world.both()).toEqual(["last@x.com", "last@x.com"]);
});

test("a write that is given up at the end of its lease is told of by its own code, and nobody waits for it", async () => {
  const world = await stage();
  world.local.edit(world.localId, { email: "mine@x.com" });
  const remote = otherwise(world, {
    update: async (asked) => {
      await world.clock.sleep(leaseMs * 2, asked.signal).catch(() => {});
      return unanswered(asked);
    },
  });
  const worker = world.worker({ remote });
  await worker.syncs.hintLocal({ tenant: "acme", sync: "leads", ids: [world.localId] });
  const before = world.clock.now();
  await turn(world, worker, "sync:apply");
  expect(world.clock.now() - before).toBeLessThan(leaseMs + 1);
  const { items } = await world.sync.log({ status: "error" });
  expect(items.map(({ action, errorCode }) => [action, errorCode])).toEqual([["push", "UNKNOWN_OUTCOME"]]);
});
