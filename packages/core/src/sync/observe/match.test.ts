import { describe, expect, test } from "vitest";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };
const match = ["last", "email"];

describe("several match keys", () => {
  test("a new local record of which its first key finds two is not created because its second finds none", async () => {
    const world = createWorld({ poll: { ...poll, remoteMs: false }, match, create: { inLocal: false } });
    world.hubspot.user({ lastname: "Acme", firstname: "1" });
    world.hubspot.user({ lastname: "Acme", firstname: "2" });
    await world.clock.drive(world.sync.backfill());
    world.local.user({ last: "Acme", email: "new@x.com" });
    await world.settle();
    expect(world.hubspot.ids()).toHaveLength(2);
  });

  test("nor is a HubSpot record", async () => {
    const world = createWorld({ poll, match, create: { inHubspot: false } });
    world.local.user({ last: "Acme", first: "1" });
    world.local.user({ last: "Acme", first: "2" });
    world.hubspot.user({ lastname: "Acme", email: "new@x.com" });
    await world.clock.drive(world.sync.backfill());
    expect(world.local.ids()).toHaveLength(2);
  });

  test("a later key tells which of several it is", async () => {
    const world = createWorld({ poll: { ...poll, remoteMs: false }, match, create: { inLocal: false } });
    await world.clock.drive(world.sync.backfill());
    world.hubspot.user({ lastname: "Acme", email: "old@x.com" });
    const meant = world.hubspot.user({ lastname: "Acme", email: "new@x.com" });
    const localId = world.local.user({ last: "Acme", email: "new@x.com" });
    await world.settle();
    const [link] = await world.storage.links.byLocalIds(tenant, "leads", [localId]);
    expect(link?.hubspotId).toBe(meant);
  });

  test.each([
    ["told of by its own side", false],
    ["told of by both sides", true],
  ])("who is found by an earlier key comes before who is found by a later one, %s", async (_, both) => {
    const create = { inHubspot: false, inLocal: false };
    const world = createWorld({ poll: { ...poll, remoteMs: false }, match: ["email", "last"], create });
    await world.clock.drive(world.sync.backfill());
    const id = world.hubspot.user({ email: "ann@x.com", lastname: "Lee" });
    const other = world.local.user({ last: "Lee" });
    const ann = world.local.user({ email: "ann@x.com", last: "Other" });
    await world.syncs.hintLocal({ tenant, sync: "leads", ids: [other, ann] });
    if (both) await world.syncs.hint({ tenant, object: "contacts", ids: [id] });
    await world.settle();
    const [link] = await world.storage.links.byHubspotIds(tenant, "leads", [id]);
    expect(link?.localId).toBe(ann);
  });
});

describe("the spelling of a key", () => {
  test("HubSpot is asked for it as it is written and in lower case, e-mail in lower case alone", async () => {
    const world = createWorld({ poll: { localMs: 1_000, remoteMs: false }, match: ["email", "last"] });
    await world.clock.drive(world.sync.backfill());
    const asked: (readonly string[])[] = [];
    const { findBy } = world.hubspot;
    world.hubspot.findBy = (query) => {
      asked.push(query.values);
      return findBy.call(world.hubspot, query);
    };
    world.local.user({ email: "Ann@X.com", last: " TR-1 " });
    await world.settle();
    expect(asked).toEqual([["ann@x.com"], ["TR-1", "tr-1"]]);
  });

  test("a record that is answered for both spellings is one", async () => {
    const create = { inHubspot: false, inLocal: false };
    const world = createWorld({ poll: { localMs: 1_000, remoteMs: false }, match: ["last"], create });
    await world.clock.drive(world.sync.backfill());
    const { findBy } = world.hubspot;
    world.hubspot.findBy = async (query) =>
      (
        await Promise.all(query.values.map((value) => findBy.call(world.hubspot, { ...query, values: [value] })))
      ).flat();
    const id = world.hubspot.user({ lastname: "Lee" });
    const localId = world.local.user({ last: "Lee" });
    await world.settle();
    expect((await world.storage.links.byLocalIds(tenant, "leads", [localId]))[0]?.hubspotId).toBe(id);
  });
});
