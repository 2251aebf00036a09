import { describe, expect, test } from "vitest";
import { linked } from "../testing-fakes/linked.fixture.ts";
import { tenant } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

describe("a record that takes no part", () => {
  test("is not deleted here because HubSpot archived its other side", async () => {
    const filters = { local: ({ last }: Readonly<Record<string, unknown>>) => last !== "private" };
    const world = await linked({ poll, deletes: { fromHubspot: "delete" }, filters });
    world.local.edit(world.localId, { last: "private" });
    await world.settle();
    world.hubspot.archiveRecord(world.hubspotId);
    await world.syncs.hint({ tenant, object: "contacts", ids: [world.hubspotId] });
    await world.settle();
    expect(world.local.ids()).toEqual([world.localId]);
  });

  test("is not archived in HubSpot because its row was deleted", async () => {
    const accept = ({ stage }: Readonly<Record<string, string | null>>) => stage !== "CUSTOMER";
    const filters = { hubspot: { properties: ["stage"], accept } };
    const world = await linked({ poll, deletes: { fromLocal: "archive" }, filters });
    world.hubspot.edit(world.hubspotId, { stage: "CUSTOMER" });
    await world.settle();
    world.local.remove(world.localId);
    await world.settle();
    expect(world.hubspot.ids()).toEqual([world.hubspotId]);
  });
});
