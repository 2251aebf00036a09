import { expect, test } from "vitest";
import type { LocalValue } from "../../ports/local-source.ts";
import { field } from "../declare/field.ts";
import { createWorld } from "../testing-fakes/world.fixture.ts";
import { functionSource, type SourceRecord } from "./function-source.ts";

const people: readonly SourceRecord[] = [
  { id: "1", version: "a", values: { email: " Ann@X.com ", first: "Ann" } },
  { id: "2", version: "a", values: { email: "bob@x.com", first: "Bob" } },
  { id: "3", version: "a", values: { email: null, first: "Cy" } },
];
const reading = {
  list: async (_tenant: string, after: string | null, limit: number) => {
    const from = people.findIndex(({ id }) => id === after) + 1;
    const records = people.slice(from, from + limit);
    return { records, next: from + limit < people.length ? (records.at(-1)?.id ?? null) : null };
  },
  read: async (_tenant: string, ids: readonly string[]) => people.filter(({ id }) => ids.includes(id)),
};

test("a list and a reading are enough for a sync that only travels to HubSpot", async () => {
  const source = functionSource(reading);
  expect(source.capabilities).toEqual({ deletes: "scan", editTimes: "none", readOnly: true });
  const fields = {
    email: field("email", { rule: "review", direction: "to-hubspot" }),
    first: field("firstname", { rule: "review", direction: "to-hubspot" }),
  };
  const world = createWorld({ fields });
  const { sync } = world.worker({}, source);
  await world.clock.drive(sync.backfill());
  expect(world.hubspot.ids().map((id) => world.hubspot.value(id, "email"))).toEqual(["ann@x.com", "bob@x.com"]);
  expect(() => createWorld().worker({}, source)).toThrow(/read-only/);
});

test("a Date, as an ORM gives it, travels as its ISO text; a mapped object sets its record aside, and no other", async () => {
  const rows: SourceRecord[] = [
    { id: "1", version: "a", values: { email: "ann@x.com", met: new Date(0) as never, seen: new Date() as never } },
    { id: "2", version: "a", values: { email: "bob@x.com", met: { any: "object" } as never } },
    { id: "3", version: "a", values: { email: "cy@x.com", met: new Date(Number.NaN) as never } },
  ];
  const source = functionSource({
    list: async () => ({ records: rows, next: null }),
    read: async (_tenant, ids) => rows.filter(({ id }) => ids.includes(id)),
  });
  const world = createWorld({
    fields: {
      email: field("email", { rule: "review", direction: "to-hubspot" }),
      met: field("jobtitle", { rule: "review", direction: "to-hubspot" }),
    },
  });
  const { sync } = world.worker({}, source);
  await world.clock.drive(sync.backfill());
  expect(world.hubspot.ids().map((id) => world.hubspot.value(id, "jobtitle"))).toEqual(["1970-01-01T00:00:00.000Z"]);
  expect(JSON.stringify(await world.storage.work.depth("acme", "leads"))).toContain('"waiting":2');
});

test("matching looks through the list, without case and blanks, where there is no function for it", async () => {
  const source = functionSource(reading);
  const found = await source.findBy("acme", "email", ["ann@x.com", null as LocalValue]);
  expect(found.map(({ id }) => id)).toEqual(["1"]);
});

test("what is missing is told: at once where nothing works without it, else when it is needed", async () => {
  expect(() => functionSource({ read: reading.read } as never)).toThrow(
    expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining('"list"') }),
  );
  const source = functionSource({ ...reading, fields: ["email"] });
  await expect(source.write("acme", [{ kind: "create", idempotencyKey: "k", values: {} }])).rejects.toMatchObject({
    code: "READ_ONLY",
    message: expect.stringContaining('"create"'),
  });
  await expect(source.delete("acme", [{ id: "1", expectedVersion: "a" }])).rejects.toMatchObject({ code: "READ_ONLY" });
  const write = { kind: "update", id: "1", expectedVersion: "a", values: { nowhere: 1 } } as const;
  expect(await source.write("acme", [write])).toMatchObject([{ outcome: "rejected", fields: ["nowhere"] }]);
});
