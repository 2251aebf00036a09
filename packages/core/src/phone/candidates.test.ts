import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rankCandidates, verifyCandidate } from "./candidates.ts";
import { samePhone } from "./compare.ts";
import { regionOfCountry } from "./country.ts";
import { requirePhone } from "./parse.ts";

const line = requirePhone("+19025551234");
const at12 = requirePhone("+19025551234 x12");
const options = { defaultRegion: "CA" } as const;

test("extensions count only when both numbers have one", () => {
  const at34 = requirePhone("+19025551234 x34");
  expect([samePhone(line, line), samePhone(line, at12), samePhone(at12, line), samePhone(at12, at12)]).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect([samePhone(at12, at34), samePhone(line, requirePhone("+19025551235"))]).toEqual([false, false]);
});

describe("verifying a candidate", () => {
  const verify = (properties: Record<string, string | null>, phone = line) => {
    const match = verifyCandidate(phone, properties, options);
    return match && `${match.property} ${match.extension}`;
  };

  test.each([
    [{ hs_calculated_phone_number: "+19025551234" }, "hs_calculated_phone_number same"],
    [{ hs_calculated_mobile_number: "+19025551234" }, "hs_calculated_mobile_number same"],
    [{ phone: "(902) 555-1234" }, "phone same"],
    [{ mobilephone: "902.555.1234", phone: "junk" }, "mobilephone same"],
    [{ hs_calculated_phone_number: "", phone: "902 555 1234" }, "phone same"],
    [{ hs_calculated_phone_number: null, phone: "902 555 1234" }, "phone same"],
    [{ phone: "902 555 1234 x12" }, "phone one-sided"],
    [{ hs_calculated_phone_number: "+19025551234", phone: "902 555 1234 x12" }, "hs_calculated_phone_number one-sided"],
    [{ phone: "902 555 1234", hs_calculated_mobile_number: "+19025551234" }, "hs_calculated_mobile_number same"],
    [
      { hs_calculated_phone_number: "+19025551234", hs_calculated_mobile_number: "+19025551234" },
      "hs_calculated_phone_number same",
    ],
    [{ phone: "902 555 1234 x12", mobilephone: "902 555 1234" }, "mobilephone same"],
  ])("%j matches by %s", (properties, expected) => {
    expect(verify(properties)).toBe(expected);
  });

  test.each([
    [{}],
    [{ phone: null }],
    [{ phone: "902 555 9999" }],
    [{ hs_calculated_phone_number: "+449025551234" }],
    [{ hs_calculated_phone_number: "+19025559999", phone: "902 555 1234" }],
    [{ phone: "555 1234" }],
    [{ phone: "902 555 1234 902 555 1234" }],
    [{ fax: "+19025551234" }],
  ])("%j does not match: same digits are not enough", (properties) => {
    expect(verify(properties)).toBeNull();
  });

  test("an extension that only the typed text holds counts, if it is the same number", () => {
    const typed = { hs_calculated_phone_number: "+19025551234", phone: "902-555-1234 x12" };
    expect(verify(typed, at12)).toBe("hs_calculated_phone_number same");
    expect(verify({ ...typed, phone: "902-555-1234 x34" }, at12)).toBeNull();
    expect(verify({ ...typed, phone: "902-555-9999 x34" }, at12)).toBe("hs_calculated_phone_number one-sided");
  });

  test("a typed number is read with the record's own country before the default region", () => {
    const london = requirePhone("+442079460958");
    for (const country of ["United Kingdom", "GB", "gb", "U.K.", "England"]) {
      expect(verifyCandidate(london, { phone: "020 7946 0958", country }, options), country).not.toBeNull();
    }
    expect(
      verifyCandidate(london, { phone: "020 7946 0958", hs_calculated_phone_number_country_code: "GB" }, options),
    ).not.toBeNull();
    expect(verifyCandidate(london, { phone: "020 7946 0958" }, options)).toBeNull();
    expect(verifyCandidate(line, { phone: "(902) 555-1234", country: "somewhere else" }, options)).not.toBeNull();
    expect(
      verifyCandidate(line, { phone: "(902) 555-1234", hs_calculated_phone_number_country_code: "1" }, options),
    ).not.toBeNull();
    expect(verifyCandidate(line, { phone: "(902) 555-1234" }, {})).toBeNull();
  });

  test.each([
    ["Canada", "CA"],
    [" côte d’ivoire ", "CI"],
    ["USA", "US"],
    ["Türkiye", "TR"],
    ["México", "MX"],
    ["Österreich", "AT"],
    ["", undefined],
    ["Atlantis", undefined],
    ["constructor", undefined],
    ["x".repeat(100_000), undefined],
  ])("country %s is %s", (text, region) => {
    expect(regionOfCountry(text)).toBe(region);
  });
});

describe("ranking", () => {
  const contact = (id: string, properties: Record<string, string>) => ({ id, properties });
  const ids = (phone: typeof line, ...contacts: ReturnType<typeof contact>[]) => {
    const { ranked, ambiguous } = rankCandidates(phone, contacts, options);
    return `${ranked.map(({ candidate }) => candidate.id).join(" ")}${ambiguous ? " ambiguous" : ""}`;
  };
  const calculated = { hs_calculated_phone_number: "+19025551234" };

  test("nothing verified is an empty ranking, one is a fact", () => {
    expect(ids(line)).toBe("");
    expect(ids(line, contact("1", { phone: "nope" }), contact("2", calculated))).toBe("2");
  });

  test("1: the same extension before a shared line, and it singles out", () => {
    expect(ids(at12, contact("1", calculated), contact("2", { phone: "902-555-1234 x12" }))).toBe("2 1");
    expect(ids(at12, contact("1", calculated), contact("2", { phone: "902-555-1234 x34" }))).toBe("1");
    expect(ids(line, contact("1", { phone: "902-555-1234 x12" }), contact("2", { phone: "902-555-1234" }))).toBe(
      "2 1 ambiguous",
    );
    expect(
      ids(at12, contact("1", { phone: "902-555-1234 x12" }), contact("2", { mobilephone: "902-555-1234 x12" })),
    ).toBe("1 2 ambiguous");
  });

  test("2: calculated before typed", () => {
    expect(
      ids(line, contact("1", { phone: "902-555-1234" }), contact("2", { hs_calculated_mobile_number: "+19025551234" })),
    ).toBe("2 1 ambiguous");
  });

  test("3: phone before mobile", () => {
    expect(ids(line, contact("1", { hs_calculated_mobile_number: "+19025551234" }), contact("2", calculated))).toBe(
      "2 1 ambiguous",
    );
  });

  test("4: the most recently modified, in ISO or milliseconds; unreadable is oldest", () => {
    const at = (id: string, lastmodifieddate: string) => contact(id, { ...calculated, lastmodifieddate });
    expect(
      ids(
        line,
        at("1", "2026-01-01T00:00:00Z"),
        at("2", "2026-02-01T00:00:00.000Z"),
        at("3", "soon"),
        at("4", "1772323200000"),
      ),
    ).toBe("4 2 1 3 ambiguous");
  });

  test("5: the lowest id, as a number of any length", () => {
    expect(
      ids(
        line,
        contact("10", calculated),
        contact("9", calculated),
        contact("90071992547409931", calculated),
        contact("90071992547409930", calculated),
      ),
    ).toBe("9 10 90071992547409930 90071992547409931 ambiguous");
  });

  test("a contact found twice counts once, and order of arrival decides nothing", () => {
    expect(ids(line, contact("1", calculated), contact("1", calculated))).toBe("1");
    const pool = [
      contact("1", { phone: "902-555-1234" }),
      contact("2", calculated),
      contact("3", { hs_calculated_mobile_number: "+19025551234", lastmodifieddate: "2026-01-01T00:00:00Z" }),
      contact("4", { phone: "902-555-1234 x12" }),
      contact("5", { ...calculated, lastmodifieddate: "2026-01-01T00:00:00Z" }),
      contact("6", calculated),
    ];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(pool, { minLength: pool.length }),
        fc.constantFrom(line, at12),
        (shuffled, phone) => {
          expect(ids(phone, ...shuffled)).toBe(ids(phone, ...pool));
        },
      ),
    );
  });
});
