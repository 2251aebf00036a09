import { describe, expect, test } from "vitest";
import { linked } from "../testing-fakes/linked.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

describe("a value that the other side refused meets that side's next edit as a conflict", () => {
  test("refused by HubSpot, whose edit does not come over the owner's", async () => {
    const world = await linked({ poll });
    world.hubspot.refused.set("lastname", (value) => value === "Bad");
    world.local.edit(world.localId, { last: "Bad" });
    await world.settle();
    world.hubspot.edit(world.hubspotId, { lastname: "Theirs" });
    await world.settle();
    expect(world.local.value(world.localId, "last")).toBe("Bad");
    expect((await world.sync.conflicts.list()).items).toMatchObject([{ field: "last", winner: "local" }]);
  });

  test("refused by the local side, whose edit does not come over the owner's", async () => {
    const world = await linked({ poll });
    world.local.refused.set("score", (value) => Number(value) > 100);
    world.hubspot.edit(world.hubspotId, { lead_score: "500" });
    await world.settle();
    world.local.edit(world.localId, { score: 7 });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "lead_score")).toBe("500");
    expect((await world.sync.conflicts.list()).items).toMatchObject([{ field: "score", winner: "hubspot" }]);
  });

  test("an edit that mends it is no conflict", async () => {
    const world = await linked({ poll });
    world.hubspot.refused.set("lastname", (value) => value === "Bad");
    world.local.edit(world.localId, { last: "Bad" });
    await world.settle();
    world.local.edit(world.localId, { last: "Good" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "lastname")).toBe("Good");
    expect((await world.sync.conflicts.list()).items).toEqual([]);
  });
});
