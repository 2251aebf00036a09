import { describe, expect, test } from "vitest";
import { die } from "../testing-fakes/die.fixture.ts";
import { ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, tenant, type World } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

interface Lists extends World {
  readonly hubspotId: string;
  readonly localId: string;
  /** Edits of each side since they last agreed. */
  edit(sides: { readonly local?: readonly string[]; readonly hubspot?: string }): void;
  /** What the local side and HubSpot hold. */
  both(): readonly unknown[];
}

async function lists(): Promise<Lists> {
  const world = createWorld({ poll });
  const hubspotId = world.hubspot.user({ email: "ann@x.com", tags: "a;b" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(leaseMs);
  await world.settle();
  return {
    ...world,
    hubspotId,
    localId,
    edit({ local, hubspot }) {
      if (local !== undefined) world.local.edit(localId, { tags: local });
      if (hubspot !== undefined) world.hubspot.edit(hubspotId, { tags: hubspot });
    },
    both: () => [world.local.value(localId, "tags"), world.hubspot.value(hubspotId, "tags")],
  };
}

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

describe("an element that was added just before our write covered it, and the list edited after", () => {
  test.each([
    ["is in it again once the write was checked", false],
    ["is in it again once the write was recovered", true],
  ])("%s", async (_, dies) => {
    const world = await lists();
    world.edit({ local: ["a"] });
    world.hubspot.beforeWrite = () => world.edit({ hubspot: "a;b;theirs" });
    const after = () => world.edit({ hubspot: "a;more" });
    if (dies) {
      await die(world, { killAt: 3, afterEffect: true });
      after();
    } else {
      const process = new Process({ fromIntent: true, meanwhile: new Map([[4, after]]) });
      const { syncs } = world.worker({
        remote: ownedBy(process, world.hubspot),
        storage: ownedBy(process, world.storage),
      });
      await world.settle({ syncs });
    }
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.both()).toEqual([["a", "more", "theirs"], "a;more;theirs"]);
  });
});

test("an edit that putting a covered one back covers in its turn does not undo that one", async () => {
  const world = await lists();
  world.edit({ local: ["a", "b", "mine"] });
  const edits = ["a", "a;b;mine;theirs"];
  world.hubspot.beforeWrite = () => {
    world.edit({ hubspot: edits.shift() as string });
    if (edits.length > 0) world.hubspot.beforeWrite = () => world.edit({ hubspot: edits.shift() as string });
  };
  await world.settle();
  expect(world.both()).toEqual([["a", "mine", "theirs"], "a;mine;theirs"]);
});

describe("a covered edit of a list, and the next one, are both in it wherever a worker dies", () => {
  const deaths = [3, 4, 5, 6, 7, 8, 9];
  const all = ["b", "mine", "more", "theirs"];

  /** What our write covers; then what comes when it has landed, and puts in again what it took out; then one more. */
  async function edited() {
    const world = await lists();
    world.edit({ local: ["a", "mine"] });
    const next = () => world.edit({ hubspot: "b;mine;more" });
    const last = () => world.edit({ hubspot: "a;theirs" });
    return { ...world, covered: () => world.edit({ hubspot: "a;b;theirs" }), next, last };
  }

  test.each(deaths)("when the next was covered by putting the first back: at its call %d since", async (killAt) => {
    const world = await edited();
    world.hubspot.beforeWrite = () => {
      world.covered();
      world.hubspot.beforeWrite = world.next;
    };
    await die(world, { killAt, afterEffect: true });
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.both()).toEqual([all, all.join(";")]);
  });

  test.each([6, 7])("and so is one made to what was put back: at its call %d since", async (killAt) => {
    const world = await edited();
    world.hubspot.beforeWrite = () => {
      world.covered();
      world.hubspot.beforeWrite = world.next;
    };
    await die(world, { killAt, afterEffect: true });
    world.last();
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.both()).toEqual([["b", "more", "theirs"], "b;more;theirs"]);
  });

  test.each(deaths.slice(1))("when the next came before it looked: at its call %d since", async (killAt) => {
    const world = await edited();
    world.hubspot.beforeWrite = world.covered;
    await die(world, { killAt, afterEffect: true, meanwhile: new Map([[4, world.next]]) });
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    expect(world.both()).toEqual([all, all.join(";")]);
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
