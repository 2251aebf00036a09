import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hubspotTime } from "./hubspot-time.ts";

describe("a time as HubSpot writes it", () => {
  it("is what Date.parse makes of it, in every year of four digits", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("0000-01-01"), max: new Date("9999-12-31T23:59:59.999Z"), noInvalidDate: true }),
        (at) => {
          expect(hubspotTime(at.toISOString())).toBe(at.getTime());
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    "2024-02-29T23:59:59.999Z",
    "2023-02-29T00:00:00.000Z",
    "2026-12-31T24:00:00.000Z",
    "1900-03-01T00:00:00.000Z",
  ])("agrees with Date.parse about %s", (text) => {
    expect(hubspotTime(text)).toBe(Date.parse(text));
  });

  it("agrees with Date.parse about texts that only look like one", () => {
    const usual = "2026-03-02T09:12:44.120Z";
    fc.assert(
      fc.property(fc.nat(usual.length - 1), fc.constantFrom(..."0359-:.TZ ax"), (at, sign) => {
        const text = usual.slice(0, at) + sign + usual.slice(at + 1);
        expect(hubspotTime(text)).toBe(Date.parse(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["2026-03-02T09:12:44Z", "2026-03-02", "2026-03-02T09:12:44.120+02:00", "soon", ""])(
    "leaves other forms to Date.parse: %j",
    (text) => {
      expect(hubspotTime(text)).toBe(Date.parse(text));
    },
  );
});
