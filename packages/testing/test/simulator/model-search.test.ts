import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

// An independent, much simpler description of what HubSpot does, compared with the simulator over random histories.

const pick = fc.nat(30);

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
