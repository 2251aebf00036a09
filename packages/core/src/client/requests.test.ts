import { describe, expect, it } from "vitest";
import { parseRequest } from "./raw-request.ts";
import { contact, inputsOf, testClients } from "./test-clients.fixture.ts";

const search = "POST /crm/objects/2026-09/contacts/search";

describe("a search", () => {
  it("sends what was asked, in HubSpot's form", async () => {
    const { hs, run, transport } = testClients({
      [search]: () => ({
        body: { total: 3, results: [contact("1", { email: "a@b.com" })], paging: { next: { after: "1" } } },
      }),
    });
    const page = await run(
      hs.contacts.search({
        properties: ["email"],
        filters: [{ property: "createdate", operator: "BETWEEN", value: new Date(1), highValue: new Date(2) }],
        filterGroups: [
          [{ property: "email", operator: "IN", values: ["a", "b"] }],
          [{ property: "phone", operator: "HAS_PROPERTY" }],
        ],
        sort: { property: "lastmodifieddate", direction: "DESCENDING" },
        limit: 1,
      }),
    );
    expect(transport.seen.at(-1)?.body).toEqual({
      filterGroups: [
        { filters: [{ propertyName: "createdate", operator: "BETWEEN", value: "1", highValue: "2" }] },
        { filters: [{ propertyName: "email", operator: "IN", values: ["a", "b"] }] },
        { filters: [{ propertyName: "phone", operator: "HAS_PROPERTY" }] },
      ],
      sorts: [{ propertyName: "lastmodifieddate", direction: "DESCENDING" }],
      properties: ["email"],
      limit: 1,
    });
    expect(page).toMatchObject({ total: 3, next: "1", records: [{ id: "1", properties: { email: "a@b.com" } }] });
  });

  const filter = { property: "email", operator: "EQ", value: "x" } as const;
  it.each([
    ["6 groups", { filterGroups: Array.from({ length: 6 }, () => [filter]) }],
    ["7 filters in a group", { filters: Array.from({ length: 7 }, () => filter) }],
    ["19 filters", { filterGroups: [6, 6, 6, 1].map((count) => Array.from({ length: count }, () => filter)) }],
    ["201 results", { limit: 201 }],
    ["a position past 10,000", { after: "10000" }],
    [
      "more than 3,000 characters",
      { filters: [{ property: "email", operator: "IN", values: ["x".repeat(3_000)] } as const] },
    ],
  ])("with %s is refused before it is sent", async (_name, query) => {
    const { hs, transport } = testClients({});
    await expect(hs.contacts.search({ properties: ["email"], ...query })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    expect(transport.seen).toEqual([]);
  });
});

describe("request", () => {
  it("is everything else, under the same rules", async () => {
    const { hs, run, transport } = testClients({
      "GET /crm/owners/2026-09": () => ({ body: { results: [] } }),
      "DELETE /crm/objects/2026-09/notes/7": () => ({ status: 204 }),
    });
    expect(await run(hs.request("GET /crm/owners/{version}", { query: { limit: 100, archived: false } }))).toEqual({
      results: [],
    });
    expect(transport.seen.at(-1)?.url).toBe("https://api.hubapi.com/crm/owners/2026-09?limit=100&archived=false");
    expect(await run(hs.request("DELETE /crm/objects/{version}/notes/{id}", { path: { id: "7" } }))).toBeUndefined();
  });

  it("has status and headers where they are wanted", async () => {
    const { hs, run } = testClients({
      "GET /crm/owners/2026-09": () => ({
        status: 200,
        headers: { "x-hubspot-correlation-id": "c-1" },
        body: { results: [] },
      }),
    });
    expect(await run(hs.response("GET /crm/owners/{version}"))).toEqual({
      status: 200,
      headers: { "x-hubspot-correlation-id": "c-1" },
      body: { results: [] },
    });
  });

  it("translates to v3, or says that it cannot", async () => {
    const { hs, run, transport } = testClients(
      {
        "GET /account-info/v3/details": () => ({ body: { portalId: 62515 } }),
        "GET /crm/v3/owners": () => ({ body: {} }),
      },
      { apiVersion: "v3" },
    );
    await run(hs.request("GET /crm/owners/{version}"));
    expect(transport.seen.at(-1)?.path).toBe("/crm/v3/owners");
    await expect(run(hs.request("POST /integrators/timeline/{version}/events", { body: {} }))).rejects.toMatchObject({
      code: "UNSUPPORTED_IN_VERSION",
      version: "v3",
    });
  });

  it.each([
    "GET",
    "get /x",
    "GET x",
    "FETCH /x",
    "GET https://evil.example/x",
    "GET //evil.example/x",
    "GET /x?y=1",
    "GET /a/../b",
    // What a server, and fetch before it, reads as "..", as a slash, or not at all.
    "GET /crm/objects/{version}/contacts/%2e%2e/companies/1",
    "GET /crm/objects/{version}/contacts/.%2E/companies/1",
    "POST /crm/objects/{version}/contacts/%2e/search",
    "GET /crm/objects/{version}/contacts%2f..%2fcompanies/1",
    "GET /crm/objects/{version}/contacts%5C..%5Ccompanies/1",
    "GET /crm/objects/{version}/contacts/%zz",
    "GET /crm/objects/{version}/contacts/Zoë",
  ])("refuses %j", async (template) => {
    const { hs, run, calls } = testClients({});
    await expect(run(hs.request(template))).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(calls()).toEqual([]);
  });

  it("refuses what can be no path, query or body, as any other wrong input", async () => {
    const { hs, run, calls } = testClients({});
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    const half = "a\ud800";
    const throwing = {
      toJSON: () => {
        throw new Error("ann@example.com");
      },
    };
    const one = "GET /crm/objects/{version}/contacts/{id}";
    const read = "POST /crm/objects/{version}/contacts/search";
    const write = "POST /crm/objects/{version}/contacts";
    const wrong: readonly (readonly [string, object])[] = [
      [one, { path: { id: half } }],
      [one, { path: {} }],
      [one.replace("{id}", "{constructor}"), { path: {} }],
      [write.replace("POST", "GET"), { query: { q: half } }],
      [write.replace("POST", "GET"), { query: { q: { nested: 1 } } }],
      ...[circle, { amount: 1n }, throwing, () => 1].flatMap((body) => [
        [read, { body }] as const,
        [write, { body }] as const,
      ]),
    ];
    for (const [template, options] of wrong) {
      const error = await run((hs.request as (...given: unknown[]) => Promise<unknown>)(template, options)).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error, template).toMatchObject({ code: "INPUT_INVALID" });
      expect(String(error)).not.toContain("ann@");
    }
    expect(calls()).toEqual([]);
  });

  it.each([
    ["GET /crm/owners/{version}", { effect: "read", use: "read", search: false, object: "owners" }],
    ["POST /crm/objects/{version}/contacts", { effect: "create", use: "write", object: "contacts" }],
    ["POST /crm/objects/{version}/contacts/search", { effect: "read", use: "read", search: true, object: "contacts" }],
    ["POST /crm/v3/objects/0-3/search", { effect: "read", search: true, object: "0-3" }],
    ["POST /crm/lists/{version}/search", { effect: "read", search: false, object: "lists" }],
    ["POST /crm/objects/{version}/2-3/batch/read", { effect: "read", object: "2-3" }],
    ["POST /crm/objects/{version}/contacts/batch/upsert", { effect: "update", use: "write" }],
    ["POST /crm/objects/{version}/contacts/batch/create", { effect: "create", use: "write" }],
    ["POST /crm/objects/{version}/contacts/merge", { effect: "create", use: "write" }],
    ["PUT /crm/lists/{version}/1/memberships/add", { effect: "update", use: "write" }],
    ["DELETE /crm/objects/{version}/contacts/{id}", { effect: "archive", use: "write" }],
    ["GET /crm/properties/{version}/deals/amount", { effect: "read", object: "deals" }],
  ])("knows what %s does", (template, what) => {
    expect(parseRequest(template)).toMatchObject(what);
  });
});

describe("the account", () => {
  it("and the token are described", async () => {
    const { hs, run, transport } = testClients({
      "GET /account-info/2026-09/details": () => ({
        body: {
          portalId: 62515,
          accountType: "STANDARD",
          timeZone: "America/Halifax",
          uiDomain: "app.hubspot.com",
          dataHostingLocation: "na1",
        },
      }),
      "POST /oauth/v2/private-apps/get/access-token-info": () => ({
        body: { hubId: 62515, appId: 7, scopes: ["oauth"] },
      }),
    });
    expect(await run(hs.accountInfo())).toEqual({
      portalId: "62515",
      accountType: "STANDARD",
      timeZone: "America/Halifax",
      uiDomain: "app.hubspot.com",
      dataHostingLocation: "na1",
    });
    expect(await run(hs.tokenInfo())).toEqual({ portalId: "62515", appId: "7", scopes: ["oauth"] });
    expect(transport.seen.at(-1)?.body).toEqual({ tokenKey: "pat-na1-token" });
  });
});

describe("the reports of an instance", () => {
  it("count calls by route and version", async () => {
    const { hs, clients, run } = testClients({
      "POST /crm/objects/2026-09/contacts/batch/read": (request) => ({
        body: { results: inputsOf(request).map((input) => contact(input.id as string)) },
      }),
      "GET /crm/v3/owners": () => ({ body: {} }),
    });
    await run(hs.contacts.batchRead(["1"], { properties: [] }));
    await run(hs.request("GET /crm/v3/owners"));
    expect(clients.report()).toEqual({ "2026-09": 2, fixed: 1 });
    expect(clients.stats()).toMatchObject({ calls: 3, retries: 0, rateLimited: 0 });
  });
});
