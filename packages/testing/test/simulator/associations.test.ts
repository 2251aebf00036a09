import { describe, expect, it } from "vitest";
import { type Bench, bench } from "./helpers.ts";

const OBJECTS = "/crm/objects/2026-09";
const PAIRS = "/crm/associations/2026-09";

async function make({ call }: Bench, type: string, properties: object = {}, more: object = {}): Promise<string> {
  const { status, body } = await call(`POST ${OBJECTS}/${type}`, { properties, ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

async function typeIds({ call }: Bench, from: string, to: string): Promise<Record<string, number[]>> {
  const { body } = await call(`GET ${OBJECTS}/${from}/associations/${to}`);
  return Object.fromEntries(
    body.results.map((result: { toObjectId: string; associationTypes: { typeId: number }[] }) => [
      result.toObjectId,
      result.associationTypes.map((type) => type.typeId),
    ]),
  );
}

const spec = (associationTypeId: number, associationCategory = "HUBSPOT_DEFINED") => ({
  associationCategory,
  associationTypeId,
});

describe("associations of one record", () => {
  it("are seen from both sides, each with its own numbers", async () => {
    const b = bench();
    const contact = await make(b, "contacts");
    const deal = await make(b, "deals");
    const made = await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/deals/${deal}`);
    expect(made.body.results).toEqual([
      { from: { id: contact }, to: { id: deal }, associationSpec: spec(4) },
      { from: { id: deal }, to: { id: contact }, associationSpec: spec(3) },
    ]);
    expect(await typeIds(b, `contacts/${contact}`, "deals")).toEqual({ [deal]: [4] });
    expect(await typeIds(b, `deals/${deal}`, "contacts")).toEqual({ [contact]: [3] });
    expect((await b.call(`DELETE ${OBJECTS}/deals/${deal}/associations/contacts/${contact}`)).status).toBe(204);
    expect(await typeIds(b, `contacts/${contact}`, "deals")).toEqual({});
  });

  it("have one primary company, which the contact names", async () => {
    const b = bench();
    const contact = await make(b, "contacts");
    const [first, second] = [await make(b, "companies"), await make(b, "companies")];
    await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/companies/${first}`);
    expect(await typeIds(b, `contacts/${contact}`, "companies")).toEqual({ [first]: [1, 279] });
    await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/companies/${second}`, [spec(1)]);
    expect(await typeIds(b, `contacts/${contact}`, "companies")).toEqual({ [first]: [279], [second]: [1, 279] });
    expect(await typeIds(b, `companies/${second}`, "contacts")).toEqual({ [contact]: [2, 280] });
    expect(b.sim.portal().contacts.get(contact)?.properties.associatedcompanyid).toBe(second);
  });

  it("lose, on PUT, every label that is not named", async () => {
    const b = bench();
    const [a, c] = [await make(b, "contacts"), await make(b, "contacts")];
    const label = async (name: string) =>
      (await b.call(`POST ${PAIRS}/contacts/contacts/labels`, { name, label: name, inverseLabel: `${name} of` })).body
        .results[0].typeId;
    const [boss, friend] = [await label("boss"), await label("friend")];
    const put = (...ids: number[]) =>
      b.call(
        `PUT ${OBJECTS}/contacts/${a}/associations/contacts/${c}`,
        ids.map((id) => spec(id, "USER_DEFINED")),
      );
    await put(boss, friend);
    expect(await typeIds(b, `contacts/${a}`, "contacts")).toEqual({ [c]: [boss, friend, 449] });
    await put(friend);
    expect(await typeIds(b, `contacts/${a}`, "contacts")).toEqual({ [c]: [friend, 449] });
  });

  it("come with a create, and with a read that asks for them", async () => {
    const b = bench();
    const contact = await make(b, "contacts");
    const note = await make(
      b,
      "notes",
      { hs_timestamp: "1700000000000", hs_note_body: "<p>hi</p>" },
      { associations: [{ to: { id: contact }, types: [spec(202)] }] },
    );
    const read = await b.call(`GET ${OBJECTS}/contacts/${contact}?associations=notes,deals`);
    expect(read.body.associations).toEqual({ notes: { results: [{ id: note, type: "contact_to_note" }] } });
    const unknown = await b.call(`POST ${OBJECTS}/notes`, {
      properties: { hs_timestamp: "1700000000000" },
      associations: [{ to: { id: "1" }, types: [spec(202)] }],
    });
    expect(unknown.status).toBe(404);
    expect(b.sim.portal().objects("notes").size).toBe(1);
  });

  it("disappear with an archived record and go over in a merge", async () => {
    const b = bench();
    const [a, c] = [await make(b, "contacts"), await make(b, "contacts")];
    const [x, y] = [await make(b, "deals"), await make(b, "deals")];
    await b.call(`PUT ${OBJECTS}/contacts/${a}/associations/default/deals/${x}`);
    await b.call(`PUT ${OBJECTS}/contacts/${c}/associations/default/deals/${y}`);
    const { id } = (await b.call(`POST ${OBJECTS}/contacts/merge`, { primaryObjectId: a, objectIdToMerge: c })).body;
    expect(Object.keys(await typeIds(b, `contacts/${id}`, "deals"))).toEqual([x, y]);
    expect(await typeIds(b, `deals/${y}`, "contacts")).toEqual({ [id]: [3] });
    await b.call(`DELETE ${OBJECTS}/deals/${x}`);
    expect(Object.keys(await typeIds(b, `contacts/${id}`, "deals"))).toEqual([y]);
    b.sim.portal().objects("deals").restore(x);
    expect(Object.keys(await typeIds(b, `contacts/${id}`, "deals"))).toEqual([x, y]);
  });

  it("are refused where a pair has none, and for records that do not exist", async () => {
    const b = bench();
    const contact = await make(b, "contacts");
    expect((await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/products/1`)).status).toBe(400);
    expect((await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/deals/1`)).status).toBe(404);
    expect((await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/deals/1`, [spec(999)])).status).toBe(400);
  });
});

describe("associations in batches", () => {
  it("are created, read with 207 for those without, and archived", async () => {
    const b = bench();
    const [a, c] = [await make(b, "contacts"), await make(b, "contacts")];
    const deal = await make(b, "deals");
    const created = await b.call(`POST ${PAIRS}/contacts/deals/batch/create`, {
      inputs: [{ from: { id: a }, to: { id: deal }, types: [spec(4)] }],
    });
    expect(created.status).toBe(201);
    expect(created.body.results).toMatchObject([{ fromObjectId: a, toObjectId: deal, labels: [] }]);
    const read = await b.call(`POST ${PAIRS}/contacts/deals/batch/read`, { inputs: [{ id: a }, { id: c }] });
    expect(read.status).toBe(207);
    expect(read.body.results).toMatchObject([{ from: { id: a }, to: [{ toObjectId: deal }] }]);
    expect(read.body.errors).toMatchObject([{ subCategory: "crm.associations.NO_ASSOCIATIONS_FOUND" }]);
    const archive = { inputs: [{ from: { id: a }, to: [{ id: deal }] }] };
    expect((await b.call(`POST ${PAIRS}/contacts/deals/batch/archive`, archive)).status).toBe(204);
    expect(await typeIds(b, `contacts/${a}`, "deals")).toEqual({});
    const old = { inputs: [{ from: { id: a }, to: { id: deal } }] };
    expect((await b.call(`POST ${PAIRS}/contacts/deals/batch/archive`, old)).status).toBe(400);
  });

  it("page through many", async () => {
    const b = bench({ limits: { tenSecondly: 10_000 } });
    const company = await make(b, "companies");
    const ids = b.sim.seedContacts(620);
    const inputs = ids.map((id) => ({ from: { id }, to: { id: company } }));
    await b.call(`POST ${PAIRS}/contacts/companies/batch/associate/default`, { inputs });
    const first = await b.call(`POST ${PAIRS}/companies/contacts/batch/read`, { inputs: [{ id: company }] });
    const { to, paging } = first.body.results[0];
    expect(to).toHaveLength(500);
    const second = await b.call(`POST ${PAIRS}/companies/contacts/batch/read`, {
      inputs: [{ id: company, after: paging.next.after }],
    });
    const all = [...to, ...second.body.results[0].to].map((one: { toObjectId: string }) => one.toObjectId);
    expect(all).toEqual(ids);
  });

  it("lose all labels with the plain type, one with its own", async () => {
    const b = bench();
    const contact = await make(b, "contacts");
    const company = await make(b, "companies");
    await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/companies/${company}`);
    const archive = (id: number) =>
      b.call(`POST ${PAIRS}/contacts/companies/batch/labels/archive`, {
        inputs: [{ from: { id: contact }, to: { id: company }, types: [spec(id)] }],
      });
    await archive(1);
    expect(await typeIds(b, `contacts/${contact}`, "companies")).toEqual({ [company]: [279] });
    await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/companies/${company}`, [spec(1)]);
    await archive(279);
    expect(await typeIds(b, `contacts/${contact}`, "companies")).toEqual({});
  });
});

describe("labels", () => {
  it("are listed with HubSpot's own, renamed, removed, and end at fifty", async () => {
    const b = bench();
    const labels = `${PAIRS}/contacts/companies/labels`;
    expect((await b.call(`GET ${labels}`)).body.results).toEqual([
      { category: "HUBSPOT_DEFINED", typeId: 1, label: "Primary" },
      { category: "HUBSPOT_DEFINED", typeId: 279, label: null },
    ]);
    const created = await b.call(`POST ${labels}`, { name: "buyer", label: "Buyer", inverseLabel: "Bought by" });
    const { typeId } = created.body.results[0];
    expect((await b.call(`POST ${labels}`, { name: "buyer", label: "Buyer" })).status).toBe(409);
    await b.call(`PUT ${labels}`, { associationTypeId: typeId, label: "Purchaser" });
    const own = async () =>
      (await b.call(`GET ${labels}`)).body.results
        .filter((type: { category: string }) => type.category === "USER_DEFINED")
        .map((type: { label: string }) => type.label);
    expect(await own()).toEqual(["Purchaser"]);
    expect((await b.call(`DELETE ${labels}/${typeId}`)).status).toBe(204);
    expect(await own()).toEqual([]);
    for (let i = 0; i < 50; i++) await b.call(`POST ${labels}`, { name: `l${i}`, label: `L${i}` });
    expect((await b.call(`POST ${labels}`, { name: "l50", label: "L50" })).status).toBe(437);
  });
});

it("fires in both directions, without objectId", async () => {
  const b = bench({ subscriptions: ["contact.associationChange", "company.associationChange"] });
  const contact = await make(b, "contacts");
  const company = await make(b, "companies");
  await b.call(`PUT ${OBJECTS}/contacts/${contact}/associations/default/companies/${company}`);
  const common = { associationRemoved: false, changeSource: "INTEGRATION" };
  const [c, k] = [Number(contact), Number(company)];
  expect(b.sim.pendingWebhooks).toMatchObject([
    { ...common, associationType: "CONTACT_TO_COMPANY", fromObjectId: c, toObjectId: k, isPrimaryAssociation: false },
    { ...common, associationType: "COMPANY_TO_CONTACT", fromObjectId: k, toObjectId: c, isPrimaryAssociation: false },
    { ...common, associationType: "CONTACT_TO_COMPANY", isPrimaryAssociation: true },
    { ...common, associationType: "COMPANY_TO_CONTACT", isPrimaryAssociation: true },
  ]);
  for (const event of b.sim.pendingWebhooks) expect(event).not.toHaveProperty("objectId");
});

it("can be searched by", async () => {
  const b = bench();
  const [a, c] = [await make(b, "contacts"), await make(b, "contacts")];
  const company = await make(b, "companies");
  await b.call(`PUT ${OBJECTS}/contacts/${a}/associations/default/companies/${company}`);
  const search = async (operator: string, more: object = {}) => {
    await b.clock.advance(1_000);
    const { body } = await b.call(`POST ${OBJECTS}/contacts/search`, {
      filterGroups: [{ filters: [{ propertyName: "associations.company", operator, ...more }] }],
    });
    return body.results.map((contact: { id: string }) => contact.id);
  };
  expect(await search("EQ", { value: company })).toEqual([a]);
  expect(await search("IN", { values: [company, "1"] })).toEqual([a]);
  expect(await search("NOT_HAS_PROPERTY")).toEqual([c]);
});

it("still answers the v3 and v4 paths", async () => {
  const b = bench();
  const contact = await make(b, "contacts");
  const company = await make(b, "companies");
  const v3 = `/crm/v3/objects/contacts/${contact}/associations/companies`;
  expect((await b.call(`PUT ${v3}/${company}/contact_to_company`)).status).toBe(200);
  expect((await b.call(`GET ${v3}`)).body.results).toEqual([{ id: company, type: "contact_to_company" }]);
  const v4 = await b.call(`GET /crm/v4/objects/contacts/${contact}/associations/companies`);
  expect(v4.body.results).toMatchObject([{ toObjectId: company }]);
  const types = await b.call("GET /crm/v3/associations/contacts/companies/types");
  expect(types.body.results).toContainEqual({ id: "279", name: "contact_to_company" });
  expect((await b.call(`DELETE ${v3}/${company}/279`)).status).toBe(204);
  expect((await b.call(`GET ${v3}`)).body.results).toEqual([]);
});
