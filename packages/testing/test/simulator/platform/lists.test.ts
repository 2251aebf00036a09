import { describe, expect, it } from "vitest";
import { bench } from "../helpers.ts";
import { idsOn, inCity, LISTS, made, where } from "./list-bench.ts";

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
