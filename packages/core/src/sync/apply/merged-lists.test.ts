import { describe, expect, test } from "vitest";
import { die } from "../testing-fakes/die.fixture.ts";
import { otherwise } from "../testing-fakes/late.fixture.ts";
import { lists } from "../testing-fakes/lists.fixture.ts";
import { createWorld, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

describe("a list that one side refuses", () => {
  test("takes nothing from HubSpot's side when the local one refuses what both made together", async () => {
    const world = await lists();
    world.local.refused.set("tags", (value) => Array.isArray(value) && value.length > 3);
    world.edit({ local: ["a", "b", "mine"], hubspot: "a;b;theirs" });
    await world.settle();
    await world.clock.drive(world.sync.reconcile());
    await world.settle();
    expect(world.both()).toEqual([["a", "b", "mine"], "a;b;theirs"]);
  });

  test("keeps what HubSpot has no option for on the local side, and still follows HubSpot's own edits", async () => {
    const world = await lists();
    world.hubspot.refused.set("tags", (value) => value.includes("mine"));
    world.edit({ local: ["a", "b", "mine"] });
    await world.settle();
    world.edit({ hubspot: "a;b;theirs" });
    await world.settle();
    expect(world.both()).toEqual([["a", "b", "mine", "theirs"], "a;b;theirs"]);
    world.edit({ hubspot: "b" });
    await world.settle();
    expect(world.both()).toEqual([["b", "mine"], "b"]);
  });

  test("is not asked for ever by a HubSpot that answers and stores nothing", async () => {
    const world = await lists();
    let asked = 0;
    const remote = otherwise(world, {
      async update({ writes }) {
        asked++;
        const ids = writes.map(({ id }) => id);
        const records = await world.hubspot.read({
          tenant,
          object: "contacts",
          ids,
          properties: [],
          history: false,
          lane: "incremental",
        });
        return records.map((value, index) => ({ index, ok: true, value }));
      },
    });
    world.edit({ local: ["a", "b", "mine"] });
    await world.settle(world.worker({ remote }));
    expect(world.both()).toEqual([["a", "b", "mine"], "a;b"]);
    expect(asked).toBe(1);
    world.edit({ hubspot: "a;theirs" });
    await world.settle();
    expect(world.both()).toEqual([["a", "mine", "theirs"], "a;mine;theirs"]);
  });

  test("keeps it from the record's creation on", async () => {
    const world = createWorld({ poll });
    world.hubspot.refused.set("tags", (value) => value.includes("mine"));
    const localId = world.local.user({ email: "ann@x.com", tags: ["a", "mine"] });
    await world.clock.drive(world.sync.backfill());
    world.clock.advance(leaseMs);
    const [hubspotId = ""] = world.hubspot.ids();
    world.hubspot.edit(hubspotId, { tags: "a;theirs" });
    await world.settle();
    expect(world.local.value(localId, "tags")).toEqual(["a", "mine", "theirs"]);
  });
});

describe("an element that was removed stays away", () => {
  const sides = ["local", "hubspot"] as const;
  const added = { local: { local: ["a", "b", "c"] }, hubspot: { hubspot: "a;b;c" } };

  test("though both lists were edited before the row that one was copied to was linked", async () => {
    const world = createWorld({ poll });
    await world.clock.drive(world.sync.backfill());
    world.clock.advance(leaseMs);
    const hubspotId = world.hubspot.user({ email: "ann@x.com", lastname: "Lee", tags: "a;b;c" });
    await die(world, { killAt: 4 });
    const [localId = ""] = world.local.ids();
    world.local.edit(localId, { last: null, tags: ["a", "c", "mine"] });
    world.hubspot.edit(hubspotId, { lastname: "Li", tags: "a;b;theirs" });
    await world.settle();
    expect(world.local.value(localId, "tags")).toEqual(["a", "mine", "theirs"]);
    expect(world.hubspot.value(hubspotId, "tags")).toBe("a;mine;theirs");
    // A name that was cleared here, and is this side's to say, is no empty column to be filled.
    expect([world.local.value(localId, "last"), world.hubspot.value(hubspotId, "lastname")]).toEqual([null, null]);
  });

  test.each(sides)(
    "though a worker died in the write of an edit made in %s, which was recovered before",
    async (side) => {
      const world = await lists();
      world.edit(added[side]);
      await die(world, { killAt: 4 });
      expect(world.both()).toEqual([["a", "b", "c"], "a;b;c"]);
      world.clock.advance(leaseMs);
      await world.settle(world.worker());
      world.edit({ local: ["b", "c"], hubspot: "a;b;c;d" });
      await world.settle(world.worker());
      expect(world.both()).toEqual([["b", "c", "d"], "b;c;d"]);
    },
  );

  test.each([
    ["taken out again in HubSpot", "a;b;c", ["a", "b", "c", "mine"], "a;b", ["a", "b", "mine"]],
    ["put in again in HubSpot", "a", ["a", "mine"], "a;b", ["a", "b", "mine"]],
  ])(
    "or there, %s, though the row was edited when a worker died in its write",
    async (_, edit, local, hubspot, both) => {
      const world = await lists();
      world.edit({ hubspot: edit });
      await die(world, { killAt: 4 });
      world.edit({ local, hubspot });
      await world.settle(world.worker());
      expect(world.both()).toEqual([both, both.join(";")]);
    },
  );

  test.each(sides)(
    "though a worker died in the write of an edit made in %s, which is recovered after",
    async (side) => {
      const world = await lists();
      world.edit(added[side]);
      await die(world, { killAt: 4 });
      world.edit({ local: ["b", "c"], hubspot: "a;b;c;d" });
      await world.settle(world.worker());
      expect(world.both()).toEqual([["b", "c", "d"], "b;c;d"]);
    },
  );

  test.each([
    ["whose write to HubSpot was lost", undefined],
    ["whose worker died between its halves", 5],
  ])("and one that a user puts in again is not removed by a merge %s", async (_, killAt) => {
    const world = await lists();
    world.edit({ local: ["a", "b", "mine"], hubspot: "b" });
    if (killAt === undefined) {
      world.hubspot.unknown = { landed: false };
      await die(world, { killAt: 9 });
    } else await die(world, { killAt });
    expect(world.both()).toEqual([["b", "mine"], "b"]);
    world.edit({ hubspot: "a;b" });
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.both()).toEqual([["a", "b", "mine"], "a;b;mine"]);
  });

  test("though the answer to its record's creation was lost", async () => {
    const world = createWorld({ poll });
    const localId = world.local.user({ email: "ann@x.com", tags: ["a", "b"] });
    await world.sync.start();
    await die(world, { killAt: 4 });
    const [hubspotId = ""] = world.hubspot.ids();
    expect(await world.storage.links.byLocalIds(tenant, "leads", [localId])).toEqual([]);
    world.local.edit(localId, { tags: ["b"] });
    world.hubspot.edit(hubspotId, { tags: "a;b;c" });
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.hubspot.value(hubspotId, "tags")).toBe("b;c");
  });

  test.each([
    ["", false],
    [", also after a first write that got lost", true],
  ])("in a row that was put in the place of a deleted one%s", async (_, fails) => {
    const world = await lists();
    world.local.remove(world.localId);
    world.local.user({ email: "ann@x.com", tags: ["b"] });
    world.edit({ hubspot: "a;b;c" });
    if (fails) world.hubspot.unknown = { landed: false };
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "tags")).toBe("b;c");
  });

  test("though the pair was remembered without its elements, once it was looked at", async () => {
    const world = await lists();
    const [link] = await world.storage.links.byLocalIds(tenant, "leads", [world.localId]);
    if (link === undefined) throw new Error("Ann is not linked");
    const { elements: _, ...tags } = link.base.tags ?? { local: "", remote: "" };
    await world.storage.links.put([{ ...link, base: { ...link.base, tags } }]);
    await world.clock.drive(world.sync.reconcile());
    world.edit({ local: ["b"], hubspot: "a;b;c" });
    await world.settle();
    expect(world.both()).toEqual([["b", "c"], "b;c"]);
  });

  test("however blanks stand around it", async () => {
    const world = await lists();
    world.edit({ local: [" a", "b"] });
    await world.settle();
    world.edit({ local: [" c", "b"] });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "tags")).toBe("b;c");
    world.edit({ local: ["b"], hubspot: "b;c;d" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "tags")).toBe("b;d");
  });

  test("in a list that is kept as one text", async () => {
    const world = createWorld({ poll });
    const hubspotId = world.hubspot.user({ email: "ann@x.com", tags: "a;b" });
    const localId = world.local.user({ email: "ann@x.com", tags: "a;b" });
    await world.clock.drive(world.sync.backfill());
    world.clock.advance(leaseMs);
    world.local.edit(localId, { tags: "b" });
    world.hubspot.edit(hubspotId, { tags: "a;b;c" });
    await world.settle();
    expect(world.hubspot.value(hubspotId, "tags")).toBe("b;c");
  });
});
