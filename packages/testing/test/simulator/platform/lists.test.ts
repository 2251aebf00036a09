import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bench, bench, CONTACTS } from "../helpers.ts";

const LISTS = "/crm/lists/2026-09";

/** One property filter as the only branch. */
function where(...filters: [property: string, operation: Record<string, unknown>][]) {
  return {
    filterBranchType: "OR",
    filterBranches: [
      {
        filterBranchType: "AND",
        filterBranches: [],
        filters: filters.map(([property, operation]) => ({ filterType: "PROPERTY", property, operation })),
      },
    ],
    filters: [],
  };
}

const inCity = (value: string) =>
  where(["city", { operationType: "MULTISTRING", operator: "IS_EQUAL_TO", values: [value] }]);

async function made({ call }: Bench, more: Record<string, unknown> = {}) {
  const body = { name: "Friends", objectTypeId: "0-1", processingType: "MANUAL", ...more };
  return (await call(`POST ${LISTS}`, body)).body.list;
}

async function idsOn({ call }: Bench, listId: string): Promise<string[]> {
  const { results } = (await call(`GET ${LISTS}/${listId}/memberships`)).body;
  return results.map(({ recordId }: { recordId: string }) => recordId);
}

describe("a list", () => {
  it("is made, read, renamed, deleted and restored", async () => {
    const at = bench();
    const { call, clock } = at;
    const list = await made(at);
    expect(list).toEqual({
      listId: "1",
      listVersion: 1,
      name: "Friends",
      objectTypeId: "0-1",
      processingType: "MANUAL",
      processingStatus: "COMPLETE",
      createdAt: "2026-11-20T12:00:00.000Z",
      updatedAt: "2026-11-20T12:00:00.000Z",
      filtersUpdatedAt: "2026-11-20T12:00:00.000Z",
      size: 0,
    });
    await clock.advance(1_000);
    const renamed = await call(`PUT ${LISTS}/1/update-list-name?listName=Family`);
    expect(renamed.body.updatedList).toMatchObject({
      name: "Family",
      listVersion: 2,
      updatedAt: "2026-11-20T12:00:01.000Z",
    });
    expect((await call("GET /crm/v3/lists/1")).body.list.name).toBe("Family");
    expect((await call(`GET ${LISTS}/object-type-id/0-1/name/Family`)).body.list.listId).toBe("1");
    expect((await call(`GET ${LISTS}?listIds=1&listIds=99`)).body.lists).toHaveLength(1);
    expect((await call(`DELETE ${LISTS}/1`)).status).toBe(204);
    const gone = await call(`GET ${LISTS}/1`);
    expect([gone.status, gone.body.message]).toEqual([404, "List does not exist with ID 1."]);
    expect((await call(`PUT ${LISTS}/1/restore`)).status).toBe(204);
    expect((await call(`GET ${LISTS}/1`)).status).toBe(200);
    await call(`DELETE ${LISTS}/1`);
    await clock.advance(90 * 86_400_000 + 1);
    expect((await call(`PUT ${LISTS}/1/restore`)).status).toBe(404);
  });

  it.each([
    ["an unknown type of processing", { processingType: "MAGIC" }, /processingType must be one of/],
    ["an unknown object type", { objectTypeId: "0-999" }, /Unable to infer object type/],
    ["an object type by name", { objectTypeId: "contacts" }, /Unable to infer object type/],
    ["no name", { name: "" }, /needs a name/],
    ["filters it does not compute", { filterBranch: inCity("Halifax") }, /MANUAL list has no filterBranch/],
    ["no filters to compute", { processingType: "DYNAMIC" }, /DYNAMIC list needs a filterBranch/],
    [
      "an AND at the root",
      { processingType: "DYNAMIC", filterBranch: inCity("x").filterBranches[0] },
      /root filterBranch must be of type OR/,
    ],
    [
      "an unknown property",
      { processingType: "DYNAMIC", filterBranch: where(["shoe_size", {}]) },
      /"shoe_size" does not exist/,
    ],
  ])("is refused with %s", async (_, fields, message) => {
    const { call } = bench();
    const body = { name: "L", objectTypeId: "0-1", processingType: "MANUAL", ...fields };
    const answer = await call(`POST ${LISTS}`, body);
    expect([answer.status, answer.body.category]).toEqual([400, "VALIDATION_ERROR"]);
    expect(answer.body.message).toMatch(message);
  });

  it("has a name of its own among lists of its type", async () => {
    const at = bench();
    await made(at);
    expect(
      (await at.call(`POST ${LISTS}`, { name: "friends", objectTypeId: "0-1", processingType: "MANUAL" })).status,
    ).toBe(400);
    expect((await made(at, { objectTypeId: "0-2" })).listId).toBe("2");
  });

  it("says aloud which filters are not simulated", async () => {
    const { call } = bench();
    const filterBranch = inCity("x");
    filterBranch.filterBranches[0]!.filters[0] = { filterType: "FORM_SUBMISSION" } as never;
    const body = { name: "L", objectTypeId: "0-1", processingType: "DYNAMIC", filterBranch };
    const answer = await call(`POST ${LISTS}`, body);
    expect([answer.status, answer.body.category]).toEqual([501, "NOT_SIMULATED"]);
  });

  it("needs the scope to read, and another to write", async () => {
    const { call } = bench({ portals: [{ id: 1, tokens: [{ token: "r", scopes: ["crm.lists.read"] }] }] });
    expect((await call(`POST ${LISTS}/search`, {})).status).toBe(200);
    expect((await call(`POST ${LISTS}`, {})).status).toBe(403);
  });
});

describe("memberships", () => {
  it("of a manual list are added, removed, paged and told in order of joining", async () => {
    const at = bench();
    const { call, sim, clock } = at;
    const [a = "", b = "", c = ""] = sim.seedContacts(3);
    await made(at);
    const added = await call(`PUT ${LISTS}/1/memberships/add`, [c, "999"]);
    expect(added.body).toEqual({ recordIdsRemoved: [], recordsIdsAdded: [c], recordIdsMissing: ["999"] });
    await clock.advance(1_000);
    const both = { recordIdsToAdd: [a, b, c], recordIdsToRemove: [] };
    expect((await call(`PUT ${LISTS}/1/memberships/add-and-remove`, both)).body.recordsIdsAdded).toEqual([a, b]);
    const first = (await call(`GET ${LISTS}/1/memberships?limit=2`)).body;
    expect(first).toEqual({
      results: [
        { recordId: a, membershipTimestamp: "2026-11-20T12:00:01.000Z" },
        { recordId: b, membershipTimestamp: "2026-11-20T12:00:01.000Z" },
      ],
      paging: { next: { after: "2" } },
      total: 3,
    });
    expect((await call(`GET ${LISTS}/1/memberships/join-order?limit=1`)).body.results[0].recordId).toBe(c);
    const swap = { recordIdsToAdd: [], recordIdsToRemove: [a] };
    expect((await call(`PUT ${LISTS}/1/memberships/add-and-remove`, swap)).body.recordIdsRemoved).toEqual([a]);
    expect((await call(`PUT ${LISTS}/1/memberships/remove`, [b])).body.recordIdsRemoved).toEqual([b]);
    expect(await idsOn(at, "1")).toEqual([c]);
    expect((await call(`DELETE ${LISTS}/1/memberships`)).status).toBe(204);
    expect((await call(`GET ${LISTS}/1`)).body.list.size).toBe(0);
    expect((await call(`GET ${LISTS}/1/memberships?limit=251`)).status).toBe(400);
    expect((await call(`PUT ${LISTS}/1/memberships/add`, { a })).status).toBe(400);
  });

  it("are read by record, with the first and the last time of joining", async () => {
    const at = bench();
    const { call, sim, clock } = at;
    const [a = "", b = ""] = sim.seedContacts(2);
    await made(at);
    await call(`PUT ${LISTS}/1/memberships/add`, [a]);
    await call(`PUT ${LISTS}/1/memberships/remove`, [a]);
    await clock.advance(60_000);
    await call(`PUT ${LISTS}/1/memberships/add`, [a]);
    const mine = {
      listId: "1",
      listVersion: 1,
      firstAddedTimestamp: "2026-11-20T12:00:00.000Z",
      lastAddedTimestamp: "2026-11-20T12:01:00.000Z",
    };
    expect((await call(`GET ${LISTS}/records/0-1/${a}/memberships`)).body).toEqual({ results: [mine], total: 1 });
    const inputs = [a, b].map((recordId) => ({ objectTypeId: "0-1", recordId }));
    expect((await call(`POST ${LISTS}/records/memberships/batch/read`, { inputs })).body).toMatchObject({
      status: "COMPLETE",
      results: [
        { recordId: a, recordListMemberships: [mine] },
        { recordId: b, recordListMemberships: [] },
      ],
    });
  });

  it("follow their records: archived ones are off, restored ones back, merged ones together", async () => {
    const at = bench();
    const { call, sim } = at;
    const [a = "", b = "", c = ""] = sim.seedContacts(3);
    await made(at);
    await call(`PUT ${LISTS}/1/memberships/add`, [a, b]);
    sim.portal().contacts.archive(a);
    expect(await idsOn(at, "1")).toEqual([b]);
    sim.portal().contacts.restore(a);
    const { id } = sim.portal().contacts.merge(a, c);
    expect((await idsOn(at, "1")).sort()).toEqual([b, id].sort());
    sim.portal().contacts.erase(b);
    expect(await idsOn(at, "1")).toEqual([id]);
  });

  it("of a snapshot are those of the moment it was made, and can be changed", async () => {
    const at = bench();
    const { call, sim } = at;
    const { contacts } = sim.portal();
    const ann = contacts.create({ firstname: "Ann", city: "Halifax" }).id;
    const ben = contacts.create({ firstname: "Ben", city: "Bonn" }).id;
    await made(at, { processingType: "SNAPSHOT", filterBranch: inCity("halifax") });
    contacts.update(ben, { city: "Halifax" });
    expect(await idsOn(at, "1")).toEqual([ann]);
    expect((await call(`PUT ${LISTS}/1/memberships/add`, [ben])).body.recordsIdsAdded).toEqual([ben]);
    expect((await call(`PUT ${LISTS}/1/update-list-filters`, { filterBranch: inCity("Rome") })).status).toBe(400);
  });

  it("of a dynamic list follow its filters and cannot be written", async () => {
    const at = bench({ platform: { listProcessing: 5_000 } });
    const { call, sim, clock } = at;
    const { contacts } = sim.portal();
    const ann = contacts.create({ firstname: "Ann", city: "Halifax" }).id;
    const list = await made(at, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
    expect([list.processingStatus, list.filterBranch]).toEqual(["PROCESSING", inCity("Halifax")]);
    expect(await idsOn(at, "1")).toEqual([]);
    await clock.advance(5_000);
    expect(await idsOn(at, "1")).toEqual([ann]);
    const ben = contacts.create({ firstname: "Ben", city: "Halifax" }).id;
    contacts.update(ann, { city: "Bonn" });
    expect(await idsOn(at, "1")).toEqual([ben]);
    const refused = await call(`PUT ${LISTS}/1/memberships/add`, [ann]);
    expect([refused.status, refused.body.category]).toEqual([400, "VALIDATION_ERROR"]);
    await call(`PUT ${LISTS}/1/update-list-filters`, { filterBranch: inCity("Bonn") });
    await clock.advance(5_000);
    expect(await idsOn(at, "1")).toEqual([ann]);
    expect((await call(`GET ${LISTS}/1?includeFilters=true`)).body.list.filterBranch).toEqual(inCity("Bonn"));
  });
});

describe("filters", () => {
  it.each<[string, string, Record<string, unknown>, string[]]>([
    ["name", "STRING IS_NOT_EQUAL_TO", { value: "ANN" }, ["Ben"]],
    ["name", "MULTISTRING STARTS_WITH", { values: ["a", "b"] }, ["Ann", "Ben"]],
    ["name", "MULTISTRING DOES_NOT_CONTAIN", { values: ["nn"], includeObjectsWithNoValueSet: true }, ["Ben", ""]],
    ["city", "ALL_PROPERTY IS_KNOWN", {}, ["Ann"]],
    ["city", "ALL_PROPERTY IS_UNKNOWN", {}, ["Ben", ""]],
    ["numberofemployees", "NUMBER IS_GREATER_THAN", { value: 9 }, ["Ben"]],
    ["numberofemployees", "NUMBER_RANGED IS_BETWEEN", { lowerBound: 5, upperBound: 9 }, ["Ann"]],
    ["lifecyclestage", "ENUMERATION IS_ANY_OF", { values: ["lead", "customer"] }, ["Ann"]],
    ["lifecyclestage", "ENUMERATION IS_NONE_OF", { values: ["lead"], includeObjectsWithNoValueSet: true }, ["Ben", ""]],
  ])("%s %s %j", async (property, kind, more, expected) => {
    const at = bench();
    const companies = at.sim.portal().objects("companies");
    companies.create({ name: "Ann", city: "Halifax", numberofemployees: "9", lifecyclestage: "lead" });
    companies.create({ name: "Ben", numberofemployees: "10" });
    companies.create({ domain: "nobody.example" });
    const [operationType, operator] = kind.split(" ");
    const filterBranch = where([property, { operationType, operator, ...more }]);
    await made(at, { objectTypeId: "0-2", processingType: "DYNAMIC", filterBranch });
    const names = (await idsOn(at, "1")).map((id) => companies.get(id)?.properties.name ?? "");
    expect(names).toEqual(expected);
  });

  it("ask about other lists and about associated records", async () => {
    const at = bench();
    const { call, sim } = at;
    const [a = "", b = ""] = sim.seedContacts(2);
    const acme = sim.portal().objects("companies").create({ name: "Acme" }).id;
    await call(`PUT /crm/objects/2026-09/contacts/${b}/associations/default/companies/${acme}`);
    await made(at);
    await call(`PUT ${LISTS}/1/memberships/add`, [a]);
    const or = (filters: unknown[], filterBranches: unknown[] = []) => ({
      filterBranchType: "OR",
      filters: [],
      filterBranches: [{ filterBranchType: "AND", filters, filterBranches }],
    });
    const notOn = or([{ filterType: "IN_LIST", listId: "1", operator: "NOT_IN_LIST" }]);
    await made(at, { name: "Others", processingType: "DYNAMIC", filterBranch: notOn });
    expect(await idsOn(at, "2")).toEqual([b]);
    const atAcme = {
      filterBranchType: "ASSOCIATION",
      objectTypeId: "0-2",
      associationTypeId: 279,
      associationCategory: "HUBSPOT_DEFINED",
      filters: [
        {
          filterType: "PROPERTY",
          property: "name",
          operation: { operationType: "STRING", operator: "CONTAINS", value: "acm" },
        },
      ],
      filterBranches: [],
    };
    await made(at, { name: "Acme", processingType: "DYNAMIC", filterBranch: or([], [atAcme]) });
    expect(await idsOn(at, "3")).toEqual([b]);
    const nobody = await call(`POST ${LISTS}`, {
      name: "N",
      objectTypeId: "0-1",
      processingType: "DYNAMIC",
      filterBranch: or([{ filterType: "IN_LIST", listId: "77" }]),
    });
    expect(nobody.status).toBe(404);
  });
});

it("searches lists by name, kind and id", async () => {
  const at = bench();
  const { call, sim } = at;
  const [a = ""] = sim.seedContacts(1);
  await made(at);
  await made(at, { name: "Foes" });
  await made(at, { name: "Frozen", processingType: "SNAPSHOT" });
  await call(`PUT ${LISTS}/1/memberships/add`, [a]);
  const found = (await call(`POST ${LISTS}/search`, { query: "f", count: 2 })).body;
  expect(found).toMatchObject({ total: 3, offset: 2, hasMore: true });
  expect(found.lists[0]).toMatchObject({ name: "Friends", additionalProperties: { hs_list_size: "1" } });
  const names = async (body: Record<string, unknown>) =>
    (await call(`POST ${LISTS}/search`, body)).body.lists.map(({ name }: { name: string }) => name);
  expect(await names({ processingTypes: ["SNAPSHOT"] })).toEqual(["Frozen"]);
  expect(await names({ listIds: ["2", "1"], sort: "-HS_LIST_ID" })).toEqual(["Foes", "Friends"]);
  expect(await names({ offset: 2 })).toEqual(["Frozen"]);
  at.sim.configure({ platform: { requireSpecFields: true } });
  expect((await call(`POST ${LISTS}/search`, {})).body.message).toMatch(/listIds, processingTypes/);
  expect((await call("POST /crm/v3/lists/search", {})).status).toBe(200);
});

it("keeps what a set would keep, whatever is added and removed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.boolean(), fc.nat(5)), { maxLength: 30 }), async (steps) => {
      const at = bench();
      const ids = at.sim.seedContacts(6);
      await made(at);
      const expected = new Set<string>();
      for (const [adds, which] of steps) {
        const id = ids[which]!;
        const { body } = await at.call(`PUT ${LISTS}/1/memberships/${adds ? "add" : "remove"}`, [id]);
        const changed = adds ? !expected.has(id) : expected.has(id);
        expect([...body.recordsIdsAdded, ...body.recordIdsRemoved]).toEqual(changed ? [id] : []);
        if (adds) expected.add(id);
        else expected.delete(id);
      }
      expect((await idsOn(at, "1")).sort()).toEqual([...expected].sort());
    }),
    { numRuns: 25 },
  );
});

it("takes records that the API made", async () => {
  const at = bench();
  const { call } = at;
  await made(at, { processingType: "DYNAMIC", filterBranch: inCity("Halifax") });
  const { id } = (await call(`POST ${CONTACTS}`, { properties: { city: "Halifax" } })).body;
  expect(await idsOn(at, "1")).toEqual([id]);
});
