import { describe, expect, test } from "vitest";
import { type Stage, stage, stoodStill, turn } from "../testing-fakes/late.fixture.ts";
import { leaseMs } from "../testing-fakes/world.fixture.ts";

describe("a write that was given up and lands before the record is looked at again", () => {
  async function givenUp(): Promise<Stage & { lands(): void; settles(): Promise<void> }> {
    const world = await stage();
    world.local.edit(world.localId, { email: "mine@x.com" });
    await stoodStill(world, { pauseAt: 3 });
    world.clock.advance(leaseMs + 1);
    const other = world.worker();
    await turn(world, other, "sync:recover");
    const write = { id: world.hubspotId, values: { email: "mine@x.com" } };
    return {
      ...world,
      lands: () =>
        void world.hubspot.update({ tenant: "acme", object: "contacts", writes: [write], lane: "incremental" }),
      settles: () => world.settle(other),
    };
  }

  test.each([
    ["is no edit of HubSpot's side that could win over what was edited here since", "newest@x.com"],
    ["does not undo what was put back here since", "ann@x.com"],
  ])("%s", async (_, since) => {
    const world = await givenUp();
    world.local.edit(world.localId, { email: since });
    world.lands();
    await world.settles();
    expect(world.both()).toEqual([since, since]);
  });

  test("is expected no longer than that: the same value is an edit when somebody enters it later", async () => {
    const world = await givenUp();
    world.local.edit(world.localId, { email: "ann@x.com" });
    await world.settles();
    world.hubspot.edit(world.hubspotId, { email: "mine@x.com" });
    await world.settles();
    expect(world.both()).toEqual(["mine@x.com", "mine@x.com"]);
  });
});
