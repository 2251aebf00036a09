import { createWorld, tenant, type World } from "./world.fixture.ts";

/** A world in which Ann is on both sides, linked, and neither side has changed since. */
export async function linked(
  change: Parameters<typeof createWorld>[0] = {},
): Promise<World & { readonly hubspotId: string; readonly localId: string }> {
  const world = createWorld(change);
  const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(1_000);
  return { ...world, hubspotId, localId };
}

/** The state of the local record's pair; undefined without one. */
export async function stateOf({ storage }: World, localId: string): Promise<string | undefined> {
  const [link] = await storage.links.byLocalIds(tenant, "leads", [localId]);
  return link?.state;
}
