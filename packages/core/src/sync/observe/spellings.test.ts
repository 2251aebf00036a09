import { expect, test } from "vitest";
import { HubSpotSyncError } from "../../errors.ts";
import { createWorld } from "../testing-fakes/world.fixture.ts";

/** A source that compares to the letter, and a person it spells otherwise than HubSpot. */
function spelledOtherwise() {
  const world = createWorld();
  world.local.exact = true;
  const localId = world.local.user({ email: " Bob@Acme.example", first: "Bob", score: null });
  const hubspotId = world.hubspot.user({ email: "bob@acme.example", firstname: "Bob" });
  return { ...world, localId, hubspotId };
}

test("a record that the source spells otherwise is linked, not created a second time, as was planned", async () => {
  const { clock, hubspot, local, sync, settle, localId, hubspotId } = spelledOtherwise();
  const { counts } = await sync.plan();
  expect(counts).toMatchObject({ link: 1 });
  expect(Object.keys(counts).filter((name) => /create|taken/.test(name))).toEqual([]);
  const result = await clock.drive(sync.backfill());
  expect(result.counts).toMatchObject({ linked: 1 });
  expect([local.ids(), hubspot.ids()]).toEqual([[localId], [hubspotId]]);
  clock.advance(10);
  hubspot.edit(hubspotId, { lead_score: "7" });
  await settle();
  expect(local.value(localId, "score")).toBe(7);
});

test("of one spelled otherwise that comes in by a feed, too", async () => {
  const { hubspot, local, settle, sync, localId, hubspotId } = spelledOtherwise();
  await sync.start();
  await settle();
  expect([local.ids(), hubspot.ids()]).toEqual([[localId], [hubspotId]]);
});

test("of two spellings of one key neither is guessed", async () => {
  const { clock, local, sync } = spelledOtherwise();
  local.user({ email: "BOB@acme.example", first: "Bob" });
  const result = await clock.drive(sync.backfill());
  expect(result.counts.createdLocal).toBeUndefined();
  expect(local.ids()).toHaveLength(2);
});

test("a pass that finds everybody looks through no local record twice", async () => {
  const { clock, hubspot, local, sync } = createWorld();
  hubspot.user({ email: "ann@x.com" });
  local.user({ email: "ann@x.com" });
  const asked: (string | null)[] = [];
  const changes = local.changes.bind(local);
  local.changes = (tenant, cursor, limit) => {
    asked.push(cursor);
    return changes(tenant, cursor, limit);
  };
  await clock.drive(sync.backfill());
  expect(asked).toEqual([null]);
});

test("a record that cannot be read keeps nobody else from being found", async () => {
  const { clock, hubspot, local, sync } = spelledOtherwise();
  const bad = local.user({ email: "broken@x.com" });
  const read = local.read.bind(local);
  local.read = async (tenant, ids) => {
    if (ids.includes(bad)) throw new HubSpotSyncError("SYNC_LOCAL_FAILED", "the database refused a row");
    return read(tenant, ids);
  };
  hubspot.user({ email: "new@x.com" });
  const { counts } = await clock.drive(sync.backfill());
  expect(counts).toMatchObject({ linked: 1, createdLocal: 1 });
  expect(local.ids().map((id) => local.value(id, "email"))).toEqual(["bob@acme.example", "broken@x.com", "new@x.com"]);
});
