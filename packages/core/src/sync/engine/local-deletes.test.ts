import { describe, expect, test } from "vitest";
import { HubspokeError } from "../../errors/hubspoke-error.ts";
import { field } from "../declare/field.ts";
import { linked, stateOf } from "../testing-fakes/linked.fixture.ts";
import { Killed, ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs } from "../testing-fakes/world.fixture.ts";

describe("a local record that was deleted and is there again, under its id", () => {
  test("goes on where its pair was, with what either side changed meanwhile", async () => {
    const world = await linked();
    world.local.remove(world.localId);
    await world.settle();
    world.hubspot.edit(world.hubspotId, { lastname: "Lee" });
    world.local.putBack(world.localId, { first: "Anna" });
    await world.settle();
    expect([await stateOf(world, world.localId), world.hubspot.value(world.hubspotId, "firstname")]).toEqual([
      "linked",
      "Anna",
    ]);
    expect([world.local.value(world.localId, "last"), world.hubspot.ids()]).toEqual(["Lee", [world.hubspotId]]);
  });

  test("is somebody new where the other one was archived for it", async () => {
    const world = await linked({ deletes: { fromLocal: "archive" } });
    world.local.remove(world.localId);
    await world.settle();
    expect(world.hubspot.ids()).toEqual([]);
    world.local.putBack(world.localId, { first: "Anna" });
    await world.settle();
    const [created = ""] = world.hubspot.ids();
    expect([world.hubspot.value(created, "email"), world.hubspot.value(created, "firstname")]).toEqual([
      "ann@x.com",
      "Anna",
    ]);
    expect(await world.clock.drive(world.sync.reconcile())).toMatchObject({ equal: true });
    expect(world.hubspot.ids()).toEqual([created]);
  });
});

describe("a local record that was put in the place of a deleted one", () => {
  test.each(["ignore", "unlink", "archive"] as const)("takes over its record in HubSpot (%s)", async (fromLocal) => {
    const world = await linked({ deletes: { fromLocal } });
    const heir = world.local.user({ email: "ann@x.com", first: "Anna" });
    world.local.remove(world.localId);
    await world.settle();
    expect([await stateOf(world, world.localId), await stateOf(world, heir), world.hubspot.ids()]).toEqual([
      undefined,
      "linked",
      [world.hubspotId],
    ]);
    expect(await world.clock.drive(world.sync.reconcile())).toMatchObject({ equal: true });
  });

  test("and goes on from what its predecessor had agreed on, so that a user's edit in HubSpot stands", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: "Lee", score: 7 });
    await world.settle();
    world.hubspot.edit(world.hubspotId, { lastname: "Lane" });
    const heir = world.local.user({ email: "ann@x.com", first: "Ann", last: "Lee", score: 8 });
    world.local.remove(world.localId);
    await world.settle();
    // Each was changed on one side only, though the rules would give both to the other.
    expect([world.local.value(heir, "last"), world.hubspot.value(world.hubspotId, "lead_score")]).toEqual([
      "Lane",
      "8",
    ]);
    expect((await world.sync.conflicts.list()).items).toEqual([]);
    world.hubspot.edit(world.hubspotId, { firstname: "Anna" });
    await world.settle();
    expect(world.local.value(heir, "first")).toBe("Anna");
    expect(await world.clock.drive(world.sync.reconcile())).toMatchObject({ equal: true });
  });

  test("also where its first write fails: what was edited in HubSpot alone is known to be", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: "Lee" });
    await world.settle();
    world.hubspot.edit(world.hubspotId, { lastname: "Lane" });
    const heir = world.local.user({ email: "ann@x.com", first: "Ann", last: "Lee" });
    world.local.remove(world.localId);
    world.local.beforeWrite = () => {
      throw new HubspokeError("STORE_UNAVAILABLE", "the database is away");
    };
    await expect(world.settle()).rejects.toThrow("is away");
    world.clock.advance(60_000);
    await world.settle();
    expect([world.local.value(heir, "last"), world.hubspot.value(world.hubspotId, "lastname")]).toEqual([
      "Lane",
      "Lane",
    ]);
  });

  test("also where its first write fails, and both sides were edited: the rule decides, though one is empty", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: "Lee" });
    await world.settle();
    world.hubspot.edit(world.hubspotId, { lastname: "Lane" });
    const heir = world.local.user({ email: "ann@x.com", first: "Ann", last: null });
    world.local.remove(world.localId);
    world.hubspot.unknown = { landed: false };
    await world.settle();
    world.clock.advance(60_000);
    await world.settle();
    expect([world.local.value(heir, "last"), world.hubspot.value(world.hubspotId, "lastname")]).toEqual([null, null]);
  });

  test("also where only HubSpot's side is looked at, as a full pass does it first", async () => {
    const world = await linked({ deletes: { fromLocal: "archive" } });
    const heir = world.local.user({ email: "ann@x.com", first: "Anna" });
    world.local.remove(world.localId);
    await world.clock.drive(world.sync.reconcile());
    expect([await stateOf(world, heir), world.hubspot.ids()]).toEqual(["linked", [world.hubspotId]]);
    expect(world.hubspot.calls.filter(({ op }) => op === "archive")).toEqual([]);
  });

  test("and what waited for review waits on", async () => {
    const world = await linked({
      conflict: { default: "review" },
      fields: { email: field("email", { owner: "hubspot" }), first: field("firstname") },
    });
    world.local.edit(world.localId, { first: "Anna" });
    world.hubspot.edit(world.hubspotId, { firstname: "Anne" });
    await world.settle();
    const waiting = async () =>
      (await world.sync.conflicts.list({ status: "open" })).items.map(({ localId }) => localId);
    expect(await waiting()).toEqual([world.localId]);
    const heir = world.local.user({ email: "ann@x.com", first: "Anna" });
    world.local.remove(world.localId);
    await world.settle();
    expect(await waiting()).toEqual([heir]);
    expect([world.local.value(heir, "first"), world.hubspot.value(world.hubspotId, "firstname")]).toEqual([
      "Anna",
      "Anne",
    ]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "killed at call %i while it is taken in, nothing of what both had agreed on is lost",
    async (killAt) => {
      const world = await linked();
      world.local.edit(world.localId, { score: 7 });
      await world.settle();
      const heir = world.local.user({ email: "ann@x.com", first: "Ann", score: 8 });
      world.local.remove(world.localId);
      const process = new Process({ killAt, afterEffect: true });
      await expect(world.settle(world.worker({ storage: ownedBy(process, world.storage) }))).rejects.toThrow(Killed);
      world.clock.advance(leaseMs + 1);
      await world.settle();
      // A first contact would have given it to HubSpot's older 7.
      expect([world.local.value(heir, "score"), world.hubspot.value(world.hubspotId, "lead_score")]).toEqual([8, "8"]);
    },
  );

  test.each([3, 4, 5, 6, 7, 8])(
    "killed at call %i of a write over an edit in HubSpot, what the rule took stands when the row was replaced",
    async (killAt) => {
      const world = await linked();
      world.local.edit(world.localId, { last: "Mine" });
      world.hubspot.beforeWrite = () => {
        world.hubspot.edit(world.hubspotId, { lastname: "Theirs" });
        world.clock.advance(1);
      };
      const process = new Process({ killAt, fromIntent: true, afterEffect: true });
      const dead = world.worker({ remote: ownedBy(process, world.hubspot), storage: ownedBy(process, world.storage) });
      await expect(world.settle(dead)).rejects.toThrow(Killed);
      const heir = world.local.user({ email: "ann@x.com", first: "Ann", last: "Mine" });
      world.local.remove(world.localId);
      world.clock.advance(leaseMs + 1);
      await world.settle();
      expect([world.local.value(heir, "last"), world.hubspot.value(world.hubspotId, "lastname")]).toEqual([
        "Mine",
        "Mine",
      ]);
      const { items } = await world.sync.conflicts.list();
      expect(items.map(({ field, winner }) => [field, winner])).toContainEqual(["last", "local"]);
    },
  );

  test("also when it comes later, and waits while the other is still there", async () => {
    const world = await linked();
    const heir = world.local.user({ email: "ann@x.com", first: "Anna" });
    await world.settle();
    expect(await stateOf(world, heir)).toBeUndefined();
    world.local.remove(world.localId);
    await world.settle();
    world.local.edit(heir, { first: "Annie" });
    await world.settle();
    expect([await stateOf(world, heir), world.hubspot.value(world.hubspotId, "firstname")]).toEqual([
      "linked",
      "Annie",
    ]);
  });
});

test("a table that somebody empties archives no account, in however small pieces word of it comes", async () => {
  const world = createWorld({ deletes: { fromLocal: "archive" }, breaker: { share: 0.5, atLeast: 20 } });
  for (let i = 0; i < 300; i++) world.local.user({ email: `p${i}@x.com` });
  await world.clock.drive(world.sync.backfill());
  for (const id of world.local.ids().slice(0, 100)) world.local.remove(id);
  await world.settle();
  expect(world.hubspot.ids()).toHaveLength(200);
  expect((await world.sync.status()).paused).toBeNull();
  for (const id of world.local.ids()) world.local.remove(id);
  await world.settle();
  expect(world.hubspot.ids(), "another hundred would be more than half within an hour").toHaveLength(200);
  expect((await world.sync.status()).paused?.reason).toBe("stopped by its breaker");
  expect(world.alerts.map(({ name }) => name)).toContain("sync.breaker_open");
  await world.sync.resume();
  await world.settle();
  expect(world.hubspot.ids(), "counted anew").toHaveLength(100);
});
