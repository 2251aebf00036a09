import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

const DAY = 86_400_000;
const PROPERTIES = "/crm/properties/2026-09/contacts";
const text = (name: string, more: object = {}) => ({
  name,
  label: name,
  type: "string",
  fieldType: "text",
  groupName: "contactinformation",
  ...more,
});

describe("property definitions", () => {
  it("an archived name comes back with its values, and its uniqueness", async () => {
    const { call, sim, clock } = bench();
    await call(`POST ${PROPERTIES}`, text("trunk", { hasUniqueValue: true }));
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).body;
    expect((await call(`DELETE ${PROPERTIES}/trunk`)).status).toBe(204);
    expect((await call(`GET ${CONTACTS}/${id}?properties=trunk`)).body.properties).not.toHaveProperty("trunk");
    expect((await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).status).toBe(400);
    sim.portal().contacts.update(id, { firstname: "Ann" });
    await clock.advance(89 * DAY);
    expect((await call(`GET ${PROPERTIES}?archived=true`)).body.results).toMatchObject([{ name: "trunk" }]);
    await call(`POST ${PROPERTIES}`, text("trunk", { hasUniqueValue: true }));
    expect((await call(`GET ${CONTACTS}/${id}?properties=trunk`)).body.properties.trunk).toBe("t-1");
    expect((await call(`GET ${CONTACTS}/t-1?idProperty=trunk`)).body.id).toBe(id);
    expect((await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).body.message).toMatch(
      new RegExp(`${id} already has that value\\.$`),
    );
  });

  it("does not hold a value for a record that is gone since", async () => {
    const { call } = bench();
    await call(`POST ${PROPERTIES}`, text("trunk", { hasUniqueValue: true }));
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).body;
    await call(`DELETE ${PROPERTIES}/trunk`);
    await call(`DELETE ${CONTACTS}/${id}`);
    await call(`POST ${PROPERTIES}`, text("trunk", { hasUniqueValue: true }));
    expect((await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).status).toBe(201);
  });

  it("is purged with its values after 90 days", async () => {
    const { call, clock } = bench();
    await call(`POST ${PROPERTIES}`, text("trunk"));
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { trunk: "t-1" } })).body;
    await call(`DELETE ${PROPERTIES}/trunk`);
    await clock.advance(91 * DAY);
    expect((await call(`GET ${PROPERTIES}?archived=true`)).body.results).toEqual([]);
    await call(`POST ${PROPERTIES}`, text("trunk"));
    const { body } = await call(`GET ${CONTACTS}/${id}?properties=trunk&propertiesWithHistory=trunk`);
    expect([body.properties.trunk, body.propertiesWithHistory.trunk]).toEqual([null, []]);
  });

  it("stays while something uses it", async () => {
    const { call, sim } = bench();
    const refusal = async (path: string) => {
      const { status, body } = await call(`DELETE ${path}`);
      return [status, body.subCategory];
    };
    const inUse = [400, "Properties.CANNOT_DELETE_PROPERTY_IN_USE"];
    for (const name of ["listed", "ruled", "free"]) await call(`POST ${PROPERTIES}`, text(name));
    sim.configure({
      requiredProperties: { contacts: [{ name: "city", when: { property: "ruled", values: ["x"] } }] },
    });
    const made = await call("POST /crm/lists/2026-09", {
      name: "L",
      objectTypeId: "0-1",
      processingType: "DYNAMIC",
      filterBranch: {
        filterBranchType: "OR",
        filters: [],
        filterBranches: [
          {
            filterBranchType: "AND",
            filterBranches: [],
            filters: [
              {
                filterType: "PROPERTY",
                property: "listed",
                operation: { operationType: "ALL_PROPERTY", operator: "IS_KNOWN" },
              },
            ],
          },
        ],
      },
    });
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    expect(await refusal(`${PROPERTIES}/listed`)).toEqual(inUse);
    expect(await refusal(`${PROPERTIES}/ruled`)).toEqual(inUse);
    expect(await refusal(`${PROPERTIES}/free`)).toEqual([204, undefined]);
    expect(await refusal(`${PROPERTIES}/never`)).toEqual([404, undefined]);

    const schema = await call("POST /crm-object-schemas/2026-09/schemas", {
      name: "car",
      labels: { singular: "Car", plural: "Cars" },
      primaryDisplayProperty: "plate",
      properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text" }],
    });
    expect(await refusal(`/crm/properties/2026-09/${schema.body.objectTypeId}/plate`)).toEqual(inUse);
  });

  it("allows ten unique properties of one's own", async () => {
    const { call } = bench();
    for (let n = 0; n < 10; n++) {
      expect((await call(`POST ${PROPERTIES}`, text(`u${n}`, { hasUniqueValue: true }))).status).toBe(201);
    }
    expect((await call(`POST ${PROPERTIES}`, text("u10", { hasUniqueValue: true }))).status).toBe(400);
    expect((await call(`POST ${PROPERTIES}`, text("u10"))).status).toBe(201);
  });

  it("keeps sensitive values out of webhooks", async () => {
    const { call, sim } = bench({ subscriptions: ["contact.propertyChange", "object.propertyChange"] });
    await call(`POST ${PROPERTIES}`, text("blood", { dataSensitivity: "sensitive" }));
    await call(`POST ${CONTACTS}`, { properties: { blood: "A", city: "X" } });
    await call("POST /crm/objects/2026-09/emails", {
      properties: { hs_timestamp: "0", hs_email_subject: "Hush", hs_email_text: "Hush", hs_email_direction: "EMAIL" },
    });
    expect(sim.pendingWebhooks.filter((event) => event.propertyName !== "hs_timestamp")).toMatchObject([
      { propertyName: "blood", propertyValue: "REDACTED", isSensitive: true },
      { propertyName: "city", propertyValue: "X" },
      { propertyName: "hs_email_direction" },
    ]);
    expect(JSON.stringify(sim.pendingWebhooks)).not.toContain("Hush");
  });
});

describe("schemas", () => {
  it("flip between old and new for a while after a change", async () => {
    const { call, sim, clock } = bench({ schemaFlipFlop: 60_000 });
    const created = await call("POST /crm-object-schemas/2026-09/schemas", {
      name: "car",
      labels: { singular: "Car", plural: "Cars" },
      primaryDisplayProperty: "plate",
      properties: [{ name: "plate", label: "Plate", type: "string", fieldType: "text" }],
    });
    const path = `/crm-object-schemas/2026-09/schemas/${created.body.objectTypeId}`;
    const seen = async () => {
      const all = new Set<string>();
      for (let n = 0; n < 30; n++) {
        const { status, body } = await call(`GET ${path}`);
        all.add(status === 200 ? body.labels.singular : String(status));
      }
      return [...all].toSorted();
    };
    expect(await seen()).toEqual(["404", "Car"]);
    await clock.advance(60_000);
    expect(await seen()).toEqual(["Car"]);
    await call(`PATCH ${path}`, { labels: { singular: "Auto" } });
    expect(await seen()).toEqual(["Auto", "Car"]);
    sim.configure({ schemaFlipFlop: 0 });
    await clock.advance(60_000);
    expect(await seen()).toEqual(["Auto"]);
  });
});

describe("limits tracking", () => {
  it("counts records, properties, pipelines, types and labels", async () => {
    const { call, sim } = bench({ labelsPerPair: 10 });
    sim.seedContacts(3);
    await call(`POST ${PROPERTIES}`, text("own"));
    await call("POST /crm/associations/2026-09/contacts/companies/labels", { name: "boss", label: "Boss" });
    const get = async (path: string) => (await call(`GET /crm/limits/2026-09/${path}`)).body;
    const of = (list: { objectTypeId: string }[], id: string) => list.find((one) => one.objectTypeId === id);
    expect(of((await get("records")).hubspotDefinedObjectTypes, "0-1")).toMatchObject({ usage: 3 });
    expect(of((await get("custom-properties")).byObjectType, "0-1")).toMatchObject({ usage: 1, limit: 1_000 });
    expect((await get("custom-properties")).overallUsage).toBe(1);
    expect(of((await get("pipelines")).hubspotDefinedObjectTypes, "0-3")).toMatchObject({ usage: 1 });
    expect((await get("custom-object-types")).overallUsage).toBe(0);
    expect((await get("calculated-properties")).overallUsage).toBe(0);
    expect((await get("associations/labels")).results).toContainEqual({
      fromObjectTypeId: "0-1",
      toObjectTypeId: "0-2",
      allLabels: ["Boss"],
      limit: 10,
      usage: 1,
      percentage: 0.1,
    });
  });
});
