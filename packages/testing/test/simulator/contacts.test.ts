import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

describe("contacts, one at a time", () => {
  it("creates, reads, changes and archives", async () => {
    const { call, clock } = bench();
    const created = await call(`POST ${CONTACTS}`, { properties: { email: "ann@acme.example", firstname: "Ann" } });
    expect(created.status).toBe(201);
    const { id } = created.body;
    expect(created.body.properties).toMatchObject({ email: "ann@acme.example", firstname: "Ann", hs_object_id: id });
    expect(created.body.url).toBe(`https://app.hubspot.com/contacts/62515/record/0-1/${id}`);

    await clock.advance(1_000);
    const updated = await call(`PATCH ${CONTACTS}/${id}`, { properties: { firstname: "Anna", lastname: "Lee" } });
    expect(updated.status).toBe(200);
    expect(Date.parse(updated.body.updatedAt) - Date.parse(created.body.updatedAt)).toBe(1_000);

    const read = await call(`GET ${CONTACTS}/${id}?properties=lastname,phone,no_such_property`);
    expect(read.body.properties).toEqual({
      lastname: "Lee",
      phone: null,
      createdate: created.body.createdAt,
      lastmodifieddate: updated.body.updatedAt,
      hs_object_id: id,
    });

    expect((await call(`DELETE ${CONTACTS}/${id}`)).status).toBe(204);
    expect((await call(`GET ${CONTACTS}/${id}`)).body).toMatchObject({
      status: "error",
      message: "resource not found",
    });
    expect((await call(`GET ${CONTACTS}/${id}?archived=true`)).body).toMatchObject({ id, archived: true });
    expect((await call(`PATCH ${CONTACTS}/${id}`, { properties: { firstname: "B" } })).status).toBe(404);
  });

  it("speaks the legacy paths, without what only 2026-09 answers", async () => {
    const { call } = bench();
    const created = await call("POST /crm/v3/objects/contacts", { properties: { email: " Ann@Acme.example" } });
    expect(created.status).toBe(201);
    expect(created.body.properties.email).toBe("ann@acme.example");
    expect(created.body).not.toHaveProperty("url");
    expect(created.body).not.toHaveProperty("warnings");
    expect((await call(`GET /crm/objects/2026-03/contacts/${created.body.id}`)).body).not.toHaveProperty("url");
  });

  it("finds by a unique property, and only by a unique one", async () => {
    const { call } = bench();
    const { body } = await call(`POST ${CONTACTS}`, { properties: { email: "ann@acme.example" } });
    const found = await call(`GET ${CONTACTS}/ANN%40acme.example?idProperty=email`);
    expect(found.body.id).toBe(body.id);
    expect((await call(`GET ${CONTACTS}/Ann?idProperty=firstname`)).status).toBe(400);
    expect((await call(`GET ${CONTACTS}/nobody%40acme.example?idProperty=email`)).body.category).toBe(
      "OBJECT_NOT_FOUND",
    );
  });

  it("answers a duplicate create with the existing id, and a duplicate update with both", async () => {
    const { call } = bench();
    const first = (await call(`POST ${CONTACTS}`, { properties: { email: "ann@acme.example" } })).body.id;
    const again = await call(`POST ${CONTACTS}`, { properties: { email: "ANN@acme.example" } });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      status: "error",
      message: `Contact already exists. Existing ID: ${first}`,
      category: "CONFLICT",
    });
    const second = (await call(`POST ${CONTACTS}`, { properties: { email: "bob@acme.example" } })).body.id;
    const taken = await call(`PATCH ${CONTACTS}/${second}`, { properties: { email: "ann@acme.example" } });
    expect(taken.status).toBe(400);
    expect(taken.body.message).toBe(
      "Cannot set PropertyValueCoordinates{portalId=62515, objectTypeId=ObjectTypeId{legacyObjectType=CONTACT}, " +
        `propertyName=email, value=ann@acme.example} on ${second}. ${first} already has that value.`,
    );
    await call(`DELETE ${CONTACTS}/${first}`);
    expect((await call(`POST ${CONTACTS}`, { properties: { email: "ann@acme.example" } })).status).toBe(201);
  });

  it("refuses unknown, read-only and malformed values, all at once, and writes nothing", async () => {
    const { call, sim } = bench();
    const refused = await call(`POST ${CONTACTS}`, {
      properties: {
        email: "not an address",
        shoe_size: "44",
        hs_object_id: "7",
        hs_lead_status: "MAYBE",
        firstname: "A",
      },
    });
    expect(refused.status).toBe(400);
    expect(refused.body.category).toBe("VALIDATION_ERROR");
    expect(refused.body.message).toMatch(/^Property values were not valid: \[\{/);
    expect(refused.body.errors.map((error: { code: string }) => error.code)).toEqual([
      "INVALID_EMAIL",
      "PROPERTY_DOESNT_EXIST",
      "READ_ONLY_VALUE",
      "INVALID_OPTION",
    ]);
    expect(sim.portal().contacts.size).toBe(0);
  });

  it("keeps each property's history with its source, newest first", async () => {
    const { call, sim, clock } = bench();
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { email: "ann@acme.example", firstname: "Ann" } }))
      .body;
    await clock.advance(5_000);
    sim.portal().contacts.update(id, { firstname: "Anna" });
    const { body } = await call(`GET ${CONTACTS}/${id}?propertiesWithHistory=firstname`);
    expect(body.propertiesWithHistory.firstname).toEqual([
      {
        value: "Anna",
        timestamp: "2026-11-20T12:00:05.000Z",
        sourceType: "CRM_UI",
        sourceId: "userId:1001",
        updatedByUserId: 1001,
      },
      { value: "Ann", timestamp: "2026-11-20T12:00:00.000Z", sourceType: "INTEGRATION", sourceId: "1" },
    ]);
  });

  it("leaves no trace of a write that changes nothing", async () => {
    const { call, clock, sim } = bench();
    const { id, updatedAt } = (await call(`POST ${CONTACTS}`, { properties: { firstname: "Ann" } })).body;
    const events = sim.pendingWebhooks.length;
    await clock.advance(1_000);
    expect((await call(`PATCH ${CONTACTS}/${id}`, { properties: { firstname: " Ann " } })).body.updatedAt).toBe(
      updatedAt,
    );
    expect(sim.portal().contacts.history(id, "firstname")).toHaveLength(1);
    expect(sim.pendingWebhooks).toHaveLength(events);
  });

  it("warns in 2026-09 when the value kept is not the value sent", async () => {
    const { call } = bench();
    const { body } = await call(`POST ${CONTACTS}`, { properties: { email: "  Ann@Acme.EXAMPLE ", firstname: "Ann" } });
    expect(body.warnings).toEqual([
      {
        category: "PROPERTY_VALUE_NORMALIZED",
        context: {
          normalizedValue: "ann@acme.example",
          propertyName: "email",
          rawValue: "  Ann@Acme.EXAMPLE ",
        },
        message: "email was normalized",
      },
    ]);
  });

  it("rewrites phones only when told to", async () => {
    const { call, sim } = bench();
    const typed = { properties: { phone: "(902) 555-1234", country: "Canada" } };
    expect((await call(`POST ${CONTACTS}`, typed)).body.properties.phone).toBe("(902) 555-1234");
    sim.configure({ normalisation: { phone: "international" } });
    expect((await call(`POST ${CONTACTS}`, typed)).body.properties.phone).toBe("+1 902 555 1234");
  });

  it("moves the lifecycle stage forward only, unless cleared first", async () => {
    const { call, sim } = bench();
    const { id } = (await call(`POST ${CONTACTS}`, { properties: { lifecyclestage: "customer" } })).body;
    await call(`PATCH ${CONTACTS}/${id}`, { properties: { lifecyclestage: "lead" } });
    expect(sim.portal().contacts.get(id)?.properties.lifecyclestage).toBe("customer");
    await call(`PATCH ${CONTACTS}/${id}`, { properties: { lifecyclestage: "" } });
    await call(`PATCH ${CONTACTS}/${id}`, { properties: { lifecyclestage: "lead" } });
    expect(sim.portal().contacts.get(id)?.properties.lifecyclestage).toBe("lead");
  });

  it("lists with a cursor, live and archived apart", async () => {
    const { call, sim } = bench();
    const ids = sim.seedContacts(25);
    await call(`DELETE ${CONTACTS}/${ids[3]}`);
    const seen: string[] = [];
    let path: string | undefined = `${CONTACTS}?limit=10`;
    while (path !== undefined) {
      const { body } = await call(`GET ${path}`);
      seen.push(...body.results.map((contact: { id: string }) => contact.id));
      path = body.paging && `${CONTACTS}?limit=10&after=${body.paging.next.after}`;
    }
    expect(seen).toEqual(ids.filter((id) => id !== ids[3]));
    const archived = await call(`GET ${CONTACTS}?archived=true`);
    expect(archived.body.results).toMatchObject([{ id: ids[3], archived: true }]);
    expect((await call(`GET ${CONTACTS}?limit=101`)).status).toBe(400);
  });
});

describe("merges and privacy", () => {
  it("makes a new id that both old ones lead to", async () => {
    const { call, sim } = bench();
    const make = async (properties: object) => (await call(`POST ${CONTACTS}`, { properties })).body.id;
    const primary = await make({ email: "ann@acme.example", firstname: "Ann" });
    const loser = await make({ email: "anna@acme.example", firstname: "Anna", lastname: "Lee" });
    const merged = await call(`POST ${CONTACTS}/merge`, { primaryObjectId: primary, objectIdToMerge: loser });
    const { id } = merged.body;
    expect([primary, loser]).not.toContain(id);
    for (const old of [primary, loser]) expect((await call(`GET ${CONTACTS}/${old}`)).body.id).toBe(id);
    expect(sim.portal().contacts.get(id)?.properties).toMatchObject({
      firstname: "Ann",
      lastname: "Lee",
      email: "ann@acme.example",
      hs_additional_emails: "anna@acme.example",
      hs_merged_object_ids: `${primary};${loser}`,
    });
    expect((await call(`POST ${CONTACTS}`, { properties: { email: "anna@acme.example" } })).status).toBe(409);
    expect((await call(`PATCH ${CONTACTS}/${loser}`, { properties: { company: "Acme" } })).body.id).toBe(id);

    const read = await call(`POST ${CONTACTS}/batch/read`, { properties: [], inputs: [{ id: loser }, { id }] });
    expect(read.status).toBe(200);
    expect(read.body.results.map((contact: { id: string }) => contact.id)).toEqual([id]);
    const updated = await call(`POST ${CONTACTS}/batch/update`, { inputs: [{ id: loser, properties: { city: "X" } }] });
    expect([updated.status, updated.body.results]).toEqual([200, []]);
    expect((await call(`GET ${CONTACTS}?archived=true`)).body.results).toEqual([]);
  });

  it("keeps the primary's id where the account does", async () => {
    const { call, sim } = bench({ mergeCreatesNewId: false });
    const [a, b] = sim.seedContacts(2);
    expect((await call(`POST ${CONTACTS}/merge`, { primaryObjectId: a, objectIdToMerge: b })).body.id).toBe(a);
    expect((await call(`GET ${CONTACTS}/${b}`)).body.id).toBe(a);
  });

  it("erases for privacy, by id or by e-mail", async () => {
    const { call, sim } = bench();
    const [a, b] = sim.seedContacts(2) as [string, string];
    const email = sim.portal().contacts.get(b)?.properties.email;
    expect((await call(`POST ${CONTACTS}/gdpr-delete`, { objectId: a })).status).toBe(204);
    expect((await call(`POST ${CONTACTS}/gdpr-delete`, { objectId: email, idProperty: "email" })).status).toBe(204);
    for (const id of [a, b]) expect((await call(`GET ${CONTACTS}/${id}?archived=true`)).status).toBe(404);
    expect(sim.pendingWebhooks.map((event) => event.subscriptionType)).toEqual([
      "contact.privacyDeletion",
      "contact.deletion",
      "contact.privacyDeletion",
      "contact.deletion",
    ]);
  });

  it("may keep an erased address from coming back", async () => {
    const { call, sim } = bench({ erasureBlocksEmail: true });
    const again = { properties: { email: "ann@acme.example" } };
    sim.portal().contacts.erase(sim.portal().contacts.create(again.properties).id);
    expect((await call(`POST ${CONTACTS}`, again)).status).toBe(400);
    sim.configure({ erasureBlocksEmail: false });
    expect((await call(`POST ${CONTACTS}`, again)).status).toBe(201);
  });
});
