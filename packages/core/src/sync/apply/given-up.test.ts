import { describe, expect, test } from "vitest";
import type { LocalValue } from "../../ports/local-source.ts";
import { otherwise, type Stage, stage, stoodStill, turn, unanswered } from "../testing-fakes/late.fixture.ts";
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

  test("puts back what it covered, though nobody is left who knows that it left late", async () => {
    const world = await givenUp();
    world.hubspot.edit(world.hubspotId, { email: "theirs@x.com" });
    world.clock.advance(1);
    world.lands();
    await world.settles();
    expect(world.both()).toEqual(["theirs@x.com", "theirs@x.com"]);
    expect(await world.storage.intents.byRecord("acme", "leads", [world.localId], [])).toEqual([]);
  });

  test("is an edit of HubSpot's side where a person entered the same there", async () => {
    const world = await givenUp();
    world.local.edit(world.localId, { email: "newest@x.com" });
    world.hubspot.edit(world.hubspotId, { email: "mine@x.com" });
    await world.settles();
    expect(world.both()).toEqual(["mine@x.com", "mine@x.com"]);
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

describe("a write that lands, unanswered, when its row was deleted and made anew under another id", () => {
  const names = { first: "firstname", last: "lastname", tags: "tags" } as const;

  async function madeAnew(name: keyof typeof names, holds: LocalValue, sends: LocalValue = "Mine") {
    const world = await stage();
    world.local.edit(world.localId, { [name]: sends });
    let landed = () => {};
    const lost = otherwise(world, {
      async update(asked) {
        await world.hubspot.update(asked);
        landed();
        return unanswered(asked);
      },
    });
    const slow = await stoodStill(world, { pauseAt: 3 }, lost);
    world.clock.advance(leaseMs + 1);
    const other = world.worker();
    world.local.remove(world.localId);
    const localId = world.local.user({ email: "ann@x.com", first: "Ann", last: "Lee", [name]: holds });
    await world.settle(other);
    return {
      ...world,
      both: () => [world.local.value(localId, name), world.hubspot.value(world.hubspotId, names[name])],
      inHubspot: (value: string) => world.hubspot.edit(world.hubspotId, { [names[name]]: value }),
      async lands(then = () => {}) {
        landed = then;
        world.clock.advance(1);
        await slow.goesOn();
        world.clock.advance(leaseMs);
        await world.settle(other);
      },
    };
  }

  test("puts back the edit that it covered", async () => {
    const world = await madeAnew("first", "Mine");
    world.inHubspot("Theirs");
    await world.lands();
    expect(world.both()).toEqual(["Theirs", "Theirs"]);
  });

  test.each(["Newest", "Ann"])("does not undo what the new row holds: %s", async (holds) => {
    const world = await madeAnew("first", holds);
    expect(world.both()).toEqual([holds, holds]);
    await world.lands();
    expect(world.both()).toEqual([holds, holds]);
  });

  test("takes nothing into the new row's list that only it had brought", async () => {
    const world = await madeAnew("tags", ["a"], ["a", "mine"]);
    await world.lands();
    expect(world.both()).toEqual([["a"], "a"]);
  });

  test("is no edit of this side: what is entered in HubSpot after it stands", async () => {
    const world = await madeAnew("last", "Lee");
    await world.lands(() => {
      world.clock.pass(1);
      world.inHubspot("Theirs");
    });
    expect(world.both()).toEqual(["Theirs", "Theirs"]);
  });
});
