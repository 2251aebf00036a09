import { describe, expect, test } from "vitest";
import { die } from "../testing-fakes/die.fixture.ts";
import { lists } from "../testing-fakes/lists.fixture.ts";
import { ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { leaseMs } from "../testing-fakes/world.fixture.ts";

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
  const deaths = [3, 4, 5, 6, 7, 8, 9, 10];
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

  test.each([7, 8])("and so is one made to what was put back: at its call %d since", async (killAt) => {
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
