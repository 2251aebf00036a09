import { associationType } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { all, client } from "./client/bed.ts";

describe("records of every type", () => {
  it("are written and read with the types of their properties", async () => {
    const { hs, drive } = client();
    const company = await drive(hs.companies.create({ properties: { name: "Acme", numberofemployees: 12 } }));
    expect(company.properties).toEqual({ name: "Acme", numberofemployees: 12 });
    const deal = await drive(
      hs.deals.create({
        properties: { dealname: "Big", amount: 1_250.5, closedate: new Date("2026-12-01T00:00:00Z") },
        associations: [{ toId: company.id, to: "companies", label: "primary" }],
      }),
    );
    expect(deal.properties).toMatchObject({ amount: 1_250.5, closedate: new Date("2026-12-01T00:00:00Z") });
    const at = new Date("2026-11-20T10:00:00Z");
    const note = await drive(
      hs.notes.create({
        properties: { hs_timestamp: at, hs_note_body: "Called back" },
        associations: [{ toId: company.id, to: "companies" }],
      }),
    );
    expect(note.properties).toEqual({ hs_timestamp: at, hs_note_body: "Called back" });
    const call = await drive(
      hs.calls.create({ properties: { hs_timestamp: at, hs_call_duration: 61_000, hs_call_direction: "INBOUND" } }),
    );
    const read = await drive(hs.calls.get(call.id, { properties: ["hs_call_duration", "hs_call_direction"] }));
    expect(read.properties).toEqual({ hs_call_duration: 61_000, hs_call_direction: "INBOUND" });
    expect(await drive(all(hs.associations.list({ object: "deals", id: deal.id }, "companies")))).toMatchObject([
      { toId: company.id, types: expect.arrayContaining([expect.objectContaining({ typeId: 5 })]) },
    ]);
    expect(await drive(all(hs.associations.list({ object: "notes", id: note.id }, "companies")))).toMatchObject([
      { toId: company.id, types: [{ category: "HUBSPOT_DEFINED", typeId: 190, label: null }] },
    ]);
    const properties = ["hs_object_id"] as const;
    for (const { list } of [hs.tickets, hs.emails, hs.meetings, hs.tasks, hs.products, hs.lineItems].map((each) => ({
      list: each.list as typeof hs.tickets.list,
    }))) {
      expect(await drive(all(list({ properties })))).toEqual([]);
    }
  });

  it("of a custom object have what its schema says", async () => {
    const { hs, drive } = client();
    const schema = await drive(
      hs.schemas.create({
        name: "trunk",
        labels: { singular: "Trunk", plural: "Trunks" },
        primaryDisplayProperty: "trunk_name",
        properties: [
          { name: "trunk_name", label: "Name", type: "string", fieldType: "text" },
          { name: "channels", label: "Channels", type: "number", fieldType: "number" },
          { name: "trunk_id", label: "Id", type: "string", fieldType: "text", hasUniqueValue: true },
        ],
        associatedObjects: ["CONTACT"],
      }),
    );
    expect(schema).toMatchObject({ name: "trunk", labels: { plural: "Trunks" }, archived: false });
    expect(schema.properties.find(({ name }) => name === "trunk_id")).toMatchObject({ unique: true });
    const type = schema.objectTypeId as "2-345";
    const trunks = hs.objects(type);
    const made = await drive(
      trunks.batchUpsert([{ id: "t1", properties: { trunk_id: "t1", trunk_name: "One", channels: 30 } }], {
        idProperty: "trunk_id",
      }),
    );
    expect(made).toMatchObject([{ ok: true, created: true, value: { properties: { channels: 30 } } }]);
    const byId = { idProperty: "trunk_id" };
    const again = await drive(trunks.upsert("t1", { channels: 60 }, byId));
    expect(again).toMatchObject({ id: made[0]?.ok && made[0].value.id, properties: { channels: 60 } });
    const second = await drive(trunks.upsert("t2", { trunk_name: "Two" }, byId));
    expect(second.id).not.toBe(again.id);
    await drive(trunks.archive(second.id));
    await expect(drive(trunks.upsert("t3", { channels: "many" }, byId))).rejects.toMatchObject({
      ...{ name: "HubSpotValidationError", code: "VALIDATION_FAILED", status: 207, retryable: false },
      reasons: [{ property: "channels", code: "VALIDATION_FAILED" }],
    });
    // By e-mail HubSpot writes complete records only, and answers without the others.
    const partly = hs.contacts.upsert("ada@example.com", { firstname: "Ada" }, { idProperty: "email" });
    await expect(drive(partly)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "NOT_FOUND: HubSpot's answer leaves the record out",
    });
    expect((await drive(hs.schemas.list())).map(({ objectTypeId }) => objectTypeId)).toEqual([type]);
    expect((await drive(hs.schemas.get(schema.fullyQualifiedName))).objectTypeId).toBe(type);
    await drive(hs.schemas.update(type, { labels: { singular: "Line", plural: "Lines" } }));
    expect((await drive(hs.schemas.get(type))).labels.plural).toBe("Lines");
    const link = await drive(hs.schemas.addAssociation(type, { toObjectTypeId: "0-2", name: "trunk_to_company" }));
    await drive(hs.schemas.removeAssociation(type, link.id));
    const id = made[0]?.ok === true ? made[0].value.id : "";
    await drive(trunks.archive(id));
    await drive(hs.schemas.archive(type));
    expect(await drive(hs.schemas.list())).toEqual([]);
  });

  it("are merged into one whose id may be new, and contacts are erased", async () => {
    const { hs, drive, simulator } = client();
    const [a, b] = await drive(
      Promise.all(["a", "b"].map((name) => hs.contacts.create({ properties: { email: `${name}@example.com` } }))),
    );
    const survivor = await drive(hs.contacts.merge(a?.id ?? "", b?.id ?? ""));
    for (const old of [a, b]) {
      expect((await drive(hs.contacts.get(old?.id ?? "", { properties: [] }))).id).toBe(survivor);
    }
    await expect(drive(hs.contacts.merge(survivor, "999"))).rejects.toMatchObject({ code: /NOT_FOUND|VALIDATION/ });
    await drive(hs.contacts.gdprDelete("a@example.com", { idProperty: "email" }));
    expect(simulator.portal().contacts.size).toBe(0);
    await expect(drive(hs.contacts.get(survivor, { properties: [] }))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("associations", () => {
  it("are added, kept, replaced and removed by category and type", async () => {
    const { hs, drive } = client();
    const { id: contact } = await drive(hs.contacts.create({ properties: { email: "a@example.com" } }));
    const { id: company } = await drive(hs.companies.create({ properties: { name: "Acme" } }));
    const [from, to] = [
      { object: "contacts", id: contact },
      { object: "companies", id: company },
    ] as const;
    const types = async () => {
      const [found] = await drive(all(hs.associations.list(from, "companies")));
      return (found?.types ?? []).map(({ category, typeId }) => `${category} ${typeId}`).toSorted();
    };
    const labels = hs.associations.labels("contacts", "companies");
    const [label] = await drive(labels.create({ name: "billing", label: "Billing contact" }));
    if (label === undefined) throw new Error("no label");
    expect((await drive(labels.list())).map(({ label }) => label)).toContain("Billing contact");
    await drive(hs.associations.link(from, to));
    await drive(hs.associations.link(from, to, [label]));
    expect(await types()).toEqual(expect.arrayContaining(["HUBSPOT_DEFINED 279", `USER_DEFINED ${label.typeId}`]));
    const primary = associationType("contacts", "companies", "primary");
    if (primary === undefined) throw new Error("no primary type");
    await drive(hs.associations.replace(from, to, [primary]));
    expect(await types()).not.toContain(`USER_DEFINED ${label.typeId}`);
    await drive(hs.associations.link(from, to, [label]));
    await drive(hs.associations.unlink(from, to, [label]));
    expect(await types()).not.toContain(`USER_DEFINED ${label.typeId}`);
    await drive(hs.associations.unlink(from, to));
    expect(await types()).toEqual([]);
    await drive(labels.rename(label.typeId, "Pays"));
    expect((await drive(labels.list())).map(({ label }) => label)).toContain("Pays");
    await drive(labels.delete(label.typeId));
    expect((await drive(labels.list())).map(({ label }) => label)).not.toContain("Pays");
  });

  it("of thousands of records take few calls and every input has its outcome", async () => {
    const { hs, drive, simulator, hubspoke } = client();
    const contacts = simulator.seedContacts(1_200);
    const { id: company } = await drive(hs.companies.create({ properties: { name: "Acme" } }));
    const links = [...contacts, "999999"].map((fromId) => ({ fromId, toId: company }));
    const before = hubspoke.calls.stats().calls;
    const linked = await drive(hs.associations.batchLink("contacts", "companies", links));
    expect(linked.filter(({ ok }) => ok)).toHaveLength(1_200);
    expect(linked[1_200]).toMatchObject({ ok: false, code: "NOT_FOUND" });
    const read = await drive(hs.associations.batchRead("contacts", "companies", [...contacts, "999999"]));
    expect(read).toHaveLength(1_201);
    expect(read[7]).toMatchObject({ ok: true, value: [{ toId: company }] });
    expect(read[1_200]).toMatchObject({ ok: true, value: [] });
    // One to link, two of a thousand to read.
    expect(hubspoke.calls.stats().calls - before).toBe(3);
    // 1,200 at one end are read by pages of 500.
    expect(await drive(all(hs.associations.list({ object: "companies", id: company }, "contacts")))).toHaveLength(
      1_200,
    );
    const [back] = await drive(hs.associations.batchRead("companies", "contacts", [company]));
    expect(back).toMatchObject({ ok: true });
    expect(back?.ok === true ? back.value : []).toHaveLength(1_200);
    await drive(hs.associations.batchUnlink("contacts", "companies", links.slice(0, 1_200)));
    expect(await drive(all(hs.associations.list({ object: "companies", id: company }, "contacts")))).toEqual([]);
  });

  it("that HubSpot refuses say so", async () => {
    const { hs, drive } = client();
    const { id } = await drive(hs.contacts.create({ properties: { email: "a@example.com" } }));
    const from = { object: "contacts", id } as const;
    await expect(drive(hs.associations.link(from, { object: "companies", id: "999999" }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(
      drive(hs.notes.create({ properties: {}, associations: [{ toId: id, to: "products" }] })),
    ).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining("from notes to products") });
  });

  it.each(["2026-03", "v3"] as const)("speak %s", async (apiVersion) => {
    const { hs, drive } = client({}, { apiVersion });
    const { id: contact } = await drive(hs.contacts.create({ properties: { email: "a@example.com" } }));
    const { id: company } = await drive(hs.companies.create({ properties: { name: "Acme" } }));
    const [from, to] = [
      { object: "contacts", id: contact },
      { object: "companies", id: company },
    ] as const;
    await drive(hs.associations.link(from, to));
    expect(await drive(all(hs.associations.list(from, "companies")))).toMatchObject([{ toId: company }]);
    expect((await drive(hs.associations.labels("contacts", "companies").list())).length).toBeGreaterThan(1);
    await drive(hs.associations.unlink(from, to));
    expect(await drive(hs.associations.batchRead("contacts", "companies", [contact]))).toEqual([
      { index: 0, ok: true, value: [] },
    ]);
  });
});
