import { describe, expect, test } from "vitest";
import { field } from "../declare/field.ts";
import { createWorld, fields, type World } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

/** Ann has a title in HubSpot and none here, where the field's source is. */
async function held(
  change: Parameters<typeof createWorld>[0],
): Promise<World & { hubspotId: string; localId: string }> {
  const world = createWorld({ poll, ...change });
  world.local.columns = ["email", "first", "last", "score", "tags", "title"];
  const hubspotId = world.hubspot.user({ email: "ann@x.com", jobtitle: "Boss" });
  const localId = world.local.user({ email: "ann@x.com" });
  return { ...world, hubspotId, localId };
}

describe("a difference that an empty source leaves as it is", () => {
  test("is settled once the field travels both ways", async () => {
    const world = await held({ mappings: true });
    const map = (direction: "both" | "to-hubspot") => [
      { localField: "title", hubspotProperties: "jobtitle", direction },
    ];
    await world.sync.mappings.replace(map("to-hubspot"), { expectedRevision: 0 });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    expect(world.local.value(world.localId, "title")).toBeNull();
    await world.sync.mappings.replace(map("both"), { expectedRevision: 1 });
    expect((await world.clock.drive(world.sync.reconcile())).equal).toBe(false);
    expect(world.local.value(world.localId, "title")).toBe("Boss");
  });

  test("is logged when the source covers it, and never by an empty one", async () => {
    const world = await held({ fields: { ...fields, title: field("jobtitle", { direction: "to-hubspot" }) } });
    await world.clock.drive(world.sync.backfill());
    await world.settle();
    world.hubspot.edit(world.hubspotId, { jobtitle: "Chief" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Chief");
    world.local.edit(world.localId, { title: "Worker" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Worker");
    expect((await world.sync.conflicts.list()).items).toMatchObject([{ field: "title", winner: "local" }]);
  });
});
