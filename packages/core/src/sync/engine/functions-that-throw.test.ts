import { describe, expect, test } from "vitest";
import { codec, field } from "../declare/field.ts";
import { die } from "../testing-fakes/die.fixture.ts";
import { createWorld, fields, leaseMs, tenant } from "../testing-fakes/world.fixture.ts";
import { createSyncs } from "./create-syncs.ts";

const poll = { localMs: 1_000, remoteMs: 1_000 };

/** Two linked pairs under the declaration, and whose local rows they are. */
async function annAndBob(change: Parameters<typeof createWorld>[0]) {
  const world = createWorld({ poll, ...change });
  const ann = world.hubspot.user({ email: "ann@x.com" });
  const bob = world.hubspot.user({ email: "bob@x.com", firstname: "Bob" });
  await world.clock.drive(world.sync.backfill());
  const localOf = (email: string) => world.local.ids().find((id) => world.local.value(id, "email") === email) ?? "";
  world.clock.advance(leaseMs);
  /** Whose local or HubSpot's id is quarantined, why and for which fields. */
  const quarantined = async () => {
    const rows = (await world.sync.quarantine.list()).items.map(({ side, key, reason, fields: of }) => {
      const local = side === "local" ? key : localOf(world.hubspot.value(key, "email") ?? "");
      return JSON.stringify([world.local.value(local, "email"), reason, ...of]);
    });
    return [...new Set(rows)].map((row) => JSON.parse(row) as readonly string[]);
  };
  return { ...world, ann, bob, annLocal: localOf("ann@x.com"), bobLocal: localOf("bob@x.com"), quarantined };
}

const failed = "SYNC_RECORD_FAILED";

describe("a function of the host's that throws for one record sets that one aside, and the rest of its batch lands", () => {
  test("a codec, for a value that is to be sent", async () => {
    const title = codec(["jobtitle"], {
      owner: "local",
      encode: (value: string | null) => {
        if (value === "boom") throw new Error("cannot encode boom");
        return { jobtitle: value };
      },
      decode: ({ jobtitle }) => jobtitle,
      samples: ["x"],
    });
    const world = await annAndBob({ fields: { ...fields, title } });
    world.local.edit(world.annLocal, { title: "boom" });
    world.local.edit(world.bobLocal, { last: "Bobson" });
    await world.settle();
    expect(world.hubspot.value(world.bob, "lastname")).toBe("Bobson");
    expect(await world.quarantined()).toEqual([["ann@x.com", failed, "title"]]);
    world.local.edit(world.annLocal, { title: "Doctor" });
    await world.settle();
    expect(world.hubspot.value(world.ann, "jobtitle")).toBe("Doctor");
    expect(await world.quarantined()).toEqual([]);
  });

  test("a codec, for what a record of HubSpot's holds by the time its create is recovered", async () => {
    const title = codec(["jobtitle"], {
      owner: "hubspot",
      encode: (value: string | null) => ({ jobtitle: value }),
      decode: ({ jobtitle }) => {
        if (jobtitle === "boom") throw new Error("cannot decode boom");
        return jobtitle;
      },
      samples: ["x"],
    });
    const world = await annAndBob({ fields: { ...fields, title } });
    const [cem] = ["cem", "dot"].map((name) => world.hubspot.user({ email: `${name}@x.com` }));
    await die(world, { killAt: 3 });
    world.hubspot.edit(cem ?? "", { jobtitle: "boom" });
    world.clock.advance(leaseMs);
    await world.settle(world.worker());
    const emails = () => world.local.ids().map((id) => world.local.value(id, "email"));
    expect(emails()).toEqual(["ann@x.com", "bob@x.com", "dot@x.com"]);
    expect((await world.sync.quarantine.list()).items).toMatchObject([{ key: cem, reason: failed, fields: ["title"] }]);
    world.hubspot.edit(cem ?? "", { jobtitle: "Doctor" });
    await world.settle(world.worker());
    expect(emails()).toContain("cem@x.com");
  });

  test("a codec that knows no empty value, where one is cleared", async () => {
    const name = codec(["firstname", "lastname"], {
      owner: "local",
      encode: (text) => {
        const [firstname = "", ...more] = (text as unknown as string).split(" ");
        return { firstname, lastname: more.join(" ") };
      },
      decode: ({ firstname, lastname }) => [firstname, lastname].filter(Boolean).join(" ") || null,
      samples: ["Ada Lovelace"],
    });
    const score = field("lead_score", { owner: "local" });
    const world = await annAndBob({ fields: { email: field("email", { owner: "hubspot" }), name, score } });
    world.local.edit(world.bobLocal, { name: null });
    world.local.edit(world.annLocal, { score: 5 });
    await world.settle();
    expect(world.hubspot.value(world.ann, "lead_score")).toBe("5");
    expect(await world.quarantined()).toEqual([["bob@x.com", failed, "name"]]);
  });

  test("a filter", async () => {
    const local = ({ last }: Readonly<Record<string, unknown>>) => {
      if (last === "Nope") throw new Error("cannot tell of Nope");
      return true;
    };
    const world = await annAndBob({ filters: { local } });
    world.local.edit(world.annLocal, { last: "Nope" });
    world.local.edit(world.bobLocal, { last: "Bobson" });
    await world.settle();
    expect(world.hubspot.value(world.bob, "lastname")).toBe("Bobson");
    expect(await world.quarantined()).toEqual([["ann@x.com", failed]]);
  });

  test("a rule; what it said of the record's values is nowhere to be read", async () => {
    const rule = ({ local }: { local: unknown }) => JSON.parse(String(local)) as never;
    const world = await annAndBob({ fields: { ...fields, title: field("jobtitle", { rule }) } });
    world.local.edit(world.annLocal, { title: "Secret Ann" });
    world.hubspot.edit(world.ann, { jobtitle: "Other" });
    world.local.edit(world.bobLocal, { last: "Bobson" });
    await expect(world.clock.drive(world.sync.reconcile())).resolves.toMatchObject({ equal: false });
    await world.settle();
    expect(world.hubspot.value(world.bob, "lastname")).toBe("Bobson");
    expect(await world.quarantined()).toEqual([["ann@x.com", failed]]);
    const log = (await world.sync.log()).items;
    expect(JSON.stringify([world.alerts, log, await world.quarantined()])).not.toContain("Secret");
    expect((await world.clock.drive(world.sync.plan())).counts).toMatchObject({ failed: 1 });
    expect((await world.sync.explain({ localId: world.annLocal })).next).toEqual([`fails: ${failed}`]);
  });

  test.each([new Date(0), { any: "object" }])(
    "a source whose value is none that a field may have: %j",
    async (value) => {
      const world = await annAndBob({ fields: { ...fields, title: field("jobtitle", { owner: "local" }) } });
      world.local.edit(world.annLocal, { title: value as never });
      world.local.edit(world.bobLocal, { last: "Bobson" });
      await world.settle();
      expect(world.hubspot.value(world.bob, "lastname")).toBe("Bobson");
      expect(await world.quarantined()).toEqual([["ann@x.com", "SYNC_LOCAL_FAILED"]]);
      await expect(world.clock.drive(world.sync.reconcile())).resolves.toBeDefined();
    },
  );
});

describe("an edit that a killed worker's write covered, and that a function of the host's throws over,", () => {
  const title = codec(["jobtitle"], {
    owner: "local",
    encode: (value: string | null) => ({ jobtitle: value }),
    decode: ({ jobtitle }) => {
      if (jobtitle === "boom") throw new Error("cannot decode boom");
      return jobtitle;
    },
    samples: ["x"],
  });
  const byRule = field("jobtitle", {
    rule: ({ hubspot }) => {
      if (hubspot === "boom") throw new Error("cannot tell of boom");
      return { take: "local" };
    },
  });

  async function covered(spec: typeof title | typeof byRule) {
    const world = await annAndBob({ fields: { ...fields, title: spec } });
    world.local.edit(world.annLocal, { title: "Ours" });
    world.local.edit(world.bobLocal, { title: "Ours" });
    const edit = () => {
      world.hubspot.edit(world.ann, { jobtitle: "boom" });
      world.hubspot.edit(world.bob, { jobtitle: "Theirs" });
      world.clock.advance(1);
    };
    await die(world, { killAt: 3, afterEffect: true, meanwhile: new Map([[3, edit]]) });
    const titles = () => [world.ann, world.bob].map((id) => world.hubspot.value(id, "jobtitle"));
    expect(titles()).toEqual(["Ours", "Ours"]);
    world.clock.advance(leaseMs);
    return { ...world, titles };
  }

  test.each([
    ["codec", title, ["title"]],
    ["rule", byRule, []],
  ])("a %s, is put back and sets its record aside; the others' are decided", async (_, spec, of) => {
    const world = await covered(spec);
    await world.settle(world.worker());
    expect(world.titles()).toEqual(["boom", "Ours"]);
    expect((await world.sync.conflicts.list()).items).toMatchObject([{ hubspotId: world.bob, winner: "local" }]);
    expect(await world.quarantined()).toEqual([["ann@x.com", failed, ...of]]);
    expect(world.alerts.map(({ details }) => details.code)).not.toContain(failed);
    world.hubspot.edit(world.ann, { jobtitle: "fine" });
    await world.sync.quarantine.replay();
    await world.settle(world.worker());
    expect(world.titles()).toEqual(["Ours", "Ours"]);
    expect(await world.quarantined()).toEqual([]);
  });

  test.each([
    ["codec", title],
    ["rule", byRule],
  ])("a %s, of a sync that is readOnly by now, is told in the log; the others' in conflicts", async (_, spec) => {
    const world = await covered(spec);
    const syncs = createSyncs((await world.scope()).deps);
    const declared = { ...fields, title: spec };
    const definition = { name: "leads", object: "contacts" as const, local: world.local, poll };
    const sync = syncs.define({ ...definition, fields: declared, match: ["email"], readOnly: true }).for(tenant);
    await world.settle({ syncs });
    expect(world.titles()).toEqual(["Ours", "Ours"]);
    expect((await sync.conflicts.list()).items).toMatchObject([{ hubspotId: world.bob, winner: "local" }]);
    const { items } = await sync.log({ status: "error" });
    expect(items.map(({ hubspotId, fields: of, errorCode }) => [hubspotId, of, errorCode])).toEqual([
      [world.ann, ["title"], failed],
    ]);
    expect(await world.storage.intents.open(tenant, "leads", world.clock.now(), 10)).toEqual([]);
  });
});
