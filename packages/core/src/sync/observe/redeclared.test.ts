import { expect, test } from "vitest";
import type { FieldSpecs } from "../declare/definition.ts";
import { field } from "../declare/field.ts";
import { createSyncs } from "../engine/create-syncs.ts";
import { createWorld, fields, tenant, type World } from "../testing-fakes/world.fixture.ts";

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
