import { describe, expect, it } from "vitest";
import { bench } from "./helpers.ts";

const OBJECTS = "/crm/objects/2026-09";

/** A type, the least a create needs, and a property to change. */
const KINDS: [type: string, id: string, properties: Record<string, string>, change: Record<string, string>][] = [
  ["contacts", "0-1", {}, { firstname: "Ann" }],
  ["companies", "0-2", { name: "Acme" }, { domain: "acme.example" }],
  ["deals", "0-3", { dealname: "Big", dealstage: "qualifiedtobuy" }, { amount: "10" }],
  ["tickets", "0-5", { subject: "Help", hs_pipeline_stage: "1" }, { hs_ticket_priority: "HIGH" }],
  ["products", "0-7", { name: "Widget" }, { price: "9.5" }],
  ["line_items", "0-8", { name: "Widget", quantity: "2" }, { price: "9.5" }],
  ["notes", "0-46", { hs_timestamp: "1700000000000" }, { hs_note_body: "<b>x</b>" }],
  ["calls", "0-48", { hs_timestamp: "1700000000000" }, { hs_call_direction: "INBOUND" }],
  ["emails", "0-49", { hs_timestamp: "1700000000000" }, { hs_email_subject: "Hi" }],
  ["meetings", "0-47", { hs_timestamp: "1700000000000" }, { hs_meeting_title: "Talk" }],
  ["tasks", "0-27", { hs_timestamp: "1700000000000" }, { hs_task_status: "COMPLETED" }],
  ["communications", "0-18", { hs_timestamp: "1700000000000" }, { hs_communication_body: "Hi" }],
];

describe.each(KINDS)("%s", (type, typeId, properties, change) => {
  it("can be created, changed, read, searched and archived, by name and by type id", async () => {
    const { call, clock, sim } = bench();
    const created = await call(`POST ${OBJECTS}/${typeId}`, { properties });
    expect(created.status, JSON.stringify(created.body)).toBe(201);
    const { id } = created.body;
    await clock.advance(10);
    expect((await call(`PATCH ${OBJECTS}/${type}/${id}`, { properties: change })).status).toBe(200);
    const [name = ""] = Object.keys(change);
    const read = await call(`GET /crm/v3/objects/${type}/${id}?properties=${name}`);
    expect(read.body.properties).toMatchObject(change);
    const modified = type === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
    expect(read.body.properties[modified]).toBe(new Date(clock.now()).toISOString());
    const found = await call(`POST ${OBJECTS}/${type}/search`, {
      filterGroups: [{ filters: [{ propertyName: name, operator: "EQ", value: change[name] }] }],
      sorts: [{ propertyName: modified, direction: "DESCENDING" }],
    });
    expect(found.body).toMatchObject({ total: 1, results: [{ id }] });
    const batch = await call(`POST ${OBJECTS}/${type}/batch/read`, { inputs: [{ id }], properties: [name] });
    expect(batch.body.results).toMatchObject([{ id, properties: change }]);
    expect((await call(`DELETE ${OBJECTS}/${type}/${id}`)).status).toBe(204);
    expect(sim.portal().objects(type).size).toBe(0);
  });
});

describe("what types have of their own", () => {
  it("activities need a time, tickets a stage", async () => {
    const { call } = bench();
    for (const type of ["notes", "calls", "tickets"]) {
      const { status, body } = await call(`POST ${OBJECTS}/${type}`, { properties: {} });
      expect([status, body.errors[0].code]).toEqual([400, "MISSING_REQUIRED_PROPERTY"]);
    }
  });

  it("deals go to the first pipeline and accept only its stages", async () => {
    const { call } = bench();
    const { body } = await call(`POST ${OBJECTS}/deals`, { properties: { dealname: "x" } });
    expect((await call(`GET ${OBJECTS}/deals/${body.id}`)).body.properties.pipeline).toBe("default");
    const wrong = await call(`PATCH ${OBJECTS}/deals/${body.id}`, { properties: { dealstage: "nope" } });
    expect(wrong.body.errors[0].code).toBe("INVALID_OPTION");
    expect((await call(`POST ${OBJECTS}/deals`, { properties: { pipeline: "nope" } })).status).toBe(400);
  });

  it("line items work out their amount", async () => {
    const { call } = bench();
    const { body } = await call(`POST ${OBJECTS}/line_items`, {
      properties: { quantity: "3", price: "5", discount: "1" },
    });
    expect(body.properties.amount).toBe("12");
  });

  it("multi-checkboxes append with a leading semicolon", async () => {
    const { call, sim } = bench();
    const { id } = sim.portal().contacts.create({ hs_buying_role: "CHAMPION" });
    await call(`PATCH ${OBJECTS}/contacts/${id}`, { properties: { hs_buying_role: ";BLOCKER;CHAMPION" } });
    expect(sim.portal().contacts.get(id)?.properties.hs_buying_role).toBe("CHAMPION;BLOCKER");
    await call(`PATCH ${OBJECTS}/contacts/${id}`, { properties: { hs_buying_role: "END_USER" } });
    expect(sim.portal().contacts.get(id)?.properties.hs_buying_role).toBe("END_USER");
  });

  it("notes cannot be merged, and privacy deletion is for contacts", async () => {
    const { call } = bench();
    expect((await call(`POST ${OBJECTS}/notes/merge`, {})).status).toBe(400);
    expect((await call(`POST ${OBJECTS}/deals/gdpr-delete`, { objectId: "1" })).status).toBe(404);
  });

  it("activities fire object events with their type", () => {
    const { sim } = bench({ subscriptions: ["object.creation"] });
    sim.portal().objects("notes").create({ hs_timestamp: "1700000000000" });
    expect(sim.pendingWebhooks).toMatchObject([{ subscriptionType: "object.creation", objectTypeId: "0-46" }]);
  });
});

describe("definitions", () => {
  const NAME = {
    name: "shoe_size",
    label: "Shoe size",
    type: "number",
    fieldType: "number",
    groupName: "contactinformation",
  };
  const PROPERTIES = "/crm/properties/2026-09/contacts";

  it("properties are created once, archived, and restored with their values", async () => {
    const { call, sim } = bench();
    expect((await call(`POST ${PROPERTIES}`, NAME)).body).toMatchObject({ name: "shoe_size", archived: false });
    const again = await call(`POST ${PROPERTIES}`, NAME);
    expect([again.status, again.body.subCategory]).toEqual([409, "Properties.PROPERTY_WITH_NAME_EXISTS"]);
    const { id } = sim.portal().contacts.create({ shoe_size: "44" });
    expect((await call(`DELETE ${PROPERTIES}/shoe_size`)).status).toBe(204);
    expect((await call(`GET ${PROPERTIES}/shoe_size`)).status).toBe(404);
    expect((await call(`PATCH ${OBJECTS}/contacts/${id}`, { properties: { shoe_size: "45" } })).status).toBe(400);
    await call(`POST ${PROPERTIES}`, NAME);
    expect((await call(`GET ${OBJECTS}/contacts/${id}?properties=shoe_size`)).body.properties.shoe_size).toBe("44");
    expect((await call(`DELETE ${PROPERTIES}/email`)).status).toBe(400);
  });

  it("at most ten have unique values", async () => {
    const { call } = bench();
    const define = (name: string) =>
      call(`POST ${PROPERTIES}`, { ...NAME, name, type: "string", fieldType: "text", hasUniqueValue: true });
    for (let i = 0; i < 10; i++) expect((await define(`key_${i}`)).status).toBe(201);
    expect((await define("key_10")).status).toBe(400);
  });

  it("come in batches, and in groups that must exist", async () => {
    const { call } = bench();
    expect((await call(`POST ${PROPERTIES}`, { ...NAME, groupName: "nowhere" })).status).toBe(400);
    expect((await call(`POST ${PROPERTIES}/groups`, { name: "nowhere", label: "N" })).status).toBe(201);
    expect((await call(`POST ${PROPERTIES}`, { ...NAME, groupName: "nowhere" })).status).toBe(201);
    const batch = await call(`POST ${PROPERTIES}/batch/create`, { inputs: [NAME, { ...NAME, name: "hat_size" }] });
    expect(batch.status).toBe(207);
    expect(batch.body.results).toMatchObject([{ name: "hat_size" }]);
    const read = await call(`POST ${PROPERTIES}/batch/read`, { inputs: [{ name: "hat_size" }, { name: "email" }] });
    expect(read.body.results).toHaveLength(2);
    expect((await call(`DELETE ${PROPERTIES}/groups/nowhere`)).status).toBe(204);
    const groups = (await call(`GET ${PROPERTIES}/groups`)).body.results;
    expect(groups.map((group: { name: string }) => group.name)).not.toContain("nowhere");
  });

  it("need the scope of definitions, though reading does with that of records", async () => {
    const scopes = ["crm.objects.contacts.read", "crm.objects.contacts.write"];
    const { call } = bench({ portals: [{ id: 1, tokens: [{ token: "t", scopes }] }] });
    expect((await call(`GET ${PROPERTIES}`)).status).toBe(200);
    const refused = await call(`POST ${PROPERTIES}`, NAME);
    expect(refused.body.errors[0].context.requiredGranularScopes).toEqual(["crm.schemas.contacts.write"]);
  });
});

describe("custom objects", () => {
  const SCHEMAS = "/crm-object-schemas/2026-09/schemas";
  const CAR = {
    name: "car",
    labels: { singular: "Car", plural: "Cars" },
    primaryDisplayProperty: "vin",
    requiredProperties: ["vin"],
    searchableProperties: ["vin"],
    properties: [{ name: "vin", label: "VIN", type: "string", fieldType: "text", hasUniqueValue: true }],
    associatedObjects: ["CONTACT"],
  };

  it("begin with a schema and live under its id or full name, not under the bare one", async () => {
    const { call } = bench();
    const schema = await call(`POST ${SCHEMAS}`, CAR);
    expect(schema.status, JSON.stringify(schema.body)).toBe(201);
    const { objectTypeId, fullyQualifiedName } = schema.body;
    expect(fullyQualifiedName).toBe("p62515_car");
    expect((await call(`POST ${OBJECTS}/${objectTypeId}`, { properties: {} })).body.errors[0].code).toBe(
      "MISSING_REQUIRED_PROPERTY",
    );
    const { id } = (await call(`POST ${OBJECTS}/${objectTypeId}`, { properties: { vin: "V1" } })).body;
    expect((await call(`GET ${OBJECTS}/${fullyQualifiedName}/${id}`)).body.properties.vin).toBe("V1");
    const bare = await call(`GET ${OBJECTS}/car/${id}`);
    expect([bare.status, bare.body.message]).toEqual([400, "Unable to infer object type from: car"]);
    expect((await call(`POST ${OBJECTS}/${objectTypeId}/search`, { query: "v1" })).body.total).toBe(1);

    const contact = (await call(`POST ${OBJECTS}/contacts`, { properties: {} })).body.id;
    await call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/${objectTypeId}/${id}`);
    const linked = await call(`GET ${OBJECTS}/${objectTypeId}/${id}/associations/contacts`);
    expect(linked.body.results).toMatchObject([
      { toObjectId: contact, associationTypes: [{ category: "USER_DEFINED", label: null }] },
    ]);
  });

  it("can be changed, refuse a second of the name, and go only when empty", async () => {
    const { call } = bench();
    const { objectTypeId } = (await call(`POST ${SCHEMAS}`, CAR)).body;
    expect((await call(`POST ${SCHEMAS}`, CAR)).status).toBe(409);
    expect((await call(`POST ${SCHEMAS}`, { name: "x" })).status).toBe(400);
    expect((await call(`PATCH ${SCHEMAS}/${objectTypeId}`, { requiredProperties: [] })).status).toBe(200);
    const made = await call(`POST ${OBJECTS}/${objectTypeId}`, { properties: {} });
    expect(made.status).toBe(201);
    expect((await call(`DELETE ${SCHEMAS}/${objectTypeId}`)).status).toBe(400);
    await call(`DELETE ${OBJECTS}/${objectTypeId}/${made.body.id}`);
    expect((await call(`DELETE ${SCHEMAS}/${objectTypeId}`)).status).toBe(204);
    expect((await call(`GET ${SCHEMAS}`)).body.results).toEqual([]);
  });
});

describe("pipelines and owners", () => {
  it("keeps pipelines with their stages", async () => {
    const { call } = bench();
    const PIPELINES = "/crm/pipelines/2026-09/deals";
    const created = await call(`POST ${PIPELINES}`, {
      label: "Renewals",
      displayOrder: 1,
      stages: [{ label: "Open", displayOrder: 0, metadata: { probability: "0.5" } }],
    });
    const { id, stages } = created.body;
    expect(created.status).toBe(201);
    const deal = { dealname: "x", pipeline: id, dealstage: stages[0].id };
    expect((await call(`POST ${OBJECTS}/deals`, { properties: deal })).status).toBe(201);
    const stage = await call(`POST ${PIPELINES}/${id}/stages`, {
      label: "Won",
      displayOrder: 1,
      metadata: { probability: "1.0" },
    });
    for (const probability of ["7", "-1", "likely", undefined, {}]) {
      const bad = { label: "Bad", displayOrder: 2, metadata: { probability } };
      expect((await call(`POST ${PIPELINES}/${id}/stages`, bad)).status).toBe(400);
    }
    await call(`PATCH ${PIPELINES}/${id}/stages/${stage.body.id}`, { label: "Renewed" });
    const read = await call(`GET ${PIPELINES}/${id}`);
    expect(read.body.stages.map((one: { label: string }) => one.label)).toEqual(["Open", "Renewed"]);
    expect((await call(`GET ${PIPELINES}`)).body.results).toHaveLength(2);
    expect((await call(`DELETE ${PIPELINES}/${id}`)).status).toBe(204);
  });

  it("answers a missing pipeline with a page, or with nothing to those who accept JSON", async () => {
    const { call } = bench();
    const page = await call("GET /crm/pipelines/2026-09/deals/nope");
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html;charset=utf-8"]);
    const nothing = await call("GET /crm/pipelines/2026-09/deals/nope", undefined, { accept: "application/json" });
    expect([nothing.status, nothing.body]).toEqual([404, ""]);
  });

  it("knows owners by id and by user, and those who left", async () => {
    const { call } = bench();
    const OWNERS = "/crm/owners/2026-09";
    const { results } = (await call(`GET ${OWNERS}?limit=1`)).body;
    expect(results).toMatchObject([{ id: "70001", userId: 1001 }]);
    expect((await call(`GET ${OWNERS}/1002?idProperty=userId`)).body.id).toBe("70002");
    expect((await call(`GET ${OWNERS}?email=sam@portal.example`)).body.results).toMatchObject([{ id: "70002" }]);
    expect((await call(`GET ${OWNERS}/70003?archived=true`)).body).toMatchObject({
      userId: null,
      userIdIncludingInactive: 1003,
    });
    expect((await call(`GET ${OWNERS}/70003`)).status).toBe(404);
  });
});
