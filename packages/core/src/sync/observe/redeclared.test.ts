import { describe, expect, test } from "vitest";
import type { FieldSpecs } from "../declare/definition.ts";
import { field } from "../declare/field.ts";
import { createSyncs } from "../engine/create-syncs.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { stoodStill } from "../testing-fakes/late.fixture.ts";
import { createWorld, fields, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };
const titled = (property: string): FieldSpecs => ({ ...fields, title: field(property, { owner: "hubspot" }) });

async function boss(): Promise<World & { readonly localId: string }> {
  const world = createWorld({ poll, fields: titled("jobtitle") });
  world.local.columns = ["email", "first", "last", "score", "tags", "title"];
  world.hubspot.user({ email: "ann@x.com", jobtitle: "Boss" });
  await world.clock.drive(world.sync.backfill());
  await world.settle();
  return { ...world, localId: world.local.ids()[0] ?? "" };
}

/** A new version of the host's program over the same stores. */
async function deployed(world: World, property: string): Promise<ReturnType<typeof createSyncs>> {
  const { deps } = await world.scope();
  const syncs = createSyncs(deps);
  const { local } = world;
  const fields = titled(property);
  const definition = { name: "leads", object: "contacts" as const, local, match: ["email"], fields, poll };
  await world.clock.drive(syncs.define(definition).for(tenant).reconcile());
  return syncs;
}

test("a declared field that is given another property clears nothing where that one is empty", async () => {
  const world = await boss();
  await deployed(world, "phone");
  expect(world.local.value(world.localId, "title")).toBe("Boss");
});

test("what was agreed on before fields were marked by their properties still is", async () => {
  const world = await boss();
  const [link] = await world.storage.links.byLocalIds(tenant, "leads", [world.localId]);
  if (link === undefined) throw new Error("Ann is not linked");
  const base = Object.entries(link.base).map(([name, { mapping: _, ...hashes }]) => [name, hashes] as const);
  await world.storage.links.put([{ ...link, base: Object.fromEntries(base) }]);
  world.local.edit(world.localId, { title: null });
  const syncs = await deployed(world, "jobtitle");
  await world.settle({ syncs });
  expect(world.hubspot.value(link.hubspotId, "jobtitle")).toBeNull();
});

// From the first intent: 1 store, 2 mark sent, 3 the write, 4 (for HubSpot: read back, then) store the base.
describe("a worker that was killed before the version that gives a field another property", () => {
  async function redeployed(world: World, property = "phone"): Promise<void> {
    world.clock.advance(leaseMs);
    await world.settle({ syncs: await deployed(world, property) });
  }

  test("had pulled: nothing is cleared where that property is empty", async () => {
    const world = await boss();
    world.hubspot.edit("100", { jobtitle: "Chief" });
    await die(world, { killAt: 4 });
    expect(world.local.value(world.localId, "title")).toBe("Chief");
    await redeployed(world);
    expect([world.local.value(world.localId, "title"), world.hubspot.value("100", "phone")]).toEqual([
      "Chief",
      "Chief",
    ]);
  });

  test("had created locally: nothing is cleared where that property is empty", async () => {
    const world = await boss();
    world.hubspot.user({ email: "bob@x.com", jobtitle: "Chef" });
    await die(world, { killAt: 4 });
    const [, bob = ""] = world.local.ids();
    await redeployed(world);
    expect([world.local.value(bob, "title"), world.hubspot.value("101", "phone")]).toEqual(["Chef", "Chef"]);
  });

  test("had pushed over an edit: that is put back in the property it was made in", async () => {
    const world = await boss();
    world.local.edit(world.localId, { title: "Mine" });
    const edit = () => {
      world.hubspot.edit("100", { jobtitle: "Theirs" });
      world.clock.advance(1);
    };
    await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    expect(world.hubspot.value("100", "jobtitle")).toBe("Mine");
    await redeployed(world);
    expect([world.hubspot.value("100", "jobtitle"), world.hubspot.value("100", "phone")]).toEqual(["Theirs", "Mine"]);
  });

  test("came late, and died after it had stored its intent again: what both agreed on since still holds", async () => {
    const world = await boss();
    const stage = { ...world, hubspotId: "100", both: () => [] };
    world.local.edit(world.localId, { title: "Mine" });
    // 4 is the lock it takes again, 5 reads back.
    const slow = await stoodStill(stage, { pauseAt: 3, killAt: 5 });
    await redeployed(world);
    expect(world.hubspot.value("100", "phone")).toBe("Mine");
    await slow.goesOn();
    expect(world.hubspot.value("100", "jobtitle")).toBe("Mine");
    world.local.edit(world.localId, { title: "Newest" });
    await redeployed(world);
    expect([world.local.value(world.localId, "title"), world.hubspot.value("100", "phone")]).toEqual([
      "Newest",
      "Newest",
    ]);
  });
});
