import { describe, expect, it } from "vitest";
import { bench } from "./helpers.ts";

const O = "/crm/objects/2026-09";
const PROPERTIES = "/crm/properties/2026-09/contacts";
const PROPERTY = { name: "shoe", label: "Shoe", type: "string", fieldType: "text", groupName: "contactinformation" };
const CAR = {
  name: "car",
  labels: { singular: "Car", plural: "Cars" },
  primaryDisplayProperty: "model",
  properties: [{ name: "model", label: "Model", type: "string", fieldType: "text" }],
};

describe("a property's type and how it is shown", () => {
  const fits: [string, readonly string[]][] = [
    ["string", ["text", "textarea", "file", "html", "phonenumber"]],
    ["number", ["number"]],
    ["date", ["date"]],
    ["datetime", ["date"]],
    ["enumeration", ["select", "radio", "checkbox", "booleancheckbox"]],
    ["bool", ["booleancheckbox"]],
  ];
  const all = [...new Set(fits.flatMap(([, names]) => names)), "nonsense", ""];

  it.each(fits)("%s goes with %s only", async (type, allowed) => {
    const { call } = bench();
    for (const [at, fieldType] of all.entries()) {
      const { status } = await call(`POST ${PROPERTIES}`, { ...PROPERTY, name: `p_${at}`, type, fieldType });
      expect([fieldType, status]).toEqual([fieldType, allowed.includes(fieldType) ? 201 : 400]);
    }
  });

  it("is held to in changes and schemas too, as is the group", async () => {
    const { call } = bench();
    await call(`POST ${PROPERTIES}`, PROPERTY);
    expect((await call(`PATCH ${PROPERTIES}/shoe`, { fieldType: "number" })).status).toBe(400);
    expect((await call(`PATCH ${PROPERTIES}/shoe`, { groupName: "nowhere" })).status).toBe(400);
    expect((await call(`PATCH ${PROPERTIES}/shoe`, { type: "number" })).status).toBe(501);
    expect((await call(`PATCH ${PROPERTIES}/shoe`, { fieldType: "textarea" })).body.fieldType).toBe("textarea");
    const properties = [{ ...CAR.properties[0], fieldType: "number" }];
    expect((await call("POST /crm-object-schemas/2026-09/schemas", { ...CAR, properties })).status).toBe(400);
  });

  it("has each option once", async () => {
    const { call } = bench();
    const options = ["a", "a"].map((value, displayOrder) => ({ label: value, value, displayOrder }));
    const twice = { ...PROPERTY, type: "enumeration", fieldType: "select", options };
    expect((await call(`POST ${PROPERTIES}`, twice)).status).toBe(400);
    const odd = { ...twice, options: [{ label: "a", value: "a", displayOrder: "first" }] };
    expect((await call(`POST ${PROPERTIES}`, odd)).status).toBe(400);
  });
});

describe("values", () => {
  it("of a call's recording are secure addresses", async () => {
    const { call } = bench();
    const ring = (url: string) =>
      call(`POST ${O}/calls`, { properties: { hs_timestamp: "2026-01-01T00:00:00Z", hs_call_recording_url: url } });
    expect((await ring("https://x.example/a.mp3")).status).toBe(201);
    for (const url of ["http://x.example/a.mp3", "ftp://x.example/a.mp3", "a.mp3"]) {
      const { status, body } = await ring(url);
      expect([url, status, body.errors?.[0].context.propertyName]).toEqual([url, 400, ["hs_call_recording_url"]]);
    }
  });

  it("of times are ISO 8601 or milliseconds, in UTC wherever the simulator runs", async () => {
    const { call } = bench();
    const zone = process.env.TZ;
    process.env.TZ = "Asia/Tokyo";
    try {
      const closed = async (closedate: unknown) => {
        const { status, body } = await call(`POST ${O}/deals`, { properties: { closedate } });
        return status === 201 ? body.properties.closedate : status;
      };
      const noon = "2026-01-05T12:00:00.000Z";
      for (const same of [
        noon,
        "2026-01-05T12:00",
        "2026-01-05T12:00:00",
        "2026-01-05T21:00:00+09:00",
        Date.parse(noon),
      ]) {
        expect([same, await closed(same)]).toEqual([same, noon]);
      }
      for (const none of ["Jan 5 2026", "5/1/2026", "2026-02-30", "2026-13-01", "2026-01-05 12:00", "noon", "2026"]) {
        const want = none === "2026" ? "1970-01-01T00:00:02.026Z" : 400;
        expect([none, await closed(none)]).toEqual([none, want]);
      }
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it("of numbers are decimal", async () => {
    const { call } = bench();
    const amount = async (value: unknown) => (await call(`POST ${O}/deals`, { properties: { amount: value } })).status;
    for (const value of ["1", "-1.5", ".5", "1.", 1e21, 0.1, "1e3"])
      expect([value, await amount(value)]).toEqual([value, 201]);
    for (const value of ["0x10", "0b1", "1_000", "1,000", "Infinity", "NaN", "1.2.3"]) {
      expect([value, await amount(value)]).toEqual([value, 400]);
    }
  });
});
