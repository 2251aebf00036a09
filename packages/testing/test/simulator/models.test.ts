import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

// Independent, much simpler descriptions of what HubSpot does, compared with the simulator over random histories.

const UNLIMITED = { limits: { tenSecondly: 1e9, searchPerSecond: 1e9, daily: 1e9 } };

interface Person {
  id: string;
  values: Record<string, string>;
  archived: boolean;
}

const email = fc.constantFrom("a@x.example", "b@x.example", "c@x.example", "");
const word = fc.constantFrom("ann", "Bob", "cy lee", "");
const values = fc.record({ email, firstname: word, city: word }, { requiredKeys: [] });
const pick = fc.nat(30);

const step = fc.oneof(
  fc.record({ kind: fc.constant("create" as const), values }),
  fc.record({ kind: fc.constant("update" as const), values, who: pick }),
  fc.record({ kind: fc.constant("archive" as const), who: pick }),
  fc.record({ kind: fc.constant("list" as const), limit: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant("batch" as const), who: fc.uniqueArray(pick, { maxLength: 5 }) }),
);

const filled = (record: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).filter(([, v]) => v !== ""));

describe("records", () => {
  it("behave like a list of objects whose addresses must differ", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { call } = bench(UNLIMITED);
        const people: Person[] = [];
        const live = () => people.filter((person) => !person.archived);
        const holder = (address: string | undefined) =>
          address ? live().find((person) => person.values.email === address) : undefined;

        for (const now of steps) {
          const who =
            "who" in now && typeof now.who === "number" ? people[now.who % Math.max(1, people.length)] : undefined;
          if (now.kind === "create") {
            const taken = holder(now.values.email);
            const { status, body } = await call(`POST ${CONTACTS}`, { properties: now.values });
            if (taken === undefined) {
              expect(status).toBe(201);
              people.push({ id: body.id, values: filled(now.values as Record<string, string>), archived: false });
            } else expect(body.message).toBe(`Contact already exists. Existing ID: ${taken.id}`);
          } else if (now.kind === "update" && who) {
            const taken = holder(now.values.email);
            const { status } = await call(`PATCH ${CONTACTS}/${who.id}`, { properties: now.values });
            const expected = who.archived ? 404 : taken !== undefined && taken !== who ? 400 : 200;
            expect(status).toBe(expected);
            if (status === 200) who.values = filled({ ...who.values, ...(now.values as Record<string, string>) });
          } else if (now.kind === "archive" && who) {
            expect((await call(`DELETE ${CONTACTS}/${who.id}`)).status).toBe(204);
            who.archived = true;
          } else if (now.kind === "list") {
            const seen: string[] = [];
            for (let after = "0"; after !== ""; ) {
              const { body } = await call(`GET ${CONTACTS}?limit=${now.limit}&after=${after}`);
              seen.push(...body.results.map((contact: { id: string }) => contact.id));
              after = body.paging?.next.after ?? "";
            }
            expect(seen).toEqual(live().map((person) => person.id));
          } else if (now.kind === "batch") {
            const asked = now.who.flatMap((n) => people[n] ?? []);
            const { body } = await call(`POST ${CONTACTS}/batch/read`, {
              properties: ["email", "firstname", "city"],
              inputs: asked.map(({ id }) => ({ id })),
            });
            const returned = body.results.map((contact: { id: string; properties: Record<string, string | null> }) => {
              const { email, firstname, city } = contact.properties;
              return [contact.id, filled({ email: email ?? "", firstname: firstname ?? "", city: city ?? "" })];
            });
            const expected = asked.filter((person) => !person.archived).map((person) => [person.id, person.values]);
            expect(Object.fromEntries(returned)).toEqual(Object.fromEntries(expected));
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

const searched = fc.record(
  {
    firstname: fc.constantFrom("ann", "Ann", "bob", "BOB", "cy"),
    hs_lead_status: fc.constantFrom("NEW", "OPEN"),
    closedate: fc.integer({ min: 0, max: 5 }).map((day) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString()),
    zip: fc.constantFrom("10", "9", "100"),
  },
  { requiredKeys: [] },
);

const day = fc.integer({ min: 0, max: 5 }).map((n) => String(Date.UTC(2026, 0, 1 + n)));
const name = fc.constantFrom("ann", "BOB", "cy", "dee");

const filter = fc.oneof(
  fc.record({
    propertyName: fc.constant("firstname"),
    operator: fc.constantFrom("EQ", "NEQ", "LT", "GTE"),
    value: name,
  }),
  fc.record({
    propertyName: fc.constant("firstname"),
    operator: fc.constantFrom("IN", "NOT_IN"),
    values: fc.array(name, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    propertyName: fc.constant("hs_lead_status"),
    operator: fc.constantFrom("EQ", "NEQ"),
    value: fc.constantFrom("NEW", "new", "OPEN"),
  }),
  fc.record({
    propertyName: fc.constant("closedate"),
    operator: fc.constantFrom("LT", "LTE", "GT", "GTE", "EQ"),
    value: day,
  }),
  fc.record({ propertyName: fc.constant("closedate"), operator: fc.constant("BETWEEN"), value: day, highValue: day }),
  fc.record({
    propertyName: fc.constantFrom("firstname", "hs_lead_status", "zip"),
    operator: fc.constantFrom("HAS_PROPERTY", "NOT_HAS_PROPERTY"),
  }),
);

type AnyFilter = { propertyName: string; operator: string; value?: string; highValue?: string; values?: string[] };

/** A slow reading of hubspot-facts §3, written apart from the simulator's. */
function fits(
  person: Record<string, string>,
  { propertyName, operator, value = "", highValue = "", values = [] }: AnyFilter,
) {
  const actual = person[propertyName];
  if (operator === "HAS_PROPERTY") return actual !== undefined;
  if (operator === "NOT_HAS_PROPERTY") return actual === undefined;
  if (actual === undefined) return false;
  const number = propertyName === "closedate";
  const mine = number ? Date.parse(actual) : propertyName === "hs_lead_status" ? actual : actual.toLowerCase();
  const theirs = (v: string) => (number ? Number(v) : propertyName === "hs_lead_status" ? v : v.toLowerCase());
  switch (operator) {
    case "EQ":
      return mine === theirs(value);
    case "NEQ":
      return mine !== theirs(value);
    case "LT":
      return mine < theirs(value);
    case "LTE":
      return mine <= theirs(value);
    case "GT":
      return mine > theirs(value);
    case "GTE":
      return mine >= theirs(value);
    case "BETWEEN":
      return mine >= theirs(value) && mine <= theirs(highValue);
    case "IN":
      return values.includes(String(mine));
    default:
      return !values.includes(String(mine));
  }
}

describe("search", () => {
  it("finds what a slow reading of the rules finds, whatever index it used, before and after edits", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(searched, { maxLength: 25 }),
        fc.array(fc.record({ who: pick, values: searched, archive: fc.boolean() }), { maxLength: 10 }),
        fc.array(fc.array(filter, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
        fc.constantFrom(undefined, "hs_object_id", "lastmodifieddate", "firstname"),
        fc.boolean(),
        async (people, edits, groups, sortBy, descending) => {
          const { call, sim, clock } = bench(UNLIMITED);
          const contacts = sim.portal().contacts;
          const records = people.map((person) => ({
            id: contacts.create(person).id,
            values: { ...person },
            at: clock.now(),
          }));
          const ask = async () => {
            const { status, body } = await call(`POST ${CONTACTS}/search`, {
              filterGroups: groups.map((filters) => ({ filters })),
              limit: 100,
              ...(sortBy
                ? { sorts: [{ propertyName: sortBy, direction: descending ? "DESCENDING" : "ASCENDING" }] }
                : {}),
            });
            expect(status).toBe(200);
            const ids: string[] = body.results.map((contact: { id: string }) => contact.id);
            expect(body.total).toBe(ids.length);
            return ids;
          };
          const expected = () =>
            records
              .filter(({ values }) => {
                const person = values as Record<string, string>;
                return (
                  groups.length === 0 || groups.some((group) => group.every((one) => fits(person, one as AnyFilter)))
                );
              })
              .map(({ id }) => id);

          expect((await ask()).toSorted()).toEqual(expected().toSorted());
          for (const { who, values, archive } of edits) {
            const record = records[who % Math.max(1, records.length)];
            if (record === undefined) continue;
            await clock.advance(1_000);
            if (archive) {
              contacts.archive(record.id);
              records.splice(records.indexOf(record), 1);
            } else {
              const before = JSON.stringify(record.values);
              Object.assign(record.values, values);
              contacts.update(record.id, values);
              if (JSON.stringify(record.values) !== before) record.at = clock.now();
            }
          }
          const found = await ask();
          expect(found.toSorted()).toEqual(expected().toSorted());
          const order = (id: string) => {
            const record = records.find((one) => one.id === id)!;
            return sortBy === "lastmodifieddate" ? record.at : Number(id);
          };
          if (sortBy === "firstname") return;
          const keys = found.map(order);
          const sorted = keys.toSorted((a, b) => (descending && sortBy ? b - a : a - b));
          expect(keys).toEqual(sorted);
        },
      ),
      { numRuns: 80 },
    );
  });
});

const link = fc.record({
  op: fc.constantFrom("default", "put-primary", "put-plain", "delete", "archive-primary"),
  contact: fc.nat(2),
  company: fc.nat(2),
});

describe("associations", () => {
  it("are the same from both sides, with at most one primary company", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(link, { maxLength: 30 }), async (steps) => {
        const { call } = bench(UNLIMITED);
        const make = async (type: string) =>
          (await call(`POST /crm/objects/2026-09/${type}`, { properties: {} })).body.id as string;
        const contacts = [await make("contacts"), await make("contacts"), await make("contacts")];
        const companies = [await make("companies"), await make("companies"), await make("companies")];
        const linked = contacts.map(() => new Set<number>());
        const primary: (number | undefined)[] = contacts.map(() => undefined);
        const spec = (id: number) => [{ associationCategory: "HUBSPOT_DEFINED", associationTypeId: id }];

        for (const { op, contact, company } of steps) {
          const base = `/crm/objects/2026-09/contacts/${contacts[contact]}/associations`;
          const pair = `${base}/companies/${companies[company]}`;
          if (op === "default") await call(`PUT ${base}/default/companies/${companies[company]}`);
          else if (op === "put-primary") await call(`PUT ${pair}`, spec(1));
          else if (op === "put-plain") await call(`PUT ${pair}`, spec(279));
          else if (op === "delete") await call(`DELETE ${pair}`);
          else {
            const [from, to] = [{ id: contacts[contact] }, { id: companies[company] }];
            const inputs = [{ from, to, types: spec(1) }];
            await call("POST /crm/associations/2026-09/contacts/companies/batch/labels/archive", { inputs });
          }

          if (op === "delete") {
            linked[contact]?.delete(company);
            if (primary[contact] === company) primary[contact] = undefined;
          } else if (op === "archive-primary") {
            if (primary[contact] === company) primary[contact] = undefined;
          } else {
            linked[contact]?.add(company);
            if (op === "put-primary") primary[contact] = company;
            else if (op === "put-plain" && primary[contact] === company) primary[contact] = undefined;
            primary[contact] ??= company;
          }
        }

        for (const [n, contact] of contacts.entries()) {
          const { body } = await call(`GET /crm/objects/2026-09/contacts/${contact}/associations/companies`);
          const seen = body.results.map((one: { toObjectId: string; associationTypes: { typeId: number }[] }) => [
            companies.indexOf(one.toObjectId),
            one.associationTypes.map((type) => type.typeId),
          ]);
          const expected = [...(linked[n] ?? [])].sort().map((c) => [c, c === primary[n] ? [1, 279] : [279]]);
          expect(seen).toEqual(expected);
          const read = await call(`GET ${CONTACTS}/${contact}?properties=associatedcompanyid`);
          const named = primary[n] === undefined ? null : companies[primary[n]];
          expect(read.body.properties.associatedcompanyid).toBe(named);
        }
        for (const [c, company] of companies.entries()) {
          const { body } = await call(`GET /crm/objects/2026-09/companies/${company}/associations/contacts`);
          const seen = body.results.map((one: { toObjectId: string }) => contacts.indexOf(one.toObjectId));
          expect(seen).toEqual([0, 1, 2].filter((n) => linked[n]?.has(c)));
        }
      }),
      { numRuns: 60 },
    );
  });
});
