import { describe, expect, test } from "vitest";
import { die } from "../testing-fakes/die.fixture.ts";
import { createWorld, fields, leaseMs } from "../testing-fakes/world.fixture.ts";
import { createSyncs } from "./create-syncs.ts";

async function linked() {
  const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 } });
  const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann", lastname: "Lee" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(leaseMs);
  const stands = (field: string, property: string) => [
    world.local.value(localId, field),
    world.hubspot.value(hubspotId, property),
  ];
  return { ...world, localId, hubspotId, stands };
}

describe("a row that was made of a HubSpot record and deleted before it was linked", () => {
  const policies = [
    ["archive", true],
    ["unlink", false],
  ] as const;

  test.each(policies)("counts as deleted by its user: with %s", async (fromLocal, archived) => {
    const world = createWorld({ poll: { localMs: 1_000, remoteMs: 1_000 }, deletes: { fromLocal } });
    await world.clock.drive(world.sync.backfill());
    world.clock.advance(leaseMs);
    const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann", lastname: "Lee" });
    await die(world, { killAt: 4 });
    const [localId = ""] = world.local.ids();
    world.local.remove(localId);
    await world.settle(world.worker());
    expect(world.local.ids()).toEqual([]);
    expect(world.hubspot.ids().includes(hubspotId)).toBe(!archived);
    expect((await world.sync.quarantine.list()).items).toEqual([]);
  });
});

test("a shadow sync creates nothing for a worker that died before; it is found out when the sync may write again", async () => {
  const poll = { localMs: 1_000, remoteMs: 1_000 };
  const world = createWorld({ poll });
  await world.clock.drive(world.sync.backfill());
  world.clock.advance(leaseMs);
  world.hubspot.user({ email: "ann@x.com", firstname: "Ann" });
  await die(world, { killAt: 3 });
  expect(world.local.ids()).toEqual([]);
  world.clock.advance(leaseMs * 2);
  const shadow = createSyncs((await world.scope()).deps);
  const { local } = world;
  shadow.define({ name: "leads", object: "contacts", local, match: ["email"], fields, poll, shadow: true });
  await world.settle({ syncs: shadow });
  expect(world.local.ids()).toEqual([]);
  await world.settle(world.worker());
  expect(world.local.ids().map((id) => local.value(id, "first"))).toEqual(["Ann"]);
});

// From the first intent: 1 store, 2 mark sent, 3 the write, 4 (for HubSpot: read back, then) store the base.
describe("a worker killed between a write and its base", () => {
  test("had pulled: an edit made on top of HubSpot's value survives, whoever owns the field", async () => {
    const world = await linked();
    world.hubspot.edit(world.hubspotId, { email: "hub@x.com" });
    await die(world, { killAt: 4 });
    expect(world.local.value(world.localId, "email")).toBe("hub@x.com");
    world.local.edit(world.localId, { email: "mine@x.com" });
    await world.settle(world.worker());
    expect(world.stands("email", "email")).toEqual(["mine@x.com", "mine@x.com"]);
  });

  test("had pulled: HubSpot's next edit is not taken for a conflict with our own write", async () => {
    const world = await linked();
    world.hubspot.edit(world.hubspotId, { lastname: "First" });
    await die(world, { killAt: 4 });
    world.hubspot.edit(world.hubspotId, { lastname: "Second" });
    await world.settle(world.worker());
    expect(world.stands("last", "lastname")).toEqual(["Second", "Second"]);
    expect((await world.sync.conflicts.list()).items).toEqual([]);
  });

  test("had pushed: HubSpot's next edit is made on top of ours and travels back", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: " Mine " });
    await die(world, { killAt: 3, afterEffect: true });
    world.hubspot.edit(world.hubspotId, { lastname: "Theirs" });
    await world.settle(world.worker());
    expect(world.stands("last", "lastname")).toEqual(["Theirs", "Theirs"]);
  });

  test("had pushed over an edit it never saw: that is put back where its owner's rule says so, once", async () => {
    const world = await linked();
    world.local.edit(world.localId, { email: "mine@x.com" });
    const edit = () => {
      world.hubspot.edit(world.hubspotId, { email: "theirs@x.com" });
      world.clock.advance(1);
    };
    await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    expect(world.hubspot.value(world.hubspotId, "email")).toBe("mine@x.com");
    await world.settle(world.worker());
    expect(world.stands("email", "email")).toEqual(["theirs@x.com", "theirs@x.com"]);
  });

  test("had pushed over an edit it never saw and that loses by its rule: ours stays, and that is logged once", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: "Mine" });
    const edit = () => {
      world.hubspot.edit(world.hubspotId, { lastname: "Theirs" });
      world.clock.advance(1);
    };
    const logged = async () => (await world.sync.conflicts.list({ values: true })).items;
    await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    await world.settle(world.worker());
    expect(world.stands("last", "lastname")).toEqual(["Mine", "Mine"]);
    expect(await logged()).toMatchObject([
      { field: "last", winner: "local", status: "resolved", values: { local: "Mine", hubspot: "Theirs" } },
    ]);
  });

  test("had pushed over an edit and logged that it loses: recovery logs it no second time", async () => {
    const world = await linked();
    world.local.edit(world.localId, { last: "Mine" });
    const edit = () => {
      world.hubspot.edit(world.hubspotId, { lastname: "Theirs" });
      world.clock.advance(1);
    };
    await die(world, { killAt: 6, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    expect((await world.sync.conflicts.list()).items).toHaveLength(1);
    await world.settle(world.worker());
    expect(world.stands("last", "lastname")).toEqual(["Mine", "Mine"]);
    expect((await world.sync.conflicts.list()).items).toHaveLength(1);
  });

  test("had created locally: an edit since then travels, and nobody is created twice", async () => {
    const world = await linked();
    world.hubspot.user({ email: "new@x.com", firstname: "New" });
    await die(world, { killAt: 4 });
    const [, created = ""] = world.local.ids();
    world.local.edit(created, { email: "edited@x.com" });
    await world.settle(world.worker());
    expect([world.local.ids().length, world.hubspot.value("101", "email")]).toEqual([2, "edited@x.com"]);
  });

  test("had created in HubSpot: an edit since then travels back, and nobody is created twice", async () => {
    const world = await linked();
    const born = world.local.user({ email: "new@x.com", first: "New", last: "Born" });
    await die(world, { killAt: 3, afterEffect: true });
    world.hubspot.edit("101", { lastname: "Wed" });
    await world.settle(world.worker());
    expect([world.hubspot.ids().length, world.local.value(born, "last")]).toEqual([2, "Wed"]);
  });
});

test("a user's edit to the value that a lost write would have made is not taken for that write", async () => {
  const world = await linked();
  world.local.edit(world.localId, { email: "new@x.com" });
  await die(world, { killAt: 3 });
  world.hubspot.edit(world.hubspotId, { email: "between@x.com" });
  world.clock.advance(5);
  world.hubspot.edit(world.hubspotId, { email: "new@x.com" });
  await world.settle(world.worker());
  expect(world.stands("email", "email")).toEqual(["new@x.com", "new@x.com"]);
});

test("a write whose answer was lost is not sent twice", async () => {
  const world = await linked();
  world.local.edit(world.localId, { first: "Anna" });
  world.hubspot.unknown = { landed: true };
  world.hubspot.calls.length = 0;
  await world.settle();
  expect(world.hubspot.calls.filter(({ op }) => op === "update")).toHaveLength(1);
  expect(world.stands("first", "firstname")).toEqual(["Anna", "Anna"]);
});

test("a record that moved while it was written is looked at again, not given up", async () => {
  const world = await linked();
  world.hubspot.edit(world.hubspotId, { firstname: "Hub" });
  world.local.beforeWrite = () => world.local.edit(world.localId, { last: "Moved" });
  await world.syncs.hint({ tenant: "acme", object: "contact", ids: [world.hubspotId] });
  const apply = world.syncs.jobs.find(({ name }) => name === "sync:apply");
  const signal = new AbortController().signal;
  for (let i = 0; i < 2; i++) await apply?.run({ now: world.clock.now(), deadline: world.clock.now() + 1_000, signal });
  expect(world.stands("first", "firstname")).toEqual(["Hub", "Hub"]);
});

test("a worker that wakes after its new row was linked for it quarantines nobody", async () => {
  const world = await linked();
  world.hubspot.user({ email: "new@x.com", firstname: "New" });
  const { storage, clock } = world;
  const other = world.worker();
  let asleep = false;
  const put: typeof storage.links.put = async (rows) => {
    if (!asleep) {
      asleep = true;
      clock.advance(2 * leaseMs);
      const signal = new AbortController().signal;
      for (const job of other.syncs.jobs) await job.run({ now: clock.now(), deadline: clock.now() + 60_000, signal });
    }
    return storage.links.put(rows);
  };
  await world.settle(world.worker({ storage: { ...storage, links: { ...storage.links, put } } }));
  await world.settle();
  expect(asleep).toBe(true);
  expect(world.local.ids()).toHaveLength(2);
  expect(world.alerts).toEqual([]);
  expect((await world.sync.quarantine.list()).items).toEqual([]);
});
