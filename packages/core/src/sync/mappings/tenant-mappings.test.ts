import { describe, expect, test } from "vitest";
import type { FieldSpecs, SyncDefinition } from "../declare/definition.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { createWorld, leaseMs, type World } from "../testing-fakes/world.fixture.ts";
import type { MappingInput } from "./checked-rows.ts";

interface Linked extends World {
  readonly localId: string;
  readonly hubspotId: string;
  readonly open: () => Promise<readonly { readonly field: string; readonly rule: string; readonly winner: string }[]>;
  readonly all: () => Promise<readonly { readonly field: string; readonly rule: string; readonly winner: string }[]>;
  map(mappings: readonly MappingInput[]): Promise<number>;
}

/** One pair in agreement, of a sync that takes stored mappings. */
async function linked(
  extra: Readonly<Record<string, string>> = {},
  change: Partial<SyncDefinition<FieldSpecs>> = {},
): Promise<Linked> {
  const world = createWorld({ mappings: true, poll: { localMs: 1_000, remoteMs: 1_000 }, ...change });
  const hubspotId = world.hubspot.user({
    email: "ann@x.com",
    firstname: "Ann",
    lastname: "Lee",
    lead_score: "5",
    ...extra,
  });
  await world.clock.drive(world.sync.backfill());
  const [localId = ""] = world.local.ids();
  world.clock.advance(leaseMs);
  const conflicts = async (status?: "open") =>
    (await world.sync.conflicts.list(status && { status })).items.map(({ field, rule, winner }) => ({
      field,
      rule,
      winner,
    }));
  return {
    ...world,
    localId,
    hubspotId,
    open: () => conflicts("open"),
    all: () => conflicts(),
    async map(mappings) {
      const { revision } = await world.sync.mappings.list();
      return (await world.sync.mappings.replace(mappings, { expectedRevision: revision })).revision;
    },
  };
}

const reconcile = (world: World) => world.clock.drive(world.sync.reconcile());

describe("a stored mapping", () => {
  test("adds a field, with its transform, from the next plan on and in every process", async () => {
    const world = await linked();
    const other = world.worker();
    await world.settle(other);
    await world.map([{ localField: "title", hubspotProperties: "jobtitle", transform: "trim" }]);
    world.local.edit(world.localId, { title: "  Head of Loops " });
    await world.settle(other);
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Head of Loops");
    expect(world.local.value(world.localId, "title")).toBe("  Head of Loops ");
    world.hubspot.edit(world.hubspotId, { jobtitle: "Countess" });
    await world.settle(other);
    expect(world.local.value(world.localId, "title")).toBe("Countess");
  });

  test("of several properties is one field, and one of an enum travels as its counterpart", async () => {
    const world = await linked();
    await world.map([
      { localField: "full", hubspotProperties: ["jobtitle", "phone"], transform: "full-name" },
      {
        localField: "status",
        hubspotProperties: "stage",
        transform: "enum",
        options: { new: "NEW", open: "OPEN", won: "CUSTOMER" },
      },
    ]);
    world.local.edit(world.localId, { full: "Ada King Lovelace", status: "won" });
    await world.settle();
    const of = (property: string) => world.hubspot.value(world.hubspotId, property);
    expect([of("jobtitle"), of("phone"), of("stage")]).toEqual(["Ada", "King Lovelace", "CUSTOMER"]);
    world.hubspot.edit(world.hubspotId, { stage: "OPEN" });
    await world.settle();
    expect(world.local.value(world.localId, "status")).toBe("open");
  });

  test("taken away leaves both sides alone, and the field as it was declared", async () => {
    const world = await linked();
    await world.map([{ localField: "title", hubspotProperties: "jobtitle" }]);
    await world.map([]);
    world.local.edit(world.localId, { title: "Unmapped" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBeNull();
  });
});

describe("changing what a field is mapped to overwrites neither side silently:", () => {
  test("two different values are a conflict for the field's rule, and logged with both", async () => {
    const world = await linked({ jobtitle: "Countess" });
    world.clock.advance(1_000);
    world.local.edit(world.localId, { first: "Anna" });
    await world.settle();
    await world.map([{ localField: "first", hubspotProperties: "jobtitle" }]);
    await reconcile(world);
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Anna");
    expect(world.hubspot.value(world.hubspotId, "firstname")).toBe("Anna");
    const { items } = await world.sync.conflicts.list({ values: true });
    expect(items).toMatchObject([
      { field: "first", rule: "latest", winner: "local", values: { local: "Anna", hubspot: "Countess" } },
    ]);
  });

  test("with the rule review, both sides stay as they are until a person decides", async () => {
    const world = await linked({ jobtitle: "Countess" });
    await world.map([{ localField: "nick", hubspotProperties: "phone" }]);
    world.local.edit(world.localId, { nick: "Annie" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "phone")).toBe("Annie");
    const written = { hubspot: world.hubspot.writes, local: world.local.writes };
    await world.map([{ localField: "nick", hubspotProperties: "jobtitle" }]);
    await reconcile(world);
    await world.settle();
    expect(await world.open()).toEqual([{ field: "nick", rule: "review", winner: "parked" }]);
    expect({ hubspot: world.hubspot.writes, local: world.local.writes }).toEqual(written);
    const [conflict] = (await world.sync.conflicts.list({ values: true })).items;
    expect(conflict?.values).toEqual({ local: "Annie", hubspot: "Countess" });
    expect(await world.clock.drive(world.sync.conflicts.resolve(conflict?.id ?? "", "hubspot"))).toBe(true);
    expect(world.local.value(world.localId, "nick")).toBe("Countess");
  });

  test("an empty side is filled, and the property that is mapped no longer keeps its value", async () => {
    const world = await linked();
    await world.map([{ localField: "first", hubspotProperties: "jobtitle" }]);
    await reconcile(world);
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Ann");
    expect(world.hubspot.value(world.hubspotId, "firstname")).toBe("Ann");
    expect(await world.all()).toEqual([]);
  });

  test("an empty property does not clear the local side, whoever owns the field", async () => {
    const world = await linked();
    await world.map([{ localField: "score", hubspotProperties: "phone", transform: "number" }]);
    await reconcile(world);
    expect(world.local.value(world.localId, "score")).toBe(5);
    expect(world.hubspot.value(world.hubspotId, "phone")).toBe("5");
  });

  test("a one-way mapping covers what was there, and the conflict log keeps it", async () => {
    const world = await linked({ jobtitle: "Countess" });
    await world.map([{ localField: "nick", hubspotProperties: "jobtitle", direction: "to-hubspot" }]);
    world.local.edit(world.localId, { nick: "Annie" });
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Annie");
    const [conflict] = (await world.sync.conflicts.list({ values: true })).items;
    expect(conflict).toMatchObject({
      rule: "one-way",
      winner: "local",
      values: { local: "Annie", hubspot: "Countess" },
    });
  });

  test("a transform that reads the same value writes nothing", async () => {
    const world = await linked();
    const written = { hubspot: world.hubspot.writes, local: world.local.writes };
    await world.map([{ localField: "first", hubspotProperties: "firstname", transform: "trim" }]);
    expect(await reconcile(world)).toMatchObject({ equal: true });
    expect({ hubspot: world.hubspot.writes, local: world.local.writes }).toEqual(written);
  });

  test("the same set stored again, or another field's row, forgets nothing", async () => {
    const world = await linked({ jobtitle: "Countess" });
    const row = { localField: "nick", hubspotProperties: "jobtitle" };
    await world.map([row]);
    world.local.edit(world.localId, { nick: null });
    await reconcile(world);
    expect(world.local.value(world.localId, "nick")).toBe("Countess");
    world.local.edit(world.localId, { nick: "Annie" });
    await world.map([row, { localField: "status", hubspotProperties: "stage" }]);
    await world.settle();
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Annie");
    expect(await world.all()).toEqual([]);
  });

  test("what waited for review about another property is closed, and asked anew", async () => {
    const world = await linked({ jobtitle: "Countess", phone: "555" });
    world.local.edit(world.localId, { nick: "Annie" });
    await world.map([{ localField: "nick", hubspotProperties: "jobtitle" }]);
    await reconcile(world);
    expect(await world.open()).toHaveLength(1);
    await world.map([{ localField: "nick", hubspotProperties: "phone" }]);
    expect(await world.open()).toEqual([]);
    await reconcile(world);
    const [conflict] = (await world.sync.conflicts.list({ values: true, status: "open" })).items;
    expect(conflict?.values).toEqual({ local: "Annie", hubspot: "555" });
  });

  test("an edit that a killed worker's write covered is put back under the mapping it was sent under", async () => {
    const world = await linked();
    await world.map([{ localField: "nick", hubspotProperties: "jobtitle" }]);
    world.local.edit(world.localId, { nick: "Annie" });
    await world.settle();
    world.local.edit(world.localId, { nick: "Nan" });
    world.hubspot.beforeWrite = () => {
      world.clock.advance(5);
      world.hubspot.edit(world.hubspotId, { jobtitle: "Countess" });
      world.clock.advance(5);
    };
    await die(world, { killAt: 4 });
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Nan");
    await world.map([{ localField: "nick", hubspotProperties: "phone" }]);
    await world.settle(world.worker());
    expect(world.hubspot.value(world.hubspotId, "jobtitle")).toBe("Countess");
    expect(world.hubspot.value(world.hubspotId, "phone")).toBe("Nan");
  });
});

describe("a pass during which mappings are changed", () => {
  test.each([0, 1])(
    "(%i) begins anew under the new ones, in this call or, when it was killed, in the next",
    async (killed) => {
      const world = createWorld({ mappings: true });
      for (let i = 0; i < 250; i++) world.hubspot.user({ email: `p${i}@x.com`, firstname: "P", jobtitle: `Job ${i}` });
      world.local.columns = ["email", "first", "last", "score", "tags", "title"];
      const stop = new AbortController();
      let mapped = false;
      const onProgress = () => {
        if (mapped) return;
        mapped = true;
        if (killed === 1) stop.abort();
        void world.sync.mappings.replace([{ localField: "title", hubspotProperties: "jobtitle" }], {
          expectedRevision: 0,
        });
      };
      const first = world.sync.backfill({ onProgress, signal: stop.signal });
      if (killed === 1) await expect(world.clock.drive(first)).rejects.toMatchObject({ code: "ABORTED" });
      else await world.clock.drive(first);
      if (killed === 1) await world.clock.drive(world.worker().sync.backfill());
      expect(mapped).toBe(true);
      expect(world.local.ids()).toHaveLength(250);
      const missing = world.local.ids().filter((id) => world.local.value(id, "title") === null);
      expect(missing).toEqual([]);
      expect((await world.sync.status()).running).toBeNull();
    },
  );
});
