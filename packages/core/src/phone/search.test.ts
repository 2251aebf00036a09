import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { verificationProperties } from "./candidates.ts";
import { requirePhone } from "./parse.ts";
import { packedSearchFilter, packPhones, phoneSearchKeys, recipeFilterGroups, searchBodyChars } from "./search.ts";

/** Distinct valid numbers of ten digits. */
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => requirePhone(`+1902${String(2_000_000 + i * 7)}`));
const rest = { properties: [...verificationProperties, "firstname", "lastname", "email", "company"], limit: 200 };

test("the keys of a number", () => {
  expect(phoneSearchKeys(requirePhone("+1 902 555 1234"))).toEqual({
    national: "9025551234",
    international: "19025551234",
    e164: "+19025551234",
  });
  expect(phoneSearchKeys(requirePhone("+39 06 1234 5678"))).toEqual({
    national: "612345678",
    international: "39612345678",
    e164: "+390612345678",
  });
});

test("the recipe has exactly five groups of one filter", () => {
  expect(recipeFilterGroups(requirePhone("+1 902 555 1234 x12"))).toEqual([
    { filters: [{ propertyName: "hs_searchable_calculated_phone_number", operator: "EQ", value: "9025551234" }] },
    {
      filters: [
        { propertyName: "hs_searchable_calculated_phone_number", operator: "CONTAINS_TOKEN", value: "*9025551234" },
      ],
    },
    {
      filters: [
        { propertyName: "hs_searchable_calculated_mobile_number", operator: "CONTAINS_TOKEN", value: "*9025551234" },
      ],
    },
    { filters: [{ propertyName: "phone", operator: "EQ", value: "+19025551234" }] },
    { filters: [{ propertyName: "mobilephone", operator: "EQ", value: "+19025551234" }] },
  ]);
});

describe("packing", () => {
  test("1,000 ten-digit numbers take at most 12 searches with a directory's properties", () => {
    const phones = many(1_000);
    const packs = packPhones(phones, rest);
    expect(packs.length).toBeLessThanOrEqual(12);
    expect(packs.flatMap((pack) => pack.phones)).toEqual(phones);
  });

  test("a body never passes 3,000 characters, nor 100 values, and wastes less than one number", () => {
    for (const others of [{}, rest, { ...rest, properties: [...rest.properties, "x".repeat(1_500)] }]) {
      const packs = packPhones(many(300), others);
      const sizes = packs.map(
        (pack) => JSON.stringify({ ...others, filterGroups: pack.filterGroups, after: "10000" }).length,
      );
      expect(Math.max(...sizes)).toBeLessThanOrEqual(searchBodyChars);
      for (const pack of packs) expect(pack.phones.length).toBeLessThanOrEqual(100);
      for (const [i, size] of sizes.slice(0, -1).entries()) {
        expect(packs[i]?.phones.length === 100 || size > searchBodyChars - 26 - 60, `${size}`).toBe(true);
      }
    }
  });

  test("numbers that HubSpot cannot tell apart share one value and stay in one pack", () => {
    const shared = [
      requirePhone("+1 202 555 0143"),
      requirePhone("+1 202 555 0143 x5"),
      requirePhone("+61 2 9374 4000"),
      requirePhone("+1 202 555 0143"),
    ];
    const [pack, none] = packPhones(shared);
    expect(none).toBeUndefined();
    expect(pack?.filterGroups[0]?.filters[0]?.values).toEqual(["2025550143", "293744000"]);
    expect(pack?.phones).toHaveLength(4);
    expect(pack?.filterGroups).toHaveLength(2);
    expect(pack?.filterGroups).toEqual(packedSearchFilter(shared));
  });

  test("nothing gives no search; no room is an error, not an endless loop", () => {
    expect(packPhones([])).toEqual([]);
    let error: unknown;
    try {
      packPhones(many(1), { properties: ["x".repeat(2_800)] });
    } catch (caught) {
      error = caught;
    }
    expect(isHubspokeError(error, "INPUT_INVALID")).toBe(true);
  });
});
