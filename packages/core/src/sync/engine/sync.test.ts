import { describe, expect, test, vi } from "vitest";
import { createWorld, tenant } from "../testing-fakes/world.fixture.ts";

async function linkedPair() {
  const world = createWorld();
  const hubspotId = world.hubspot.user({ email: "ann@x.com", firstname: "Ann", lastname: "Lee", lead_score: "5" });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(1_000);
  return { ...world, hubspotId, localId };
}

describe("backfill", () => {
  test("creates each side's records on the other, links equal ones, and is echo-free", async () => {
    const { clock, hubspot, local, sync, settle } = createWorld();
    hubspot.user({ email: "ann@x.com", firstname: "Ann" });
    hubspot.user({ email: "both@x.com", firstname: "Bo" });
    local.user({ email: "both@x.com", first: "Bo", last: null, score: null });
    local.user({ email: " New@X.com ", first: "Nu", last: "Kid", score: 7 });
    const result = await clock.drive(sync.backfill());
    expect(result.counts).toMatchObject({ createdLocal: 1, createdHubspot: 1, linked: 1 });
    expect(hubspot.ids()).toHaveLength(3);
    expect(local.ids()).toHaveLength(3);
    const written = { hubspot: hubspot.writes, local: local.writes };
    await settle();
    expect({ hubspot: hubspot.writes, local: local.writes }).toEqual(written);
    expect(await clock.drive(sync.reconcile())).toMatchObject({ equal: true });
  });

  test("needs one list call per page, a search for how many there are, and no second read for what is only pulled", async () => {
    const { clock, hubspot, sync } = createWorld();
    for (let i = 0; i < 250; i++) hubspot.user({ email: `p${i}@x.com`, firstname: "P" });
    await clock.drive(sync.backfill());
    expect(hubspot.calls.map(({ op }) => op)).toEqual(["properties", "list", "search", "list", "list"]);
  });

  test("never asks the store for the pairs of nobody", async () => {
    const { clock, hubspot, local, sync, storage } = createWorld();
    const asked = [vi.spyOn(storage.links, "byLocalIds"), vi.spyOn(storage.links, "byHubspotIds")];
    hubspot.user({ email: "ann@x.com", firstname: "Ann" });
    local.user({ email: "bo@x.com", first: "Bo" });
    await clock.drive(sync.backfill());
    for (const { mock } of asked) {
      expect(mock.calls.length).toBeGreaterThan(0);
      expect(mock.calls.filter(([, , ids]) => ids.length === 0)).toEqual([]);
    }
  });

  test("sends pushes in full batches and checks their history fifty at a time", async () => {
    const { clock, hubspot, local, sync } = createWorld();
    for (let i = 0; i < 150; i++) {
      hubspot.user({ email: `p${i}@x.com`, firstname: "Old" });
      clock.advance(1);
      local.user({ email: `p${i}@x.com`, first: "New" });
    }
    await clock.drive(sync.backfill());
    const writes = hubspot.calls.filter(({ op }) => op === "update").map(({ n }) => n);
    expect(writes).toEqual([100, 50]);
    const checks = hubspot.calls.filter((call) => call.op === "read").map(({ n }) => n);
    // Edit times of the conflicts first (100 + 50 records), then the history checks of the writes.
    expect(checks.every((n) => n <= 50)).toBe(true);
    expect(checks.reduce((sum, n) => sum + n, 0)).toBe(300);
    expect(hubspot.value("100", "firstname")).toBe("New");
  });
});

describe("incremental", () => {
  test("carries an edit each way", async () => {
    const { hubspot, local, settle, localId, hubspotId } = await linkedPair();
    local.edit(localId, { first: "Anna" });
    hubspot.edit(hubspotId, { lastname: "Li" });
    await settle();
    expect(hubspot.value(hubspotId, "firstname")).toBe("Anna");
    expect(local.value(localId, "last")).toBe("Li");
  });

  test("recognises its own local write as an echo and asks HubSpot nothing", async () => {
    const { hubspot, syncs, settle, hubspotId, clock, storage } = await linkedPair();
    hubspot.edit(hubspotId, { firstname: "Anna" });
    await syncs.hint({ tenant, object: "contact", ids: [hubspotId] });
    await settle();
    hubspot.calls.length = 0;
    await storage.work.mark(
      [{ tenant, portalId: "62515", queue: "leads", side: "local", key: "L1", priority: 0, availableAt: 0 }],
      clock.now(),
    );
    const apply = syncs.jobs.find(({ name }) => name === "sync:apply");
    await apply?.run({ now: clock.now(), deadline: clock.now() + 1_000, signal: new AbortController().signal });
    expect(hubspot.calls).toEqual([]);
  });

  test("remembers a normalised value and does not write it again until a side changes", async () => {
    const { hubspot, local, settle, localId, hubspotId } = await linkedPair();
    local.edit(localId, { first: "  Anna " });
    await settle();
    expect(hubspot.value(hubspotId, "firstname")).toBe("Anna");
    expect(local.value(localId, "first")).toBe("  Anna ");
    const before = hubspot.writes;
    await settle();
    expect(hubspot.writes).toBe(before);
    hubspot.edit(hubspotId, { firstname: "Annie" });
    await settle();
    expect(local.value(localId, "first")).toBe("Annie");
  });

  test("lands the rest of a record of which HubSpot refuses one value, and does not send that again", async () => {
    const { hubspot, local, sync, settle, localId, hubspotId, clock } = await linkedPair();
    hubspot.refused.set("lead_score", (value) => value === "900");
    local.edit(localId, { first: "Anna", score: 900 });
    await settle();
    expect(hubspot.value(hubspotId, "firstname")).toBe("Anna");
    expect(hubspot.value(hubspotId, "lead_score")).toBe("5");
    const explained = await sync.explain({ localId });
    expect(explained.fields.find(({ name }) => name === "score")).toMatchObject({
      refused: "VALIDATION_FAILED",
      equal: false,
    });
    hubspot.calls.length = 0;
    await settle();
    const proof = await clock.drive(sync.reconcile());
    expect(proof, "what was refused still differs").toMatchObject({ equal: false, counts: { "skipped:refused": 1 } });
    expect((await clock.drive(sync.plan())).counts).toEqual({ "skipped:refused": 1 });
    expect(hubspot.calls.filter(({ op }) => op === "update")).toEqual([]);
    local.edit(localId, { score: 9 });
    await settle();
    expect(hubspot.value(hubspotId, "lead_score")).toBe("9");
    expect(await clock.drive(sync.reconcile())).toMatchObject({ equal: true });
  });
});

describe("conflicts", () => {
  test("each rule decides, and the log says which", async () => {
    const { hubspot, local, sync, settle, localId, hubspotId, clock } = await linkedPair();
    local.edit(localId, { email: "local@x.com", first: "LocalFirst", last: "LocalLast" });
    clock.advance(10);
    hubspot.edit(hubspotId, { email: "hub@x.com", firstname: "HubFirst", lastname: "HubLast" });
    await settle();
    const stands = { email: "hub@x.com", firstname: "HubFirst", lastname: "LocalLast" };
    for (const [property, value] of Object.entries(stands)) expect(hubspot.value(hubspotId, property)).toBe(value);
    expect(local.value(localId, "email")).toBe("hub@x.com");
    expect(local.value(localId, "first")).toBe("HubFirst");
    const { items } = await sync.conflicts.list({ values: true });
    expect(items.map(({ field, rule, winner }) => `${field} ${rule} ${winner}`).sort()).toEqual([
      "email hubspot hubspot",
      "first latest hubspot",
      "last local local",
    ]);
    expect(items.find(({ field }) => field === "first")?.values).toEqual({ local: "LocalFirst", hubspot: "HubFirst" });
  });

  test("an edit that lands between our read and our write is found in the history and put back", async () => {
    const { hubspot, local, settle, localId, hubspotId, clock } = await linkedPair();
    local.edit(localId, { email: "mine@x.com" });
    hubspot.beforeWrite = () => {
      clock.advance(5);
      hubspot.edit(hubspotId, { email: "theirs@x.com" });
      clock.advance(5);
    };
    await settle();
    expect(hubspot.value(hubspotId, "email")).toBe("theirs@x.com");
    expect(local.value(localId, "email")).toBe("theirs@x.com");
  });

  test("a covered edit that loses by its rule stays covered, and is logged", async () => {
    const { hubspot, local, sync, settle, localId, hubspotId, clock } = await linkedPair();
    local.edit(localId, { last: "Mine" });
    hubspot.beforeWrite = () => {
      clock.advance(5);
      hubspot.edit(hubspotId, { lastname: "Theirs" });
      clock.advance(5);
    };
    await settle();
    expect(hubspot.value(hubspotId, "lastname")).toBe("Mine");
    expect(local.value(localId, "last")).toBe("Mine");
    expect((await sync.conflicts.list()).items).toMatchObject([{ field: "last", winner: "local", rule: "local" }]);
  });

  test("a parked conflict is one row, blocks nothing else, and can be resolved", async () => {
    const world = createWorld({
      conflict: { default: "review" },
      fields: {
        email: { kind: "property", properties: ["email"], rule: "hubspot" },
        first: { kind: "property", properties: ["firstname"] },
      },
    });
    const { hubspot, local, sync, settle, clock } = world;
    const hubspotId = hubspot.user({ email: "a@x.com", firstname: "A" });
    await clock.drive(sync.backfill());
    const [localId = ""] = local.ids();
    clock.advance(10);
    local.edit(localId, { first: "L" });
    hubspot.edit(hubspotId, { firstname: "H", email: "b@x.com" });
    await settle();
    await settle();
    expect(local.value(localId, "email")).toBe("b@x.com");
    const open = await sync.conflicts.list({ status: "open" });
    expect(open.items).toHaveLength(1);
    expect([local.value(localId, "first"), hubspot.value(hubspotId, "firstname")]).toEqual(["L", "H"]);
    const id = open.items[0]?.id ?? "";
    expect(await clock.drive(sync.conflicts.resolve(id, "local"))).toBe(true);
    expect(hubspot.value(hubspotId, "firstname")).toBe("L");
    expect((await sync.conflicts.list({ status: "open" })).items).toEqual([]);
    expect(await clock.drive(sync.conflicts.resolve(id, "hubspot"))).toBe(false);
  });
});
