import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

const SEARCH = `POST ${CONTACTS}/search`;

const PEOPLE = [
  { email: "ann@acme.example", firstname: "Ann", lastname: "Lee", numemployees: "5", hs_lead_status: "NEW" },
  { email: "bob@acme.example", firstname: "Bob", lastname: "Ray", numemployees: "50", hs_lead_status: "OPEN" },
  { email: "cy@other.example", firstname: "Cy", lastname: "van Lee", city: "New York" },
];

async function withPeople(options = {}) {
  const made = bench(options);
  for (const properties of PEOPLE) {
    made.sim.portal().contacts.create(properties);
    await made.clock.advance(1_000);
  }
  const names = async (body: object): Promise<string[]> => {
    await made.clock.advance(1_000);
    const { status, body: answer } = await made.call(SEARCH, { properties: ["firstname"], ...body });
    expect(status, JSON.stringify(answer)).toBe(200);
    return answer.results.map((contact: { properties: { firstname: string } }) => contact.properties.firstname);
  };
  const filtered = (propertyName: string, operator: string, more: object = {}) =>
    names({ filterGroups: [{ filters: [{ propertyName, operator, ...more }] }] });
  return { ...made, names, filtered };
}

describe("search filters", () => {
  it("compares without case, enumerations with it, lists in lower case", async () => {
    const { filtered } = await withPeople();
    expect(await filtered("firstname", "EQ", { value: "ANN" })).toEqual(["Ann"]);
    expect(await filtered("firstname", "NEQ", { value: "ann" })).toEqual(["Bob", "Cy"]);
    expect(await filtered("hs_lead_status", "EQ", { value: "NEW" })).toEqual(["Ann"]);
    expect(await filtered("hs_lead_status", "EQ", { value: "new" })).toEqual([]);
    expect(await filtered("firstname", "IN", { values: ["ann", "cy"] })).toEqual(["Ann", "Cy"]);
    expect(await filtered("firstname", "IN", { values: ["Ann", "Cy"] })).toEqual([]);
    expect(await filtered("firstname", "NOT_IN", { values: ["ann"] })).toEqual(["Bob", "Cy"]);
  });

  it("orders texts, times and ids, ends included where the name says so", async () => {
    const { filtered } = await withPeople();
    const second = String(Date.UTC(2026, 10, 20, 12, 0, 1));
    const third = String(Date.UTC(2026, 10, 20, 12, 0, 2));
    expect(await filtered("lastmodifieddate", "GT", { value: second })).toEqual(["Cy"]);
    expect(await filtered("lastmodifieddate", "GTE", { value: second })).toEqual(["Bob", "Cy"]);
    expect(await filtered("createdate", "LT", { value: second })).toEqual(["Ann"]);
    expect(await filtered("createdate", "LTE", { value: second })).toEqual(["Ann", "Bob"]);
    expect(await filtered("createdate", "BETWEEN", { value: second, highValue: third })).toEqual(["Bob", "Cy"]);
    expect(await filtered("createdate", "GTE", { value: "2026-11-20T12:00:02Z" })).toEqual(["Cy"]);
    expect(await filtered("hs_object_id", "GT", { value: "0" })).toEqual(["Ann", "Bob", "Cy"]);
  });

  it("tells having a value from having none, and by default no negation matches none", async () => {
    const { filtered, sim } = await withPeople();
    expect(await filtered("city", "HAS_PROPERTY")).toEqual(["Cy"]);
    expect(await filtered("city", "NOT_HAS_PROPERTY")).toEqual(["Ann", "Bob"]);
    expect(await filtered("city", "NEQ", { value: "Halifax" })).toEqual(["Cy"]);
    sim.configure({ negationMatchesMissing: true });
    expect(await filtered("city", "NEQ", { value: "Halifax" })).toEqual(["Ann", "Bob", "Cy"]);
  });

  it("finds words, with and without a wildcard", async () => {
    const { filtered } = await withPeople();
    expect(await filtered("lastname", "CONTAINS_TOKEN", { value: "lee" })).toEqual(["Ann", "Cy"]);
    expect(await filtered("lastname", "CONTAINS_TOKEN", { value: "le" })).toEqual([]);
    expect(await filtered("email", "CONTAINS_TOKEN", { value: "*@acme.example" })).toEqual(["Ann", "Bob"]);
    expect(await filtered("city", "CONTAINS_TOKEN", { value: "new yo*" })).toEqual(["Cy"]);
    expect(await filtered("lastname", "NOT_CONTAINS_TOKEN", { value: "lee" })).toEqual(["Bob"]);
  });

  it("joins filters of a group by AND, and groups by OR", async () => {
    const { names } = await withPeople();
    const ann = { propertyName: "firstname", operator: "EQ", value: "Ann" };
    const ray = { propertyName: "lastname", operator: "EQ", value: "Ray" };
    expect(await names({ filterGroups: [{ filters: [ann, ray] }] })).toEqual([]);
    expect(await names({ filterGroups: [{ filters: [ann] }, { filters: [ray] }] })).toEqual(["Ann", "Bob"]);
  });

  it("looks for free text in the documented fields", async () => {
    const { names } = await withPeople();
    expect(await names({ query: "lee an" })).toEqual(["Ann"]);
    expect(await names({ query: "acme" })).toEqual(["Ann", "Bob"]);
    expect(await names({ query: "New York" })).toEqual([]);
  });

  it("sorts by one property, and by creation when told nothing", async () => {
    const { names, call } = await withPeople();
    const by = (propertyName: string, direction: string) => names({ sorts: [{ propertyName, direction }] });
    expect(await names({})).toEqual(["Ann", "Bob", "Cy"]);
    expect(await by("lastname", "ASCENDING")).toEqual(["Ann", "Bob", "Cy"]);
    expect(await by("numemployees", "DESCENDING")).toEqual(["Bob", "Ann", "Cy"]);
    expect(await by("lastmodifieddate", "DESCENDING")).toEqual(["Cy", "Bob", "Ann"]);
    expect((await call(SEARCH, { sorts: ["email", "phone"] })).status).toBe(400);
  });

  it("never shows archived records", async () => {
    const { names, sim } = await withPeople({ searchLag: 500 });
    sim.portal().contacts.archive(sim.portal().contacts.findBy("email", "bob@acme.example")?.id ?? "");
    expect(await names({})).toEqual(["Ann", "Cy"]);
  });
});

describe("search limits", () => {
  const filters = (n: number) => Array.from({ length: n }, () => ({ propertyName: "city", operator: "HAS_PROPERTY" }));

  it.each([
    ["six groups", { filterGroups: Array.from({ length: 6 }, () => ({ filters: filters(1) })) }],
    ["seven filters in a group", { filterGroups: [{ filters: filters(7) }] }],
    ["nineteen filters", { filterGroups: [6, 6, 6, 1].map((n) => ({ filters: filters(n) })) }],
    ["a page of 201", { limit: 201 }],
    [
      "more than 3,000 characters",
      { filterGroups: [{ filters: [{ propertyName: "city", operator: "EQ", value: "x".repeat(3000) }] }] },
    ],
    ["results past 10,000", { limit: 100, after: "9950" }],
    ["an unknown property", { filterGroups: [{ filters: [{ propertyName: "nope", operator: "HAS_PROPERTY" }] }] }],
    ["an unknown operator", { filterGroups: [{ filters: [{ propertyName: "city", operator: "LIKE", value: "x" }] }] }],
    ["IN without values", { filterGroups: [{ filters: [{ propertyName: "city", operator: "IN", value: "x" }] }] }],
  ])("refuses %s", async (_, body) => {
    const { call } = bench();
    const answer = await call(SEARCH, body);
    expect([answer.status, answer.body.category]).toEqual([400, "VALIDATION_ERROR"]);
  });

  it("allows what lies just inside them", async () => {
    const { call } = bench();
    const groups = [6, 6, 3, 2, 1].map((n) => ({ filters: filters(n) }));
    expect((await call(SEARCH, { filterGroups: groups, limit: 200, after: "9800" })).status).toBe(200);
  });

  it("pages by offset to the end", async () => {
    const { call, sim, clock } = bench();
    const ids = sim.seedContacts(450);
    const seen: string[] = [];
    let after: string | undefined = "0";
    while (after !== undefined) {
      const answer: { body: { results: { id: string }[]; total: number; paging?: { next: { after: string } } } } =
        await call(SEARCH, { limit: 200, after });
      expect(answer.body.total).toBe(450);
      seen.push(...answer.body.results.map((contact) => contact.id));
      after = answer.body.paging?.next.after;
      await clock.advance(1_000);
    }
    expect(seen).toEqual(ids);
  });

  it.each(["hs_object_id", "lastmodifieddate", "createdate", "email"])(
    "pages by %s in both directions",
    async (property) => {
      const { call, sim } = bench(UNLIMITED);
      sim.seedContacts(60);
      const pages = async (direction: string, more: object) => {
        const seen: string[] = [];
        for (let after = "0"; after !== ""; ) {
          const sorts = [{ propertyName: property, direction }];
          const { body } = await call(SEARCH, { limit: 7, after, sorts, ...more });
          seen.push(...body.results.map((contact: { id: string }) => contact.id));
          after = body.paging?.next.after ?? "";
          if (after !== "") expect(body.results).toHaveLength(7);
        }
        return seen;
      };
      const up = await pages("ASCENDING", {});
      expect(new Set(up).size).toBe(60);
      expect(await pages("DESCENDING", {})).toEqual(up.toReversed());
      const filterGroups = [{ filters: [{ propertyName: "hs_object_id", operator: "GT", value: up.toSorted()[19] }] }];
      expect((await pages("DESCENDING", { filterGroups })).toSorted()).toEqual(up.toSorted().slice(20));
    },
  );
});

describe("search lag", () => {
  it("shows a change only after the lag, while reads see it at once", async () => {
    const { call, clock } = bench({ searchLag: 5_000 });
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { firstname: "Ann" } })).body;
    expect((await call(SEARCH, {})).body.total).toBe(0);
    await clock.advance(5_000);
    await call(`PATCH ${CONTACTS}/${id}`, { properties: { firstname: "Anna" } });
    expect((await call(SEARCH, {})).body.results[0].properties.firstname).toBe("Ann");
    expect((await call(`GET ${CONTACTS}/${id}`)).body.properties.firstname).toBe("Anna");
    await clock.advance(5_000);
    expect((await call(SEARCH, {})).body.results[0].properties.firstname).toBe("Anna");
  });

  it("never goes back to an older state when lags differ", async () => {
    const { sim, call, clock } = bench({ searchLag: { min: 0, max: 60_000 } });
    const { id } = sim.portal().contacts.create({ firstname: "v0" });
    let shown = 0;
    for (let version = 1; version <= 40; version++) {
      sim.portal().contacts.update(id, { firstname: `v${version}` });
      await clock.advance(2_000);
      const { results } = (await call(SEARCH, {})).body;
      const seen = results.length === 0 ? 0 : Number(results[0].properties.firstname.slice(1));
      expect(seen).toBeGreaterThanOrEqual(shown);
      shown = seen;
    }
    await clock.advance(60_000);
    expect((await call(SEARCH, {})).body.results[0].properties.firstname).toBe("v40");
  });

  it("ends with the last of several changes of one instant", async () => {
    const { sim, call, clock } = bench({ searchLag: { min: 0, max: 60_000 } });
    const { id } = sim.portal().contacts.create({ firstname: "v0" });
    for (let version = 1; version <= 20; version++) sim.portal().contacts.update(id, { firstname: `v${version}` });
    await clock.advance(60_000);
    expect((await call(SEARCH, {})).body.results[0].properties.firstname).toBe("v20");
  });
});
