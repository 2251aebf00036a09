import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

const CONFIGURATIONS = "/crm/associations/2026-09/definitions/configurations";
const BATCH = "/crm/associations/2026-09/contacts/companies/batch";
const plain = { associationCategory: "HUBSPOT_DEFINED", associationTypeId: 279 };

async function withRecords(options = {}) {
  const made = bench(options);
  const make = async (type: string) =>
    (await made.call(`POST /crm/objects/2026-09/${type}`, { properties: {} })).body.id as string;
  const link = (from: string, to: string, types: object[] = [plain]) =>
    made.call(`PUT ${CONTACTS}/${from}/associations/companies/${to}`, types);
  return { ...made, make, link };
}

describe("limits of associations", () => {
  it("stop one record from having too many, from either side, and leave nothing half done", async () => {
    const { make, link, call } = await withRecords({ associationsPerRecord: 2 });
    const contact = await make("contacts");
    const companies = [await make("companies"), await make("companies"), await make("companies")] as const;
    expect((await link(contact, companies[0])).status).toBe(201);
    expect((await link(contact, companies[1])).status).toBe(201);
    const refused = await link(contact, companies[2]);
    expect([refused.status, refused.body.errors[0].code]).toEqual([400, "ASSOCIATIONS_LIMIT_EXCEEDED"]);
    expect((await call(`GET ${CONTACTS}/${contact}/associations/companies`)).body.results).toHaveLength(2);
    expect(
      (await call(`GET /crm/objects/2026-09/companies/${companies[2]}/associations/contacts`)).body.results,
    ).toEqual([]);
    expect((await link(contact, companies[0])).status).toBe(201);

    for (const _ of [1, 2]) await link(await make("contacts"), companies[2]);
    expect((await link(await make("contacts"), companies[2])).status).toBe(400);
  });

  it("are set by the account, below HubSpot's own and labels below plain ones", async () => {
    const { call, make, link } = await withRecords({ associationsPerRecord: 100 });
    const labels = await call("POST /crm/associations/2026-09/contacts/companies/labels", {
      name: "boss",
      label: "Boss",
    });
    const boss: number = labels.body.results[0].typeId;
    const set = (typeId: number, maxToObjectIds: number, verb = "create") =>
      call(`POST ${CONFIGURATIONS}/contacts/companies/batch/${verb}`, { inputs: [{ typeId, maxToObjectIds }] });
    const created = await set(279, 3);
    expect(created.body.results).toMatchObject([
      { category: "HUBSPOT_DEFINED", typeId: 279, userEnforcedMaxToObjectIds: 3 },
    ]);
    expect((await set(279, 101)).body.message).toBe("maxToObjectIds must be between 1 and 100, got 101");
    expect((await set(boss, 4)).body.message).toBe("maxToObjectIds must be between 1 and 3, got 4");
    expect((await set(boss, 1)).status).toBe(200);
    expect((await set(boss, 2, "update")).status).toBe(200);
    expect((await set(279, 1, "update")).body.message).toBe("maxToObjectIds must be between 2 and 100, got 1");
    const primary = { category: "HUBSPOT_DEFINED", typeId: 1, maxToObjectIds: 1 };
    expect((await call(`POST ${CONFIGURATIONS}/contacts/companies/batch/update`, { inputs: [primary] })).status).toBe(
      404,
    );
    expect((await set(9_999, 1)).status).toBe(400);
    for (const path of ["all", "contacts/companies"]) {
      expect((await call(`GET ${CONFIGURATIONS}/${path}`)).body.results).toHaveLength(2);
    }
    expect((await call(`GET ${CONFIGURATIONS}/companies/contacts`)).body.results).toEqual([]);

    const contact = await make("contacts");
    const bossOf = { associationCategory: "USER_DEFINED", associationTypeId: boss };
    for (const _ of [1, 2]) expect((await link(contact, await make("companies"), [bossOf])).status).toBe(201);
    expect((await link(contact, await make("companies"), [bossOf])).status).toBe(400);
    const others = [await make("companies"), await make("companies")];
    const inputs = others.map((id) => ({ from: { id: contact }, to: { id }, types: [plain] }));
    const batch = await call(`POST ${BATCH}/create`, { inputs });
    expect([batch.status, batch.body.results.length, batch.body.numErrors]).toEqual([207, 1, 1]);

    await call(`POST ${CONFIGURATIONS}/contacts/companies/batch/purge`, {
      inputs: [{ typeId: 279 }, { typeId: boss }],
    });
    expect((await call(`GET ${CONFIGURATIONS}/all`)).body.results).toEqual([]);
    expect((await link(contact, await make("companies"), [bossOf])).status).toBe(201);
  });

  it("cap labels of one's own for a pair: 437", async () => {
    const { call } = bench({ labelsPerPair: 2 });
    const define = async (n: number) =>
      (await call("POST /crm/associations/2026-09/contacts/deals/labels", { name: `l${n}`, label: `L${n}` })).status;
    expect([await define(1), await define(2), await define(3)]).toEqual([200, 200, 437]);
  });

  it("cap what a batch holds: 1,000 to read, 2,000 to create", async () => {
    const { call } = bench();
    const inputs = (n: number) => ({ inputs: Array.from({ length: n }, () => ({ id: "1" })) });
    expect((await call(`POST ${BATCH}/read`, inputs(1_000))).status).toBe(207);
    expect((await call(`POST ${BATCH}/read`, inputs(1_001))).status).toBe(400);
    const links = (n: number) => ({
      inputs: Array.from({ length: n }, () => ({ from: { id: "1" }, to: { id: "1" }, types: [plain] })),
    });
    expect((await call(`POST ${BATCH}/create`, links(2_000))).status).toBe(207);
    expect((await call(`POST ${BATCH}/create`, links(2_001))).status).toBe(400);
  });

  it("can have a rate of their own", async () => {
    const { call, make, link } = await withRecords({ limits: { associationsTenSecondly: 2 } });
    const [contact, company] = [await make("contacts"), await make("companies")];
    expect((await link(contact, company)).status).toBe(201);
    expect((await call(`GET ${CONTACTS}/${contact}/associations/companies`)).status).toBe(200);
    expect((await link(contact, company)).body.policyName).toBe("TEN_SECONDLY_ROLLING");
    expect((await call(`GET ${CONTACTS}/${contact}`)).status).toBe(200);
  });
});

describe("the user an app acts for", () => {
  it("may be kept from associations: 400 in 2026-09, and in no version before", async () => {
    const { call, make } = await withRecords({
      portals: [{ id: 1, tokens: [{ token: "user", editsAssociations: false }] }],
    });
    const [contact, company] = [await make("contacts"), await make("companies")];
    const missing = "Missing 'Edit Associations' permission.";
    const pair = `/${contact}/associations/companies/${company}`;
    const refused = await call(`PUT ${CONTACTS}${pair}`, [plain]);
    expect([refused.status, refused.body.message]).toEqual([400, missing]);
    expect((await call(`DELETE ${CONTACTS}${pair}`)).body.message).toBe(missing);
    const inputs = [{ from: { id: contact }, to: { id: company }, types: [plain] }];
    expect((await call(`POST ${BATCH}/create`, { inputs })).body.message).toBe(missing);
    const associations = [{ to: { id: company }, types: [plain] }];
    expect((await call(`POST ${CONTACTS}`, { properties: {}, associations })).body.message).toBe(missing);
    expect((await call(`POST ${CONTACTS}`, { properties: {}, associations: [] })).status).toBe(201);
    expect((await call(`GET ${CONTACTS}/${contact}/associations/companies`)).status).toBe(200);
    expect((await call(`PUT /crm/v4/objects/contacts${pair}`, [plain])).status).toBe(201);
  });

  it("may have a key that only writes: its reads hear of no scope", async () => {
    const { call } = bench({ portals: [{ id: 1, tokens: [{ token: "w", scopes: ["crm.objects.contacts.write"] }] }] });
    const { status, body } = await call(`GET ${CONTACTS}`);
    expect([status, body.category, body.errors]).toEqual([403, "MISSING_SCOPES", undefined]);
    const other = await call("GET /crm/objects/2026-09/companies");
    expect(other.body.errors[0].context.requiredGranularScopes).toEqual(["crm.objects.companies.read"]);
  });
});
