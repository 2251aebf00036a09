import { describe, expect, it } from "vitest";
import { encodeProperty } from "../model/property-value.ts";
import { contact, testClients } from "./test-clients.fixture.ts";

const properties = "GET /crm/properties/2026-09/contacts";
const definitions = {
  body: {
    results: [
      { name: "lead_score", type: "number", label: "Score" },
      { name: "email" },
      { name: "hs_x", calculated: true, hasUniqueValue: true, options: [{ value: "a" }] },
    ],
  },
};

describe("property names", () => {
  it("that are standard cost no look at the portal", async () => {
    const { hs, run, calls } = testClients({ "PATCH /crm/objects/2026-09/contacts/1": () => ({ body: contact("1") }) });
    await run(hs.contacts.update("1", { email: "a@b.com", firstname: null }));
    expect(calls()).toEqual(["PATCH /crm/objects/2026-09/contacts/1"]);
  });

  it("that are not are looked up once per tenant and object", async () => {
    const { hs, clients, run, calls } = testClients({
      [properties]: () => definitions,
      "GET /crm/objects/2026-09/contacts/*": () => ({ body: contact("1", { lead_score: "7" }) }),
    });
    const [record] = await run(Promise.all([1, 2].map(() => hs.contacts.get("1", { properties: ["lead_score"] }))));
    expect(record?.properties).toEqual({ lead_score: 7 });
    await run(hs.contacts.get("1", { properties: ["lead_score"] }));
    await run(clients.client({ tenant: "acme" }).contacts.get("1", { properties: ["lead_score"] }));
    expect(calls().filter((call) => call === properties)).toHaveLength(1);
    await run(clients.client({ tenant: "other" }).contacts.get("1", { properties: ["lead_score"] }));
    expect(calls().filter((call) => call === properties)).toHaveLength(2);
  });

  it("that do not exist are refused with the nearest one, before anything is read, searched or written", async () => {
    const { hs, run, calls } = testClients({ [properties]: () => definitions });
    const unknown = { code: "PROPERTY_UNKNOWN", message: expect.stringContaining('did you mean "lead_score"') };
    await expect(run(hs.contacts.get("1", { properties: ["lead_scor"] }))).rejects.toMatchObject(unknown);
    await expect(run(hs.contacts.update("1", { lead_scor: 1 }))).rejects.toMatchObject(unknown);
    await expect(
      run(hs.contacts.search({ properties: [], filters: [{ property: "lead_scor", operator: "HAS_PROPERTY" }] })),
    ).rejects.toMatchObject(unknown);
    await expect(run(hs.contacts.batchCreate([{ properties: { lead_scor: 1 } }]))).rejects.toMatchObject(unknown);
    await expect(
      run(
        hs.contacts
          .list({ properties: ["lead_scor"] })
          [Symbol.asyncIterator]()
          .next(),
      ),
    ).rejects.toMatchObject(unknown);
    expect(calls()).toEqual([properties]);
  });

  it.each([60_000, -3_600_000])("made a minute later are found, by a clock that is %i ms on", async (on) => {
    let made = false;
    const { hs, run, clock } = testClients({
      [properties]: () => (made ? { body: { results: [{ name: "brand_new" }] } } : definitions),
      "GET /crm/objects/2026-09/contacts/*": () => ({ body: contact("1") }),
    });
    await expect(run(hs.contacts.get("1", { properties: ["brand_new"] }))).rejects.toMatchObject({
      code: "PROPERTY_UNKNOWN",
    });
    made = true;
    clock.jump(on);
    await run(hs.contacts.get("1", { properties: ["brand_new"] }));
  });

  it("go unchecked, with a warning, when the token may not read definitions", async () => {
    const warned: unknown[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (event: string, fields?: unknown) => warned.push([event, fields]),
    };
    const { hs, run } = testClients(
      {
        [properties]: () => ({ status: 403, body: {} }),
        "GET /crm/objects/2026-09/contacts/*": () => ({ body: contact("1") }),
      },
      { logger },
    );
    await run(hs.contacts.get("1", { properties: ["anything"] }));
    expect(warned).toEqual([["hubspot.properties_unchecked", { tenant: "acme", object: "contacts" }]]);
  });

  it("are listed as the portal defines them", async () => {
    const { hs, run } = testClients({ [properties]: () => definitions });
    expect(await run(hs.properties("contacts").list())).toMatchObject([
      { name: "lead_score", label: "Score", type: "number", readOnly: false, unique: false },
      { name: "email" },
      { name: "hs_x", readOnly: true, unique: true, calculated: true, options: ["a"] },
    ]);
  });
});

describe("values in the wrong place", () => {
  const nested = { properties: { email: "a@b.com", lead_score: 7, phone: null, city: "Halifax" } } as never;
  const direct =
    "the values of this write of contacts stand in the wrong place: update(id, { email, lead_score, phone, … }) and upsert take them directly; create and batches take { properties: { email, lead_score, phone, … } }";

  it("are told from a property of that name, with the shape that is meant", async () => {
    const { hs, run, calls } = testClients({ [properties]: () => definitions });
    const refused = { code: "INPUT_INVALID", message: direct, details: { object: "contacts" } };
    await expect(run(hs.contacts.update("1", nested))).rejects.toMatchObject(refused);
    await expect(run(hs.contacts.upsert("a@b.com", nested, { idProperty: "email" }))).rejects.toMatchObject(refused);
    await expect(run(hs.contacts.create({ properties: nested }))).rejects.toMatchObject(refused);
    await expect(run(hs.contacts.batchUpdate([{ id: "1", properties: nested }]))).rejects.toMatchObject(refused);
    expect(calls()).toEqual([]);
  });

  it.each([
    ["update", "update(id, { … }) and upsert take them directly"],
    ["create", "wrong place: create and batches take { properties: { … } }"],
  ] as const)("are missed by %s", async (method, message) => {
    const { hs, run } = testClients({});
    const call = method === "update" ? hs.contacts.update("1", undefined as never) : hs.contacts.create({} as never);
    await expect(run(call)).rejects.toMatchObject({ code: "INPUT_INVALID", message: expect.stringContaining(message) });
  });

  it("may be of a property that is called so", async () => {
    const { hs, run, transport } = testClients({
      [properties]: () => ({ body: { results: [{ name: "properties" }] } }),
      "PATCH /crm/objects/2026-09/contacts/1": () => ({ body: contact("1") }),
    });
    await run(hs.contacts.update("1", { properties: "two flats" }));
    expect(transport.seen.at(-1)?.body).toEqual({ properties: { properties: "two flats" } });
  });
});

describe("values to write", () => {
  it("become HubSpot's text", async () => {
    const { hs, run, transport } = testClients({
      [properties]: () => ({ body: { results: ["n", "b", "d", "l"].map((name) => ({ name })) } }),
      "POST /crm/objects/2026-09/contacts": () => ({ status: 201, body: contact("1", { n: "1.5" }) }),
    });
    const record = await run(
      hs.contacts.create({
        properties: {
          email: "a@b.com",
          firstname: null,
          lastname: undefined,
          n: 1.5,
          b: false,
          d: new Date(0),
          l: ["x", "y"],
        },
      }),
    );
    expect(transport.seen.at(-1)?.body).toHaveProperty("properties", {
      email: "a@b.com",
      firstname: "",
      n: "1.5",
      b: "false",
      d: "1970-01-01T00:00:00.000Z",
      l: "x;y",
    });
    expect(Object.keys(record.properties)).toEqual(["email", "firstname", "n", "b", "d", "l"]);
  });

  it.each([Number.NaN, new Date("x"), ["a;b"], {} as unknown as string])("without a text are refused: %o", (value) => {
    expect(() => encodeProperty("x", value)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", details: { property: "x" } }),
    );
  });

  it("of properties HubSpot computes are refused before they are sent", async () => {
    const { hs, transport } = testClients({});
    await expect(hs.contacts.update("1", { lastmodifieddate: new Date() })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      reasons: [{ property: "lastmodifieddate", code: "READ_ONLY_VALUE" }],
    });
    expect(transport.seen).toEqual([]);
  });
});
