import { describe, expect, test } from "vitest";
import type { FieldSpecs } from "../declare/definition.ts";
import { field } from "../declare/field.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { settled } from "../testing-fakes/two-syncs.fixture.ts";
import { createWorld, fields, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";
import { createSyncs, type Syncs } from "./create-syncs.ts";
import type { TenantSync } from "./tenant-sync.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

/** The next version of the host's program, which writes nothing to HubSpot. */
async function readOnly(
  world: World,
  declared: FieldSpecs = fields,
): Promise<{ readonly syncs: Syncs; readonly sync: TenantSync }> {
  const { deps } = await world.scope();
  const syncs = createSyncs(deps);
  const { local } = world;
  const definition = { name: "leads", object: "contacts" as const, local, match: ["email"], fields: declared, poll };
  return { syncs, sync: syncs.define({ ...definition, readOnly: true }).for(tenant) };
}

describe("a write that was on its way when the sync became readOnly, and covered an edit", () => {
  async function covered() {
    const world = await linked({ poll });
    const { hubspot, local, hubspotId, localId, clock } = world;
    clock.advance(leaseMs);
    local.edit(localId, { email: "mine@x.com" });
    const edit = () => {
      hubspot.edit(hubspotId, { email: "theirs@x.com" });
      clock.advance(1);
    };
    await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    clock.advance(leaseMs);
    return { ...world, both: () => [local.value(localId, "email"), hubspot.value(hubspotId, "email")] };
  }

  test("is not undone by a write: the edit is kept here, and logged with both values, once", async () => {
    const world = await covered();
    const { writes } = world.hubspot;
    const now = await readOnly(world);
    await world.settle(now);
    expect([world.hubspot.writes - writes, world.both()]).toEqual([0, ["theirs@x.com", "mine@x.com"]]);
    const { items } = await now.sync.conflicts.list({ values: true });
    const values = { local: "mine@x.com", hubspot: "theirs@x.com" };
    expect(items).toMatchObject([{ field: "email", rule: "hubspot", winner: "hubspot", status: "resolved", values }]);
    await world.clock.drive(world.sync.reconcile());
    expect(world.both()).toEqual(["theirs@x.com", "theirs@x.com"]);
    expect((await world.sync.conflicts.list()).items).toHaveLength(1);
  });

  test("meets an edit made here since by the rule, and nothing holds the record", async () => {
    const world = await covered();
    const now = await readOnly(world);
    world.local.edit(world.localId, { email: "newer@x.com" });
    await world.settle(now);
    world.hubspot.edit(world.hubspotId, { lastname: "Lee" });
    await world.settle(now);
    expect(world.local.value(world.localId, "last")).toBe("Lee");
    await world.clock.drive(world.sync.reconcile());
    expect(world.both()).toEqual(["theirs@x.com", "theirs@x.com"]);
    expect((await world.sync.conflicts.list()).items).toMatchObject([{ field: "email", winner: "hubspot" }]);
  });
});

test("an edit that was covered in a property that its field no longer has is told, and not taken for the new one's", async () => {
  const world = await linked({ poll });
  const { hubspot, local, hubspotId, localId, clock } = world;
  clock.advance(leaseMs);
  local.edit(localId, { email: "mine@x.com", first: "Mine" });
  const edit = () => {
    hubspot.edit(hubspotId, { firstname: "Theirs" });
    clock.advance(1);
  };
  await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
  clock.advance(leaseMs);
  const now = await readOnly(world, { ...fields, first: field("jobtitle", { owner: "hubspot" }) });
  await world.settle(now);
  expect(local.value(localId, "first")).toBe("Mine");
  const values = { local: "Mine", hubspot: "Theirs" };
  const { items } = await now.sync.conflicts.list({ values: true });
  expect(items).toMatchObject([{ field: "first", rule: "read-only", values }]);
});

test("a list's edit that was covered when the sync became readOnly is made to the list here", async () => {
  const world = createWorld({ poll });
  const { hubspot, local, clock } = world;
  const hubspotId = hubspot.user({ email: "ann@x.com", tags: "a;b" });
  await clock.drive(world.sync.backfill());
  const [localId = ""] = local.ids();
  clock.advance(leaseMs);
  local.edit(localId, { tags: ["a", "b", "mine"] });
  const edit = () => hubspot.edit(hubspotId, { tags: "a;theirs" });
  await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
  clock.advance(leaseMs);
  await world.settle(await readOnly(world));
  expect([local.value(localId, "tags"), hubspot.value(hubspotId, "tags")]).toEqual([
    ["a", "mine", "theirs"],
    "a;b;mine",
  ]);
  await clock.drive(world.sync.reconcile());
  expect(hubspot.value(hubspotId, "tags")).toBe("a;mine;theirs");
});

describe("the breaker of a readOnly sync counts nothing that is not written:", () => {
  const held = { poll, readOnly: true, breaker: { share: 0.5, atLeast: 1 } };

  async function ten() {
    const world = createWorld({ ...held, deletes: { fromLocal: "archive" } });
    for (let i = 0; i < 10; i++) world.hubspot.user({ email: `p${i}@x.com` });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    return world;
  }

  test("pushes", async () => {
    const world = await ten();
    for (const id of world.local.ids()) world.local.edit(id, { first: "Ann" });
    world.hubspot.edit("100", { lastname: "Lee" });
    await world.clock.drive(world.sync.reconcile());
    expect(world.local.ids().map((id) => world.local.value(id, "last"))).toContain("Lee");
  });

  test("archives", async () => {
    const world = await ten();
    for (const id of world.local.ids()) world.local.remove(id);
    await world.settle();
    expect([(await world.sync.status()).paused, world.hubspot.ids().length]).toEqual([null, 10]);
  });

  test("associations", async () => {
    const there = await settled({}, { readOnly: true, breaker: { share: 0.1, atLeast: 0 } });
    there.local.edit(there.contact().localId, { company_id: there.company("bolt.com").localId });
    await there.run(there.sync.reconcile());
    expect((await there.sync.status()).paused).toBeNull();
  });
});
