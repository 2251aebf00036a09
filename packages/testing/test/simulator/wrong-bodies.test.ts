import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

const O = "/crm/objects/2026-09";
const PROPERTIES = "/crm/properties/2026-09/contacts";
const PROPERTY = { name: "shoe", label: "Shoe", type: "string", fieldType: "text", groupName: "contactinformation" };
const LIST = { name: "L", objectTypeId: "0-1", processingType: "MANUAL" };
const CAR = {
  name: "car",
  labels: { singular: "Car", plural: "Cars" },
  primaryDisplayProperty: "model",
  properties: [{ name: "model", label: "Model", type: "string", fieldType: "text" }],
};

describe("an object where a text belongs", () => {
  const places: [route: string, body: (wrong: unknown) => unknown][] = [
    [`POST ${CONTACTS}`, (city) => ({ properties: { city } })],
    [`POST ${CONTACTS}/batch/create`, (city) => ({ inputs: [{ properties: { city } }] })],
    [`POST ${CONTACTS}/batch/read`, (id) => ({ inputs: [{ id }] })],
    [`POST ${CONTACTS}/batch/read`, (name) => ({ inputs: [{ id: "1" }], properties: [name] })],
    [`POST ${CONTACTS}/batch/read`, (idProperty) => ({ inputs: [{ id: "1" }], idProperty })],
    [`POST ${CONTACTS}/batch/update`, (idProperty) => ({ inputs: [{ id: "1", idProperty, properties: {} }] })],
    [`POST ${CONTACTS}/merge`, (primaryObjectId) => ({ primaryObjectId, objectIdToMerge: "2" })],
    [`POST ${CONTACTS}/gdpr-delete`, (objectId) => ({ objectId })],
    [`POST ${CONTACTS}/search`, (query) => ({ query })],
    [`POST ${CONTACTS}/search`, (limit) => ({ limit })],
    [
      `POST ${CONTACTS}/search`,
      (value) => ({ filterGroups: [{ filters: [{ propertyName: "city", operator: "EQ", value }] }] }),
    ],
    [`POST ${PROPERTIES}`, (name) => ({ ...PROPERTY, name })],
    [`POST ${PROPERTIES}`, (fieldType) => ({ ...PROPERTY, fieldType })],
    [`POST ${PROPERTIES}`, (description) => ({ ...PROPERTY, description })],
    [`PATCH ${PROPERTIES}/groups/contactinformation`, (label) => ({ label })],
    ["PATCH /crm/pipelines/2026-09/deals/default", (label) => ({ label })],
    ["PATCH /crm/pipelines/2026-09/deals/default", (displayOrder) => ({ displayOrder })],
    ["POST /crm/lists/2026-09", (name) => ({ ...LIST, name })],
    ["POST /crm-object-schemas/2026-09/schemas", (name) => ({ ...CAR, requiredProperties: [name] })],
    ["POST /crm-object-schemas/2026-09/schemas", (to) => ({ ...CAR, associatedObjects: [to] })],
    ["POST /files/2026-09/folders", (name) => ({ name })],
    ["POST /files/2026-09/folders", (parentFolderId) => ({ name: "f", parentFolderId })],
    ["POST /app-webhooks/2026-09/1/subscriptions", (eventType) => ({ eventType })],
    ["POST /oauth/v2/private-apps/get/access-token-info", (tokenKey) => ({ tokenKey })],
  ];

  it.each(places)("is HubSpot's 400 without a category: %s %s", async (route, body) => {
    const { call, sim } = bench();
    for (const wrong of [{}, { toString: null }, { a: "b" }, [], ["x"]]) {
      const { status, body: answer } = await call(route, body(wrong));
      expect([status, answer.category], JSON.stringify(wrong)).toEqual([400, undefined]);
      expect(answer.message).toMatch(/^Invalid input JSON on line \d+, column \d+: Cannot deserialize value of type/);
    }
    expect(JSON.stringify(sim.saveState())).not.toContain("[object");
  });

  it("fails a batch as a whole, trace ids or not", async () => {
    const { call, sim } = bench();
    const inputs = [{ properties: { city: "A" } }, { properties: { city: {} } }].map((one, at) => ({
      ...one,
      objectWriteTraceId: `t${at}`,
    }));
    expect((await call(`POST ${CONTACTS}/batch/create`, { inputs })).status).toBe(400);
    expect(sim.portal().contacts.size).toBe(0);
  });
});

describe("something else where a structure belongs", () => {
  const EXPORT = {
    exportType: "VIEW",
    exportName: "x",
    format: "CSV",
    objectType: "CONTACT",
    objectProperties: ["email"],
  };
  const dynamic = (inner: unknown) => ({
    ...LIST,
    processingType: "DYNAMIC",
    filterBranch: { filterBranchType: "OR", filters: [], filterBranches: [inner] },
  });
  it.each([
    ["POST /crm/exports/2026-09/export/async", { ...EXPORT, publicCrmSearchRequest: "all" }],
    ["POST /crm/exports/2026-09/export/async", { ...EXPORT, exportInternalValuesOptions: "NAMES" }],
    ["POST /crm/lists/2026-09", dynamic({ filterBranchType: "AND", filters: "all" })],
    ["POST /crm/lists/2026-09", dynamic({ filterBranchType: "AND", filters: [null] })],
    ["POST /crm/lists/2026-09", dynamic({ filterBranchType: "AND", filters: ["city"] })],
    ["POST /crm/lists/2026-09", { ...dynamic(null), filterBranch: { filterBranchType: "OR", filterBranches: {} } }],
    [`POST ${CONTACTS}/batch/read`, { inputs: [{ id: "1" }], properties: "city" }],
    [`POST ${CONTACTS}`, { properties: [] }],
  ])("is refused: %s %j", async (route, body) => {
    const { status, body: answer } = await bench().call(route, body);
    expect([status, answer.message]).toEqual([400, expect.stringMatching(/^Invalid input JSON/)]);
  });

  it("is refused when it is no UTF-8", async () => {
    const { sim } = bench();
    const headers = { authorization: `Bearer ${sim.token}`, "content-type": "application/json" };
    const send = async (city: number[]) => {
      const text = (part: string) => [...new TextEncoder().encode(part)];
      const body = new Uint8Array([...text('{"properties":{"city":"'), ...city, ...text('"}}')]);
      return (await sim.fetch(`https://api.hubapi.com${CONTACTS}`, { method: "POST", headers, body })).status;
    };
    expect([await send([0xff]), await send([0xc3]), await send([0xc3, 0xa9])]).toEqual([400, 400, 201]);
  });

  it("is refused when it is deeper than HubSpot reads", async () => {
    const { call } = bench();
    const nested = (depth: number, open: string, close: string, inner = "") =>
      open.repeat(depth) + inner + close.repeat(depth);
    const event = (extraData: string) =>
      `{"eventTypeName":"e","id":"1","properties":{},"email":"a@b.example","extraData":${extraData}}`;
    const send = (body: string) => call("POST /integrators/timeline/2026-09/events", body);
    for (const depth of [1_000, 200_000]) {
      const { status, body } = await send(event(nested(depth, "[", "]")));
      expect([status, body.message]).toEqual([400, expect.stringContaining("nesting depth")]);
    }
    const brackets = JSON.stringify('["'.repeat(3_000));
    expect((await send(event(brackets))).status).toBe(204);
    const branch = nested(50_000, '{"filterBranchType":"AND","filterBranches":[', "]}");
    expect((await call("POST /crm/lists/2026-09", `{"name":"x","filterBranch":${branch}}`)).status).toBe(400);
    expect((await call(`POST ${CONTACTS}`, `{"properties":{},"x":${nested(900, "[", "]")}}`)).status).toBe(201);
  });
});

describe("null where something belongs", () => {
  it("leaves names as they are", async () => {
    const { call } = bench();
    const renamed = await call("PATCH /crm/pipelines/2026-09/deals/default", { label: null, displayOrder: null });
    expect(renamed.body).toMatchObject({ label: "Sales Pipeline", displayOrder: 0 });
    const group = await call(`PATCH ${PROPERTIES}/groups/contactinformation`, { label: null });
    expect(group.body.label).not.toBe("null");
  });
});

it("a schema names properties that it has", async () => {
  const { call } = bench();
  const SCHEMAS = "/crm-object-schemas/2026-09/schemas";
  for (const field of ["requiredProperties", "searchableProperties", "secondaryDisplayProperties"]) {
    expect((await call(`POST ${SCHEMAS}`, { ...CAR, [field]: ["nope"] })).status).toBe(400);
  }
  const { objectTypeId } = (await call(`POST ${SCHEMAS}`, { ...CAR, requiredProperties: ["model"] })).body;
  for (const change of [
    { requiredProperties: ["nope"] },
    { primaryDisplayProperty: "nope" },
    { labels: { plural: {} } },
  ]) {
    expect((await call(`PATCH ${SCHEMAS}/${objectTypeId}`, change)).status).toBe(400);
  }
  expect((await call(`PATCH ${SCHEMAS}/${objectTypeId}`, { primaryDisplayProperty: "model" })).status).toBe(200);
  expect((await call(`PATCH ${SCHEMAS}/${objectTypeId}`, { labels: { plural: "Motors" } })).body.labels).toEqual({
    singular: "Car",
    plural: "Motors",
  });
});

it("a search sorts one way or the other", async () => {
  const { call } = bench();
  const sorted = async (direction: unknown) =>
    (await call(`POST ${CONTACTS}/search`, { sorts: [{ propertyName: "city", direction }] })).status;
  expect([await sorted("UP"), await sorted("ASCENDING"), await sorted("DESCENDING"), await sorted(undefined)]).toEqual([
    400, 200, 200, 200,
  ]);
});

it("a privacy deletion says whom, by something unique", async () => {
  const { call, sim } = bench();
  sim.portal().contacts.create({ firstname: "Ann" });
  for (const body of [{}, { objectId: "" }, { objectId: "Ann", idProperty: "firstname" }]) {
    expect((await call(`POST ${CONTACTS}/gdpr-delete`, body)).status).toBe(400);
  }
  expect((await call(`POST ${CONTACTS}/gdpr-delete`, { objectId: "Ann", idProperty: "nope" })).status).toBe(404);
  expect(sim.portal().contacts.size).toBe(1);
});

it("an association has a type", async () => {
  const { call, sim } = bench();
  const contact = sim.portal().contacts.create({}).id;
  const company = sim.portal().objects("companies").create({}).id;
  const pair = "/crm/associations/2026-09/contacts/companies";
  const ends = { from: { id: contact }, to: { id: company } };
  expect((await call(`PUT ${CONTACTS}/${contact}/associations/companies/${company}`, [])).status).toBe(400);
  for (const types of [[], undefined, [null], [{}], [{ associationCategory: "HUBSPOT_DEFINED" }]]) {
    const made = await call(`POST ${pair}/batch/create`, { inputs: [{ ...ends, types }] });
    expect([types, made.status, made.body.results]).toEqual([types, 207, []]);
    expect((await call(`POST ${pair}/batch/labels/archive`, { inputs: [{ ...ends, types }] })).status).toBe(400);
  }
  expect((await call(`GET ${CONTACTS}/${contact}/associations/companies`)).body.results).toEqual([]);
  expect((await call(`DELETE ${pair}/labels/one`)).status).toBe(400);
});

it("only contacts have a privacy deletion", async () => {
  const { call } = bench();
  expect((await call(`POST ${O}/companies/gdpr-delete`, { objectId: "1" })).status).toBe(404);
});

it("pages have whole numbers", async () => {
  const { call, sim } = bench();
  const { id } = sim.portal().contacts.create({});
  for (const path of [CONTACTS, "/crm/owners/2026-09", `${CONTACTS}/${id}/associations/companies`]) {
    for (const query of [
      "limit=abc",
      "limit=1e1",
      "limit=0x1",
      "limit=0",
      "limit=501",
      "limit=-1",
      "after=x",
      "after=-1",
    ]) {
      expect([path, query, (await call(`GET ${path}?${query}`)).status]).toEqual([path, query, 400]);
    }
  }
});
