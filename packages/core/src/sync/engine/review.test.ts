import { describe, expect, test } from "vitest";
import type { FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { field } from "../declare/field.ts";
import { Killed, ownedBy, Process } from "../testing-fakes/mortal.fixture.ts";
import { createWorld, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import { createSyncs } from "./create-syncs.ts";

/** A pair whose first name was edited on both sides and waits for review. */
async function parked(
  fromHubspot: "ignore" | "unlink" = "ignore",
  change: Pick<Partial<SyncDefinition<FieldSpecs>>, "readOnly" | "limitWrites"> = {},
) {
  const world = createWorld({
    ...change,
    conflict: { default: "review" },
    fields: { email: field("email", { owner: "hubspot" }), first: field("firstname") },
    deletes: { fromHubspot },
  });
  const { hubspot, local, sync, settle, clock } = world;
  const hubspotId = hubspot.user({ email: "a@x.com", firstname: "A" });
  await clock.drive(sync.backfill());
  const [localId = ""] = local.ids();
  clock.advance(10);
  local.edit(localId, { first: "L" });
  hubspot.edit(hubspotId, { firstname: "H" });
  await settle();
  const open = async () => (await sync.conflicts.list({ status: "open" })).items.map(({ id }) => id);
  const [id = ""] = await open();
  const resolve = (take: "local" | "hubspot", which = id) => clock.drive(sync.conflicts.resolve(which, take));
  return { ...world, hubspotId, localId, id, open, resolve };
}

describe("a conflict that waits for review", () => {
  test("is an alert until the last of them is decided", async () => {
    const { hubspot, local, sync, settle, clock, alerts, cleared, open, resolve } = await parked();
    const other = hubspot.user({ email: "b@x.com", firstname: "B" });
    await settle();
    clock.advance(10);
    const [localId = ""] = local.ids().filter((id) => local.value(id, "email") === "b@x.com");
    local.edit(localId, { first: "L" });
    hubspot.edit(other, { firstname: "H" });
    await settle();
    await clock.drive(sync.reconcile());
    const [first = "", second = ""] = await open();
    expect(new Set(alerts.map(({ key }) => key))).toEqual(new Set(["sync.conflict_review:leads"]));
    expect(await resolve("local", first)).toBe(true);
    expect(cleared).toEqual([]);
    expect(await resolve("hubspot", second)).toBe(true);
    expect(cleared).toEqual(["sync.conflict_review:leads"]);
  });

  test.each([
    ["local", "L"],
    ["hubspot", "H"],
  ] as const)("is one row still when it was resolved: %s won", async (take, value) => {
    const { hubspot, local, hubspotId, localId, id, resolve, sync } = await parked();
    expect(await resolve(take)).toBe(true);
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual([value, value]);
    const { items } = await sync.conflicts.list({ values: true });
    expect(items).toMatchObject([
      { id, rule: "review", winner: take, status: "resolved", values: { local: "L", hubspot: "H" } },
    ]);
  });

  test("tells what was decided between when a side was edited while it waited", async () => {
    const { hubspot, hubspotId, id, resolve, settle, sync, clock } = await parked();
    clock.advance(10);
    hubspot.edit(hubspotId, { firstname: "H2" });
    await settle();
    expect(await resolve("local")).toBe(true);
    expect(hubspot.value(hubspotId, "firstname")).toBe("L");
    const { items } = await sync.conflicts.list({ values: true });
    expect(items).toMatchObject([{ id, winner: "local", values: { local: "L", hubspot: "H2" } }]);
  });

  test.each([{ readOnly: true }, { limitWrites: 0 }])("is not settled for the local side where %j", async (held) => {
    const { hubspot, local, hubspotId, localId, id, open, resolve } = await parked("ignore", held);
    expect(await resolve("local")).toBe(false);
    expect(hubspot.value(hubspotId, "firstname")).toBe("H");
    expect(await open()).toEqual([id]);
    expect(await resolve("hubspot")).toBe(true);
    expect(local.value(localId, "first")).toBe("H");
  });

  test.each(["local", "hubspot"] as const)(
    "waits on when it is settled for %s and the other side refuses that",
    async (take) => {
      const { hubspot, local, hubspotId, localId, id, open, resolve, settle, sync, clock, cleared } = await parked();
      hubspot.refused.set("firstname", (value) => value === "L");
      local.refused.set("first", (value) => value === "H");
      expect(await resolve(take)).toBe(false);
      expect([await open(), cleared]).toEqual([[id], []]);
      expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["H", "L"]);
      const errors = (await sync.log({ status: "error" })).items.map(({ errorCode, fields: of }) => [errorCode, ...of]);
      expect(errors).toEqual([[take === "local" ? "VALIDATION_FAILED" : "LOCAL_REJECTED", "first"]]);
      await settle();
      await clock.drive(sync.reconcile());
      expect(await open()).toEqual([id]);
      hubspot.refused.clear();
      local.refused.clear();
      expect(await resolve(take)).toBe(true);
      expect(hubspot.value(hubspotId, "firstname")).toBe(local.value(localId, "first"));
      expect((await sync.conflicts.list()).items).toMatchObject([{ id, winner: take, status: "resolved" }]);
    },
  );

  // From the first intent: 1 store, 2 mark sent, 3 the write.
  test.each(["local", "hubspot"] as const)("is over though the worker dies when it has written %s", async (take) => {
    const { hubspot, local, hubspotId, localId, open, resolve, settle, storage, worker, clock } = await parked();
    const process = new Process({ killAt: 3, afterEffect: true, fromIntent: true });
    const parts = { remote: ownedBy(process, hubspot), storage: ownedBy(process, storage) };
    const { sync: dying } = worker(parts, ownedBy(process, local));
    const [id = ""] = await open();
    await expect(clock.drive(dying.conflicts.resolve(id, take))).rejects.toThrow();
    expect(process.dead).toBe(true);
    const value = take === "local" ? "L" : "H";
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual([value, value]);
    clock.advance(leaseMs + 1);
    await settle();
    expect(await open()).toEqual([]);
    expect(await resolve(take, id)).toBe(false);
  });

  test("is decided by a new rule once, though HubSpot refuses what that took", async () => {
    const { hubspot, local, open, sync, clock, storage, scope } = await parked();
    const syncs = createSyncs({ ...(await scope()).deps, storage });
    const fields = { email: field("email", { owner: "hubspot" }), first: field("firstname", { owner: "local" }) };
    const { reconcile } = syncs
      .define({ name: "leads", object: "contacts", local, match: ["email"], fields })
      .for(tenant);
    hubspot.refused.set("firstname", (value) => value === "L");
    await clock.drive(reconcile());
    const asked = () => hubspot.calls.filter(({ op }) => op === "update").length;
    const once = asked();
    await clock.drive(reconcile());
    expect([asked() - once, await open()]).toEqual([0, []]);
    expect((await sync.log({ status: "error" })).items).toMatchObject([{ errorCode: "VALIDATION_FAILED" }]);
  });

  test("of a record that was merged is resolved in the survivor", async () => {
    const { hubspot, local, localId, hubspotId, open, resolve } = await parked();
    const survivor = hubspot.merge(hubspotId, hubspot.user({ email: "dup@x.com" }));
    expect(await resolve("local")).toBe(true);
    expect([hubspot.value(survivor, "firstname"), local.value(localId, "first")]).toEqual(["L", "L"]);
    expect(await open()).toEqual([]);
  });

  test("of a record that is archived waits on, and is resolved once it is restored", async () => {
    const { hubspot, local, localId, hubspotId, id, open, resolve, settle, sync, clock } = await parked();
    hubspot.archiveRecord(hubspotId);
    expect(await resolve("hubspot")).toBe(false);
    expect(await open()).toEqual([id]);
    hubspot.restore(hubspotId);
    await clock.drive(sync.reconcile());
    await settle();
    expect(await open()).toEqual([id]);
    expect(await resolve("hubspot")).toBe(true);
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["H", "H"]);
    expect(await open()).toEqual([]);
  });

  test("waits on when a side is set back, and goes to that side when a person takes it", async () => {
    const { hubspot, local, hubspotId, localId, id, open, resolve, settle, sync, clock } = await parked();
    clock.advance(10);
    local.edit(localId, { first: "A" });
    await settle();
    await clock.drive(sync.reconcile());
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["H", "A"]);
    expect(await open()).toEqual([id]);
    expect(await resolve("local")).toBe(true);
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["A", "A"]);
    expect(await open()).toEqual([]);
  });

  test("is over when both sides are set back", async () => {
    const { hubspot, local, hubspotId, localId, open, settle, clock } = await parked();
    clock.advance(10);
    hubspot.edit(hubspotId, { firstname: "A" });
    await settle();
    expect(await open()).toHaveLength(1);
    local.edit(localId, { first: "A" });
    await settle();
    expect(await open()).toEqual([]);
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["A", "A"]);
  });

  test("is closed without a winner when its pair ends", async () => {
    const { hubspot, hubspotId, id, open, resolve, sync, clock } = await parked("unlink");
    hubspot.archiveRecord(hubspotId);
    await clock.drive(sync.reconcile());
    expect(await open()).toEqual([]);
    expect((await sync.conflicts.list()).items).toMatchObject([{ id, winner: "parked", status: "resolved" }]);
    expect(await resolve("local")).toBe(false);
  });

  test("of a pair that ended while nobody looked is closed and writes nothing", async () => {
    const { hubspot, hubspotId, localId, id, open, resolve, storage, sync, clock } = await parked("unlink");
    const { resolve: close } = storage.conflicts;
    storage.conflicts.resolve = async () => false;
    hubspot.archiveRecord(hubspotId);
    await clock.drive(sync.reconcile());
    storage.conflicts.resolve = close;
    const [link] = await storage.links.byLocalIds(tenant, "leads", [localId]);
    expect([link?.state, await open()]).toEqual(["unlinked", [id]]);
    const { writes } = hubspot;
    expect(await resolve("local")).toBe(false);
    expect([hubspot.writes - writes, await open()]).toEqual([0, []]);
  });

  test("is parked anew when its row was closed and the field still differs", async () => {
    const { hubspot, local, hubspotId, localId, id, open, resolve, storage, sync, clock } = await parked();
    await storage.conflicts.resolve(tenant, id, "merged");
    await clock.drive(sync.reconcile());
    const [again = ""] = await open();
    expect(again).not.toBe("");
    expect(await resolve("local", again)).toBe(true);
    expect([hubspot.value(hubspotId, "firstname"), local.value(localId, "first")]).toEqual(["L", "L"]);
  });

  test("is logged once though the worker that parked it dies before it can, or stands still and logs it late", async () => {
    const { hubspot, local, hubspotId, localId, open, resolve, settle, storage, worker, clock } = await parked();
    expect(await resolve("local")).toBe(true);
    clock.advance(10);
    local.edit(localId, { first: "L2" });
    hubspot.edit(hubspotId, { firstname: "H2" });
    let late: Parameters<typeof storage.conflicts.add>[0] = [];
    const add = async (rows: typeof late) => {
      late = rows;
      throw new Killed();
    };
    const dying = worker({ storage: { ...storage, conflicts: { ...storage.conflicts, add } } });
    await expect(clock.drive(dying.sync.reconcile())).rejects.toThrow(Killed);
    expect(await open()).toEqual([]);
    clock.advance(leaseMs + 1);
    await settle();
    expect(await open()).toEqual(late.map(({ id }) => id));
    await storage.conflicts.add(late);
    expect(await open()).toHaveLength(1);
  });

  test("takes the twin with it that a killed worker had logged before", async () => {
    const { id, open, resolve, storage, hubspotId, localId } = await parked();
    const [row] = await storage.conflicts.get(tenant, [id]);
    await storage.conflicts.add([{ ...(row as NonNullable<typeof row>), id: "twin", hubspotId, localId }]);
    expect(await resolve("local")).toBe(true);
    expect(await open()).toEqual([]);
  });
});
