import type { Hubspoke, ObjectsApi } from "@hubspoke/core";
import { describe, expect, it } from "vitest";
import { all, client } from "./client/bed.ts";

type Client = ReturnType<Hubspoke["client"]>;
type Work = readonly (readonly [string, () => Promise<unknown>])[];

const versions = ["2026-09", "2026-03", "v3"] as const;
const at = new Date(0);

/** The standard objects by the client's names for them, each with a record. */
const objects = {
  contacts: { firstname: "Ann" },
  companies: { name: "Acme" },
  deals: { dealname: "Trunk", pipeline: "default", dealstage: "appointmentscheduled" },
  tickets: { subject: "Noise", hs_pipeline: "0", hs_pipeline_stage: "1" },
  products: { name: "Phone" },
  lineItems: { name: "Phone" },
  notes: { hs_note_body: "Hello", hs_timestamp: at },
  calls: { hs_call_title: "Hello", hs_timestamp: at },
  emails: { hs_email_subject: "Hello", hs_email_direction: "EMAIL", hs_timestamp: at },
  meetings: { hs_meeting_title: "Hello", hs_timestamp: at },
  tasks: { hs_task_subject: "Hello", hs_timestamp: at },
} as const;

describe.each(versions)("in %s", (apiVersion) => {
  it.each(Object.keys(objects) as (keyof typeof objects)[])(
    "%s are written, read, listed, searched and archived",
    async (name) => {
      const { hs, drive, hubspoke } = client({}, { apiVersion });
      const api = hs[name] as unknown as ObjectsApi<Record<string, string>>;
      const properties = objects[name] as unknown as Record<string, string>;
      const names = Object.keys(properties);
      const { id } = await drive(api.create({ properties }));
      const [second] = await drive(api.batchCreate([{ properties }]));
      const other = second?.ok === true ? second.value.id : "";
      const both = [id, other].sort();
      expect((await drive(api.get(id, { properties: names }))).properties).toEqual(properties);
      expect(Object.keys((await drive(api.get(id, { properties: names, history: true }))).history ?? {})).toEqual(
        names,
      );
      expect((await drive(api.update(id, properties))).id).toBe(id);
      expect(await drive(api.batchUpdate([{ id, properties }]))).toMatchObject([{ ok: true }]);
      expect(await drive(api.batchRead(both, { properties: names }))).toMatchObject([{ ok: true }, { ok: true }]);
      for (const entries of [
        api.list({ properties: names }),
        api.list({ properties: names, parallel: 2 }),
        api.searchAll({ properties: names }),
      ]) {
        expect((await drive(all(entries))).map((record) => record.id).sort()).toEqual(both);
      }
      expect((await drive(api.search({ properties: names }))).total).toBe(2);
      await drive(api.archive(id));
      expect(await drive(api.batchArchive([other]))).toMatchObject([{ ok: true }]);
      expect(
        (await drive(all(api.list({ properties: [], archived: true })))).map((record) => record.id).sort(),
      ).toEqual(both);
      expect(Object.keys(hubspoke.calls.report())).toEqual([apiVersion]);
    },
  );

  it("everything that is no record is reached", async () => {
    const { hs, drive, simulator } = client({}, { apiVersion });
    const contact = { object: "contacts", id: simulator.portal().contacts.create({}).id } as const;
    const company = { object: "companies", id: simulator.portal().objects("companies").create({}).id } as const;
    for (const part of [propertiesOf, associationsOf(contact, company), listsOf(contact.id), filesOf, accountOf]) {
      for (const [what, work] of part(hs))
        await drive(work()).catch((error: Error) => expect.fail(`${what}: ${error.message}`));
    }
  });
});

function propertiesOf(hs: Client): Work {
  const { groups, ...properties } = hs.properties("companies");
  const field = { name: "trunk_id", label: "Trunk", type: "string", fieldType: "text", groupName: "telephony" };
  const schema = {
    name: "trunk",
    labels: { singular: "Trunk", plural: "Trunks" },
    primaryDisplayProperty: "trunk_name",
    properties: [{ name: "trunk_name", label: "Name", type: "string", fieldType: "text", hasUniqueValue: true }],
  };
  const rows = [{ id: "T-1", properties: { trunk_name: "T-1" } }];
  const stage = { label: "First", displayOrder: 0, metadata: { probability: "0.5" } };
  const pipelines = hs.pipelines("deals");
  return [
    ["groups.create", () => groups.create({ name: "telephony", label: "Telephony" })],
    ["groups.update", () => groups.update("telephony", { label: "Phones" })],
    ["groups.get", () => groups.get("telephony")],
    ["properties.create", () => properties.create(field)],
    ["properties.update", () => properties.update("trunk_id", { label: "Trunk id" })],
    ["properties.get", () => properties.get("trunk_id")],
    [
      "properties.batchRead",
      async () => expect(await properties.batchRead(["trunk_id"])).toMatchObject([{ ok: true }]),
    ],
    ["properties.archive", () => properties.archive("trunk_id")],
    ["groups.archive", () => groups.archive("telephony")],
    [
      "schemas",
      async () => {
        const { objectTypeId } = await hs.schemas.create(schema);
        expect((await hs.schemas.list()).map((one) => one.objectTypeId)).toEqual([objectTypeId]);
        const upserted = await hs.objects(objectTypeId).batchUpsert(rows, { idProperty: "trunk_name" });
        expect(upserted).toMatchObject([{ ok: true, created: true }]);
        await hs.schemas.addAssociation(objectTypeId, { toObjectTypeId: "0-1", name: "trunk_to_contact" });
        await hs.schemas.update(objectTypeId, { labels: { singular: "Line", plural: "Lines" } });
      },
    ],
    [
      "pipelines",
      async () => {
        const { id } = await pipelines.create({ label: "Sales", displayOrder: 9, stages: [stage] });
        const second = await pipelines.stages(id).create({ ...stage, label: "Second", displayOrder: 1 });
        await pipelines.stages(id).update(second.id, { label: "Last" });
        expect((await pipelines.get(id)).stages.map(({ label }) => label)).toEqual(["First", "Last"]);
        await pipelines.stages(id).archive(second.id);
        await pipelines.replace(id, { label: "Sale", displayOrder: 9, stages: [stage] });
        await pipelines.archive(id);
      },
    ],
  ];
}

function associationsOf(
  a: { object: "contacts"; id: string },
  b: { object: "companies"; id: string },
): (hs: Client) => Work {
  return (hs) => {
    const { associations } = hs;
    const labels = associations.labels("contacts", "companies");
    const links = [{ fromId: a.id, toId: b.id }];
    return [
      ["link", () => associations.link(a, b)],
      ["list", async () => expect(await all(associations.list(a, "companies"))).toHaveLength(1)],
      [
        "batchRead",
        async () =>
          expect(await associations.batchRead("contacts", "companies", [a.id])).toMatchObject([{ value: [{}] }]),
      ],
      [
        "labels",
        async () => {
          const [made] = await labels.create({ name: "boss", label: "Boss" });
          if (made === undefined) throw new Error("no label was made");
          await associations.link(a, b, [made]);
          await associations.replace(a, b, [made]);
          await labels.rename(made.typeId, "Chief");
          expect((await labels.list()).map(({ label }) => label)).toContain("Chief");
          await associations.unlink(a, b, [made]);
          await labels.delete(made.typeId);
        },
      ],
      [
        "batchLink",
        async () => expect(await associations.batchLink("contacts", "companies", links)).toMatchObject([{ ok: true }]),
      ],
      [
        "batchUnlink",
        async () =>
          expect(await associations.batchUnlink("contacts", "companies", links)).toMatchObject([{ ok: true }]),
      ],
    ];
  };
}

function listsOf(contactId: string): (hs: Client) => Work {
  return ({ lists }) => [
    [
      "lists",
      async () => {
        const { id } = await lists.create({ name: "Callers", objectTypeId: "0-1", processingType: "MANUAL" });
        expect((await lists.add(id, [contactId])).added).toEqual([contactId]);
        expect((await all(lists.members(id))).map(({ recordId }) => recordId)).toEqual([contactId]);
        expect(await lists.of("contacts", contactId)).toEqual([id]);
        await lists.remove(id, [contactId]);
        await lists.clear(id);
        await lists.rename(id, "Called");
        expect((await lists.byName("0-1", "Called")).id).toBe(id);
        expect((await all(lists.search({ query: "Called" }))).map((list) => list.id)).toEqual([id]);
        await lists.delete(id);
        await lists.restore(id);
      },
    ],
  ];
}

function filesOf({ files, imports, exports }: Client): Work {
  const column = { columnName: "Email", objectTypeId: "0-1", property: "email", identifies: "unique" } as const;
  const people = { fileName: "p.csv", data: "Email\nann@acme.example\n", columns: [column] };
  const ask = { exportType: "VIEW", exportName: "E", format: "CSV", language: "EN" } as const;
  return [
    [
      "files",
      async () => {
        const { id } = await files.upload({ data: "x", fileName: "x.txt", access: "PRIVATE", folderPath: "/calls" });
        expect((await files.signedUrl(id)).url).toContain("http");
        await files.replace(id, { data: "y", fileName: "x.txt", access: "PRIVATE" });
        await files.delete(id);
        await files.importStatus(
          await files.importFromUrl({ url: "https://a.example/b.mp3", access: "PRIVATE", folderPath: "/c" }),
        );
      },
    ],
    [
      "imports",
      async () => {
        const { id } = await imports.start({ name: "People", files: [people] });
        await imports.get(id);
        expect((await all(imports.list())).map((run) => run.id)).toContain(id);
        await all(imports.errors(id));
      },
    ],
    [
      "exports",
      async () => {
        const id = await exports.start({ ...ask, objectType: "CONTACT", objectProperties: ["email"] });
        await exports.status(id);
        await exports.get(id);
      },
    ],
  ];
}

function accountOf(hs: Client): Work {
  return [
    [
      "owners",
      async () => {
        const [first] = await all(hs.owners.list());
        expect(await hs.owners.get(first?.id ?? "")).toMatchObject({ id: first?.id });
      },
    ],
    ["accountInfo", async () => expect((await hs.accountInfo()).portalId).toBe("62515")],
    ["tokenInfo", async () => expect((await hs.tokenInfo()).scopes.length).toBeGreaterThan(0)],
    [
      "request",
      async () =>
        expect(await hs.request("GET /crm/owners/{version}", { query: { limit: 1 } })).toMatchObject({ results: [{}] }),
    ],
    [
      "response",
      async () =>
        expect((await hs.response("GET /crm/owners/{version}")).headers).toHaveProperty("x-hubspot-ratelimit-max"),
    ],
  ];
}
