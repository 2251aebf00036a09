import { expect, test } from "vitest";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";

test("what a person looks at, or stops, needs no HubSpot, in a process that has not asked it yet", async () => {
  const world = createWorld();
  const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann" });
  await world.clock.drive(world.sync.backfill());
  const down = async () => {
    throw new Error("HubSpot was asked");
  };
  const { sync, syncs } = world.worker({ portalOf: down, pinnedPortal: () => "62515" });

  expect(await sync.status()).toMatchObject({ on: true, paused: null, linked: 1 });
  expect((await sync.log()).items.map(({ action }) => action)).toEqual(["create-local"]);
  expect([(await sync.conflicts.list()).items, (await sync.quarantine.list()).items]).toEqual([[], []]);
  expect(await sync.schedule.status()).toEqual({ changes: "realtime", reconcile: null });
  await sync.pause("HubSpot is down");
  expect((await world.sync.status()).paused?.reason).toBe("HubSpot is down");
  await sync.resume();
  expect((await world.sync.status()).paused).toBeNull();

  // Word of a change is kept until HubSpot can be asked.
  world.hubspot.edit(hubspotId, { firstname: "Anna" });
  expect(await syncs.hint({ tenant, object: "contacts", ids: [hubspotId] })).toBe(1);
  await world.settle();
  expect(world.local.ids().map((id) => world.local.value(id, "first"))).toEqual(["Anna"]);
});

test("a tenant that is pinned to no account yet is asked for at HubSpot", async () => {
  const { worker } = createWorld();
  const { sync } = worker({ portalOf: async () => "62515", pinnedPortal: () => null });
  expect(await sync.status()).toMatchObject({ on: false });
});
