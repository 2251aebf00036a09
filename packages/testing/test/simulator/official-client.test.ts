import { Client } from "@hubspot/api-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHubSpotSimulator, type HubSpotSimulator, type RunningServer } from "../../src/simulator.ts";

// HubSpot's client types enumerations as TypeScript enums; their members are these strings.
const e = (value: string): never => value as never;

const APP = {
  appId: 77,
  clientId: "client-77",
  clientSecret: "secret-77",
  redirectUris: ["https://app.example/callback"],
  scopes: ["oauth", "crm.objects.contacts.read"],
};

let sim: HubSpotSimulator;
let server: RunningServer;
let client: Client;

beforeAll(async () => {
  sim = createHubSpotSimulator({ apps: [APP], limits: { tenSecondly: 100_000, searchPerSecond: 100_000 } });
  server = await sim.listen();
  client = new Client({ accessToken: sim.token, basePath: server.url, numberOfApiCallRetries: 0 });
});
afterAll(() => server.close());

/** What every object API of the client has in common. */
interface ObjectApi {
  basicApi: {
    create(input: never): Promise<{ id: string }>;
    getById(id: string, properties?: string[]): Promise<{ id: string; properties: Record<string, string | null> }>;
    update(id: string, input: never): Promise<{ id: string }>;
    archive(id: string): Promise<void>;
    getPage(limit?: number): Promise<{ results: unknown[] }>;
  };
  batchApi: {
    create(input: never): Promise<{ results: { id: string }[] }>;
    read(input: never): Promise<{ results: unknown[] }>;
    update(input: never): Promise<{ results: unknown[] }>;
    archive(input: never): Promise<void>;
  };
  searchApi: { doSearch(request: never): Promise<{ total: number; results: { id: string }[] }> };
}

const AT = { hs_timestamp: "2026-01-02T03:04:05Z" };
const TOUR: [name: string, api: () => unknown, create: Record<string, string>, property: string, value: string][] = [
  ["contacts", () => client.crm.contacts, {}, "firstname", "Ann"],
  ["companies", () => client.crm.companies, { name: "Acme" }, "city", "Halifax"],
  ["deals", () => client.crm.deals, { dealname: "D", dealstage: "contractsent" }, "amount", "12"],
  ["tickets", () => client.crm.tickets, { subject: "T", hs_pipeline_stage: "2" }, "content", "Help"],
  ["products", () => client.crm.products, { name: "P" }, "hs_sku", "S-1"],
  ["line items", () => client.crm.lineItems, { name: "L", quantity: "1" }, "hs_sku", "S-1"],
  ["notes", () => client.crm.objects.notes, AT, "hs_note_body", "words"],
  ["calls", () => client.crm.objects.calls, AT, "hs_call_title", "Ring"],
  ["emails", () => client.crm.objects.emails, AT, "hs_email_subject", "Hello"],
  ["meetings", () => client.crm.objects.meetings, AT, "hs_meeting_title", "Talk"],
  ["tasks", () => client.crm.objects.tasks, AT, "hs_task_subject", "Do"],
];

describe.each(TOUR)("%s", (_, pick, create, property, value) => {
  it("can be created, read, changed, found, batched and archived", async () => {
    const { basicApi, batchApi, searchApi } = pick() as ObjectApi;
    const { id } = await basicApi.create({ properties: create, associations: [] } as never);
    await basicApi.update(id, { properties: { [property]: value } } as never);
    expect((await basicApi.getById(id, [property])).properties[property]).toBe(value);
    expect((await basicApi.getPage(5)).results.length).toBeGreaterThan(0);
    const filterGroups = [{ filters: [{ propertyName: property, operator: "EQ", value }] }];
    const found = await searchApi.doSearch({ filterGroups, limit: 10, properties: [property], sorts: [] } as never);
    expect(found).toMatchObject({ total: 1, results: [{ id }] });

    const inputs = [create, create].map((properties) => ({ properties, associations: [] }));
    const made = await batchApi.create({ inputs } as never);
    const ids = made.results.map((record) => ({ id: record.id }));
    const read = await batchApi.read({
      inputs: ids,
      properties: [property],
      propertiesWithHistory: [property],
    } as never);
    expect(read.results).toHaveLength(2);
    const changes = ids.map((one) => ({ ...one, properties: { [property]: value } }));
    expect((await batchApi.update({ inputs: changes } as never)).results).toHaveLength(2);
    await batchApi.archive({ inputs: ids } as never);
    await basicApi.archive(id);
    await expect(basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
  });
});

it("associates by v4", async () => {
  const contact = await client.crm.contacts.basicApi.create({ properties: {}, associations: [] });
  const company = await client.crm.companies.basicApi.create({ properties: { name: "A" }, associations: [] });
  const v4 = client.crm.associations.v4;
  await v4.basicApi.createDefault("contacts", contact.id, "companies", company.id);
  const page = await v4.basicApi.getPage("contacts", contact.id, "companies");
  expect(page.results[0]?.toObjectId).toBe(company.id);
  expect(page.results[0]?.associationTypes.map((type) => type.typeId)).toEqual([1, 279]);
  const read = await v4.batchApi.getPage("companies", "contacts", { inputs: [{ id: company.id }] });
  expect(read.results[0]?.to[0]?.toObjectId).toBe(contact.id);
  const spec = { associationCategory: e("HUBSPOT_DEFINED"), associationTypeId: 279 };
  await v4.basicApi.create("contacts", contact.id, "companies", company.id, [spec]);
  await v4.batchApi.archive("contacts", "companies", {
    inputs: [{ _from: { id: contact.id }, to: [{ id: company.id }] }],
  });
  expect((await v4.basicApi.getPage("contacts", contact.id, "companies")).results).toEqual([]);
  const labels = await v4.schema.definitionsApi.create("contacts", "companies", { name: "buyer", label: "Buyer" });
  expect(labels.results[0]?.label).toBe("Buyer");
});

it("defines properties, groups, schemas and pipelines, and reads owners", async () => {
  const { coreApi, groupsApi, batchApi } = client.crm.properties;
  await groupsApi.create("contacts", { name: "ours", label: "Ours" });
  const property = { name: "shoe", label: "Shoe", type: e("number"), fieldType: e("number"), groupName: "ours" };
  await coreApi.create("contacts", property);
  await coreApi.update("contacts", "shoe", { label: "Shoe size" });
  expect((await coreApi.getByName("contacts", "shoe")).label).toBe("Shoe size");
  expect((await coreApi.getAll("contacts")).results.map((one) => one.name)).toContain("shoe");
  const read = await batchApi.read("contacts", { archived: false, inputs: [{ name: "shoe" }] } as never);
  expect(read.results).toHaveLength(1);
  await coreApi.archive("contacts", "shoe");

  const schema = await client.crm.schemas.coreApi.create({
    name: "boat",
    labels: { singular: "Boat", plural: "Boats" },
    primaryDisplayProperty: "name",
    requiredProperties: ["name"],
    properties: [{ name: "name", label: "Name", type: e("string"), fieldType: "text" }],
    associatedObjects: ["CONTACT"],
  });
  const boat = await client.crm.objects.basicApi.create(schema.objectTypeId ?? "", {
    properties: { name: "Bluenose" },
    associations: [],
  });
  expect(boat.properties.name).toBe("Bluenose");

  const pipeline = await client.crm.pipelines.pipelinesApi.create("deals", {
    label: "Renewals",
    displayOrder: 1,
    stages: [{ label: "Open", displayOrder: 0, metadata: { probability: "0.5" } }],
  });
  const stages = await client.crm.pipelines.pipelineStagesApi.getAll("deals", pipeline.id);
  expect(stages.results).toHaveLength(1);
  expect((await client.crm.owners.ownersApi.getPage()).results[0]).toMatchObject({ id: "70001", userId: 1001 });
});

it("gets and renews tokens", async () => {
  const authorize = client.oauth.getAuthorizationUrl(
    APP.clientId,
    "https://app.example/callback",
    APP.scopes.join(" "),
  );
  const { pathname, search } = new URL(authorize);
  const answer = await fetch(`${server.url}${pathname}${search}`, { redirect: "manual" });
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
  const { tokensApi, accessTokensApi } = client.oauth;
  const redirect = "https://app.example/callback";
  const first = await tokensApi.create("authorization_code", code, redirect, APP.clientId, APP.clientSecret);
  expect(first.expiresIn).toBe(1_800);
  const again = await tokensApi.create(
    "refresh_token",
    undefined,
    undefined,
    APP.clientId,
    APP.clientSecret,
    first.refreshToken,
  );
  const renewed = new Client({ accessToken: again.accessToken, basePath: server.url, numberOfApiCallRetries: 0 });
  expect((await renewed.crm.contacts.basicApi.getPage(1)).results).toBeDefined();
  expect((await accessTokensApi.get(again.accessToken)).hubId).toBe(62515);
});
