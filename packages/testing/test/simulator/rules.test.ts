import { describe, expect, it } from "vitest";
import { bench, CONTACTS, UNLIMITED } from "./helpers.ts";

const V3 = "/crm/v3/objects/contacts";

describe("what admins require", () => {
  const requiredProperties = {
    contacts: [{ name: "firstname" }, { name: "state", when: { property: "country", values: ["Canada"] } }],
  };

  it("is enforced by 2026-09 alone", async () => {
    const { call } = bench({ requiredProperties });
    expect((await call(`POST ${V3}`, { properties: { country: "Canada" } })).status).toBe(201);
    const refused = await call(`POST ${CONTACTS}`, { properties: { country: "Canada" } });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      category: "VALIDATION_ERROR",
      message: "The property values provided are invalid",
      errors: [
        {
          code: "MISSING_REQUIRED_PROPERTY",
          message: "A value for firstname must be provided",
          context: { propertyName: ["firstname"] },
        },
        {
          code: "MISSING_CONDITIONAL_REQUIRED_PROPERTY",
          message: "state is required because of a conditional property rule based on [country]",
          context: { propertyName: ["state"] },
        },
      ],
    });
  });

  it("binds updates that touch it, and leaves incomplete old records alone", async () => {
    const { call, sim } = bench({ requiredProperties });
    const { id } = sim.portal().contacts.create({ country: "Canada" });
    const patch = (properties: object) => call(`PATCH ${CONTACTS}/${id}`, { properties });
    expect((await patch({ city: "Halifax" })).status).toBe(200);
    expect((await patch({ country: "Canada " })).status).toBe(200);
    expect((await patch({ firstname: "Ann", state: "NS" })).status).toBe(200);
    expect((await patch({ firstname: "" })).body.errors[0].code).toBe("MISSING_REQUIRED_PROPERTY");
    expect((await patch({ state: "" })).body.errors[0].code).toBe("MISSING_CONDITIONAL_REQUIRED_PROPERTY");
    expect((await patch({ state: "", country: "" })).status).toBe(200);
    expect((await patch({ country: "Canada" })).status).toBe(400);
    expect(sim.portal().contacts.get(id)?.properties).not.toHaveProperty("country");
  });
});

describe("values", () => {
  it("dates are forgiven by 2026-09, which says what it made of them", async () => {
    const { call, sim } = bench();
    const day = { name: "start", label: "Start", type: "date", fieldType: "date", groupName: "contactinformation" };
    await call("POST /crm/properties/2026-09/contacts", day);
    const noon = { properties: { start: "2026-01-02T12:00:00Z" } };
    expect((await call(`POST ${V3}`, noon)).body.errors[0].code).toBe("INVALID_DATE");
    const { body } = await call(`POST ${CONTACTS}`, noon);
    expect(body.properties.start).toBe("2026-01-02");
    expect(body.warnings[0].context).toEqual({
      propertyName: "start",
      rawValue: "2026-01-02T12:00:00Z",
      normalizedValue: "2026-01-02",
    });
    const seconds = String(Date.UTC(2026, 0, 2) / 1_000);
    const made = (await call(`POST ${CONTACTS}`, { properties: { start: seconds, closedate: seconds } })).body;
    expect(made.properties).toMatchObject({ start: "2026-01-02", closedate: "2026-01-02T00:00:00.000Z" });
    expect(sim.portal().contacts.size).toBe(2);
  });

  it("owners are checked where the account does", async () => {
    const { call, sim } = bench();
    const stranger = { properties: { hubspot_owner_id: "5" } };
    expect((await call(`POST ${CONTACTS}`, stranger)).status).toBe(201);
    sim.configure({ validateOwners: true });
    const refused = await call(`POST ${CONTACTS}`, stranger);
    expect([refused.status, refused.body.errors[0].code]).toEqual([400, "INVALID_OWNER_ID"]);
    expect((await call(`POST ${CONTACTS}`, { properties: { hubspot_owner_id: "70001" } })).status).toBe(201);
    expect((await call(`POST ${CONTACTS}`, { properties: { hubspot_owner_id: "" } })).status).toBe(201);
  });

  it("an additional address is as unique as the first", async () => {
    const { call } = bench();
    const make = async (properties: object) => (await call(`POST ${CONTACTS}`, { properties })).body.id;
    const ann = await make({ email: "ann@acme.example", hs_additional_emails: "a@acme.example;b@acme.example" });
    const bob = await make({ email: "bob@acme.example" });
    const taken = async (properties: object) => (await call(`PATCH ${CONTACTS}/${bob}`, { properties })).body.message;
    for (const properties of [{ email: "B@acme.example" }, { hs_additional_emails: "c@acme.example;a@acme.example" }]) {
      expect(await taken(properties)).toContain(`on ${bob}. ${ann} already has that value.`);
    }
    expect((await call(`POST ${CONTACTS}`, { properties: { email: "a@acme.example" } })).body.message).toBe(
      `Contact already exists. Existing ID: ${ann}`,
    );
    expect((await call(`PATCH ${CONTACTS}/${ann}`, { properties: { email: "a@acme.example" } })).status).toBe(200);
  });
});

describe("what HubSpot works out", () => {
  it("counts, stages, parents and sources", async () => {
    const { call, sim } = bench();
    const make = async (type: string, properties: object) =>
      (await call(`POST /crm/objects/2026-09/${type}`, { properties })).body.id;
    const read = async (type: string, id: string, properties: string) =>
      (await call(`GET /crm/objects/2026-09/${type}/${id}?properties=${properties}`)).body.properties;
    const [contact, deal] = [await make("contacts", { firstname: "Ann" }), await make("deals", { dealname: "D" })];
    await call(`PUT /crm/objects/2026-09/contacts/${contact}/associations/default/deals/${deal}`);
    expect(await read("contacts", contact, "num_associated_deals,hs_object_source,hs_object_source_id")).toMatchObject({
      num_associated_deals: "1",
      hs_object_source: "INTEGRATION",
      hs_object_source_id: "1",
    });
    expect(await read("deals", deal, "num_associated_contacts,hs_is_closed")).toMatchObject({
      num_associated_contacts: "1",
      hs_is_closed: null,
    });
    const closed = async (dealstage: string) => {
      await call(`PATCH /crm/objects/2026-09/deals/${deal}`, { properties: { dealstage } });
      const { hs_is_closed, hs_is_closed_won } = await read("deals", deal, "hs_is_closed,hs_is_closed_won");
      return [hs_is_closed, hs_is_closed_won];
    };
    expect(await closed("contractsent")).toEqual(["false", "false"]);
    expect(await closed("closedwon")).toEqual(["true", "true"]);
    expect(await closed("closedlost")).toEqual(["true", "false"]);

    const [parent, child] = [await make("companies", { name: "P" }), await make("companies", { name: "C" })];
    await call(`PUT /crm/objects/2026-09/companies/${parent}/associations/companies/${child}`, [
      { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 13 },
    ]);
    expect((await read("companies", child, "hs_parent_company_id")).hs_parent_company_id).toBe(parent);
    expect((await read("companies", parent, "hs_parent_company_id")).hs_parent_company_id).toBe(null);

    const note = await make("notes", { hs_timestamp: "0", hs_note_body: "<p>So <b>much</b></p>" });
    expect((await read("notes", note, "hs_body_preview")).hs_body_preview).toBe("So much");
    sim.portal().contacts.update(contact, { city: "X" });
    const users = await read("contacts", contact, "hs_created_by_user_id,hs_updated_by_user_id");
    expect([users.hs_created_by_user_id, users.hs_updated_by_user_id]).toEqual([null, "1001"]);
  });
});

describe("limits of records", () => {
  it("a profile has at most 250 merges behind it", async () => {
    const { sim, call } = bench(UNLIMITED);
    const contacts = sim.portal().contacts;
    let survivor = contacts.create({ firstname: "One" }).id;
    for (let n = 0; n < 250; n++) survivor = contacts.merge(survivor, contacts.create({}).id).id;
    const last = contacts.create({ firstname: "Last" }).id;
    const refused = await call(`POST ${CONTACTS}/merge`, { primaryObjectId: survivor, objectIdToMerge: last });
    expect([refused.status, refused.body.message]).toEqual([414, "Cannot have more than 250 identities on a profile"]);
    expect(contacts.get(last)?.properties.firstname).toBe("Last");
    const all = await call(`GET ${CONTACTS}/${survivor}?properties=hs_merged_object_ids,hs_all_contact_vids`);
    expect(all.body.properties.hs_merged_object_ids.split(";")).toHaveLength(500);
    expect(all.body.properties.hs_all_contact_vids.split(";")).toHaveLength(501);
  });

  it("a history may be cut short, and lists with histories are", async () => {
    const { call, sim } = bench({ historyCap: 3 });
    const { id } = sim.portal().contacts.create({ city: "0" });
    for (let n = 1; n < 6; n++) sim.portal().contacts.update(id, { city: String(n) });
    const { body } = await call(`GET ${CONTACTS}/${id}?propertiesWithHistory=city`);
    expect(body.propertiesWithHistory.city.map((entry: { value: string }) => entry.value)).toEqual(["5", "4", "3"]);
    expect((await call(`GET ${CONTACTS}?limit=51&propertiesWithHistory=city`)).status).toBe(400);
    expect((await call(`GET ${CONTACTS}?limit=50&propertiesWithHistory=city`)).status).toBe(200);
  });

  it("a path has an end: 414", async () => {
    const { call, sim } = bench();
    const names = (n: number) => `GET ${CONTACTS}?properties=${"x".repeat(n)}`;
    expect((await call(names(8_100))).status).toBe(200);
    const refused = await call(names(8_200));
    expect([refused.status, refused.headers.get("content-type")]).toEqual([414, "text/html;charset=utf-8"]);
    sim.configure({ maxUri: 100 });
    expect((await call(names(100))).status).toBe(414);
    const server = await sim.listen();
    sim.configure({ maxUri: 30_000 });
    const headers = { authorization: `Bearer ${sim.token}` };
    expect((await fetch(`${server.url}${CONTACTS}?properties=${"x".repeat(20_000)}`, { headers })).status).toBe(200);
    await server.close();
  });

  it("a search body has 3,000 characters, however many bytes they take", async () => {
    const { call } = bench();
    const search = (n: number) => call(`POST ${CONTACTS}/search`, { query: "é".repeat(n) });
    expect((await search(2_900)).status).toBe(200);
    expect((await search(2_990)).status).toBe(400);
  });
});

it("an erased address can be blocked although nobody had it", async () => {
  const { call } = bench({ erasureBlocksEmail: true });
  await call(`POST ${CONTACTS}/gdpr-delete`, { objectId: "ann@acme.example", idProperty: "email" });
  expect((await call(`POST ${CONTACTS}`, { properties: { email: "Ann@acme.example" } })).status).toBe(400);
});

it("a search may answer newer than it found by", async () => {
  const { call, sim, clock } = bench({ searchLag: 60_000, searchShows: "current" });
  const { id } = sim.portal().contacts.create({ city: "Old" });
  await clock.advance(60_000);
  sim.portal().contacts.update(id, { city: "New" });
  const filterGroups = [{ filters: [{ propertyName: "city", operator: "EQ", value: "old" }] }];
  const search = async () =>
    (await call(`POST ${CONTACTS}/search`, { filterGroups, properties: ["city"] })).body.results[0].properties.city;
  expect(await search()).toBe("New");
  sim.configure({ searchShows: "indexed" });
  expect(await search()).toBe("Old");
});
