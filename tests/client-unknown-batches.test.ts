import type { HubspokeError } from "@hubspoke/core";
import { HubSpotConflictError, HubSpotUnknownOutcomeError } from "@hubspoke/core/errors";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { all } from "./client/bed.ts";
import { type Bed, bed, emails, failure, since } from "./client/lossy.ts";

describe("many creates of which some answers are lost", () => {
  it("have exactly one outcome each, and one record each", async () => {
    const one = await bed();
    one.simulator.configure({ searchLag: 30 * 60_000 });
    const taken = one.simulator.portal().contacts.create({ email: "c7@acme.example" });
    await one.clock.advance(60_000);
    const inputs = [
      ...Array.from({ length: 130 }, (_, i) => ({ properties: { email: `c${i}@acme.example`, firstname: `C${i}` } })),
      { properties: { email: "C9@acme.example", firstname: "C9" } },
      { properties: { firstname: "Nobody" } },
    ];
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset", times: 2 });
    const calls = since(one);
    const outcomes = await one.drive(one.hs.contacts.batchCreate(inputs));
    expect(outcomes.map(({ index }) => index)).toEqual(inputs.map((_, i) => i));
    const failed = outcomes.filter((outcome) => !outcome.ok);
    expect(failed).toMatchObject([
      { index: 7, code: "CONFLICT", existingId: taken.id },
      { index: 130, code: "CONFLICT" },
      { index: 131, code: "UNKNOWN_OUTCOME", error: { check: expect.any(String) } },
    ]);
    const made = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value.id : []));
    expect(new Set(made).size).toBe(129);
    expect(emails(one).filter((email) => email !== undefined).length).toBe(130);
    // A record just made is not in the search index for half an hour.
    expect(calls().some((call) => call.endsWith("/search"))).toBe(false);
  });

  it("make no second record and claim none that is not theirs, whatever is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          faults: fc.array(
            fc.record({
              phase: fc.constantFrom("before" as const, "after" as const),
              effect: fc.constantFrom("reset" as const, "timeout" as const, { status: 502 }, { truncate: 5 }),
              skip: fc.integer({ min: 0, max: 4 }),
            }),
            { maxLength: 6 },
          ),
          existing: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
          single: fc.boolean(),
        }),
        async ({ faults, existing, single }) => {
          const one = await bed();
          const { contacts } = one.simulator.portal();
          const email = (i: number): string => `c${i}@acme.example`;
          const before = new Map(
            existing.map((i) => [
              i,
              contacts.create({ email: email(i), firstname: `C${i}` }, { type: "INTEGRATION", id: "9" }).id,
            ]),
          );
          await one.clock.advance(10_000);
          for (const fault of faults) one.simulator.faults.add({ method: "POST", ...fault });
          const inputs = Array.from({ length: single ? 1 : 12 }, (_, i) => ({
            properties: { email: email(i), firstname: `C${i}` },
          }));
          const outcomes = single
            ? [
                await one.drive(one.hs.contacts.create(inputs[0] as (typeof inputs)[number])).then(
                  (value) => ({ index: 0, ok: true as const, value }),
                  (error: HubspokeError) => ({ index: 0, ok: false as const, code: error.code }),
                ),
              ]
            : await one.drive(one.hs.contacts.batchCreate(inputs));
          const all = emails(one);
          expect(new Set(all).size).toBe(all.length);
          for (const outcome of outcomes) {
            const held = contacts.findBy("email", email(outcome.index));
            if (outcome.ok) {
              expect(held?.id).toBe(outcome.value.id);
              expect(before.has(outcome.index)).toBe(false);
            } else if (outcome.code === "CONFLICT") expect(before.get(outcome.index)).toBe(held?.id);
            else expect(outcome.code).toBe("UNKNOWN_OUTCOME");
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe("an upsert whose answer is lost", () => {
  it("is sent again, and does not call old what its first attempt made", async () => {
    const one = await bed();
    const trunk = {
      name: "trunk_id",
      label: "Trunk",
      type: "string",
      fieldType: "text",
      groupName: "contactinformation",
    };
    await one.drive(one.hs.properties("contacts").create({ ...trunk, hasUniqueValue: true }));
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const rows = [{ id: "T-1", properties: { firstname: "Ann" } }];
    const upsert = () => one.drive(one.hs.contacts.batchUpsert(rows, { idProperty: "trunk_id" as never }));
    expect(await upsert()).toEqual([{ index: 0, ok: true, value: expect.anything() }]);
    expect(await upsert()).toMatchObject([{ ok: true, created: false }]);
    expect(one.simulator.portal().contacts.size).toBe(1);
  });
});

describe("other things that are made once", () => {
  const trunk = {
    name: "trunk_id",
    label: "Trunk",
    type: "string",
    fieldType: "text",
    groupName: "contactinformation",
  };
  const list = { name: "Callers", objectTypeId: "0-1", processingType: "MANUAL" } as const;
  const schema = {
    name: "trunk",
    labels: { singular: "Trunk", plural: "Trunks" },
    primaryDisplayProperty: "trunk_name",
    properties: [{ name: "trunk_name", label: "Name", type: "string", fieldType: "text" }],
  };

  it("a property is found by its name, sent again where it is not there, and a conflict where it was", async () => {
    const one = await bed();
    const properties = one.hs.properties("contacts");
    const lose = (phase: "before" | "after") => one.simulator.faults.add({ method: "POST", phase, effect: "reset" });
    lose("after");
    expect(await one.drive(properties.create(trunk))).toMatchObject({ name: "trunk_id" });
    lose("before");
    expect(await one.drive(properties.create({ ...trunk, name: "trunk_no" }))).toMatchObject({ name: "trunk_no" });
    await one.clock.advance(60_000);
    lose("before");
    expect(await failure(one.drive(properties.create(trunk)))).toBeInstanceOf(HubSpotConflictError);
    lose("before");
    one.simulator.faults.add({ method: "POST", phase: "after", effect: { status: 502 } });
    const other = { ...trunk, name: "trunk_at", type: "number", fieldType: "number" };
    expect(await one.drive(properties.create(other))).toMatchObject({ name: "trunk_at", type: "number" });
  });

  it("a list and a schema are found by their names, and never sent again", async () => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset", times: 2 });
    expect(await one.drive(one.hs.lists.create(list))).toMatchObject({ name: "Callers" });
    expect(await one.drive(one.hs.schemas.create(schema))).toMatchObject({ name: "trunk" });
    one.simulator.faults.add({ method: "POST", effect: "reset", times: 2 });
    const calls = since(one);
    for (const work of [
      () => one.hs.lists.create({ ...list, name: "Others" }),
      () => one.hs.schemas.create({ ...schema, name: "other" }),
    ]) {
      const error = await failure(one.drive<unknown>(work()));
      expect(error).toBeInstanceOf(HubSpotUnknownOutcomeError);
      expect(error).toMatchObject({ check: expect.stringMatching(/before creating it again$/) });
    }
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(2);
  });

  it("a merge is seen in both ids", async () => {
    const one = await bed();
    const make = () => one.simulator.portal().contacts.create({}).id;
    const [a, b] = [make(), make()];
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    const survivor = await one.drive(one.hs.contacts.merge(a, b));
    expect(one.simulator.portal().contacts.get(b)?.id).toBe(survivor);
    const [c, d] = [make(), make()];
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    const calls = since(one);
    expect(await failure(one.drive(one.hs.contacts.merge(c, d)))).toMatchObject({
      code: "UNKNOWN_OUTCOME",
      check: expect.stringContaining("both ids"),
    });
    expect(calls().filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(one.simulator.portal().contacts.get(d)?.id).toBe(d);
  });

  it("an upsert that names no unique property is a create, and not repeated", async () => {
    const one = await bed();
    const template = "POST /crm/objects/{version}/contacts/batch/upsert";
    const trunks = one.hs.properties("contacts");
    await one.drive(trunks.create({ ...trunk, hasUniqueValue: true }));
    one.simulator.faults.add({ method: "POST", effect: "reset", times: 2 });
    const bare = { body: { inputs: [{ id: "1", properties: {} }] } };
    expect(await failure(one.drive(one.hs.request(template, bare)))).toMatchObject({ code: "UNKNOWN_OUTCOME" });
    const keyed = { body: { inputs: [{ id: "T-1", idProperty: "trunk_id", properties: {} }] } };
    await one.drive(one.hs.request(template, keyed));
    expect(one.simulator.portal().contacts.size).toBe(1);
  });

  it("an association is added again, which changes nothing", async () => {
    const one = await bed();
    const contact = { object: "contacts", id: one.simulator.portal().contacts.create({}).id } as const;
    const company = { object: "companies", id: one.simulator.portal().objects("companies").create({}).id } as const;
    one.simulator.faults.add({ method: "POST", phase: "after", effect: "reset" });
    await one.drive(one.hs.associations.link(contact, company));
    expect(await one.drive(all(one.hs.associations.list(contact, "companies")))).toHaveLength(1);
  });

  const made: readonly (readonly [string, string, (hs: Bed["hs"]) => Promise<unknown>])[] = [
    [
      "a file",
      "folder",
      (hs) => hs.files.upload({ data: "x", fileName: "x.txt", access: "PRIVATE", folderPath: "/f" }),
    ],
    [
      "a label",
      "labels",
      (hs) => hs.associations.labels("contacts", "companies").create({ name: "boss", label: "Boss" }),
    ],
    ["a group", "groups", (hs) => hs.properties("contacts").groups.create({ name: "g", label: "G" })],
    ["a pipeline", "pipelines", (hs) => hs.pipelines("deals").create({ label: "P", displayOrder: 0, stages: [] })],
    ["a subscription", "subscriptions", (hs) => hs.webhookSettings("7").subscribe({ eventType: "contact.creation" })],
  ];
  it.each(made)("%s is reported with what to check: %s", async (_what, said, work) => {
    const one = await bed();
    one.simulator.faults.add({ method: "POST", effect: "reset" });
    const calls = since(one);
    const error = await failure(one.drive(work(one.hs)));
    expect(error).toMatchObject({ code: "UNKNOWN_OUTCOME", check: expect.stringContaining(said) });
    expect(String(error)).toContain(said);
    expect(calls()).toHaveLength(1);
  });
});
