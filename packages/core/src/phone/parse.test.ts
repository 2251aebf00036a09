import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { isRegion, parsePhone, requirePhone } from "./parse.ts";
import { spellings } from "./spellings.fixture.ts";
import type { Phone, PhoneProblem, Region } from "./types.ts";

const phone = (input: string, defaultRegion?: Region): Phone => requirePhone(input, { defaultRegion });

test("the corpus is as large as promised: 300 distinct spellings of 12 regions", () => {
  expect(new Set(spellings.map(({ input, region }) => `${region} ${input}`)).size).toBeGreaterThanOrEqual(300);
  expect(new Set(spellings.map(({ region }) => region)).size).toBeGreaterThanOrEqual(12);
});

test.each(spellings)("$region $input is $e164 $extension", ({ input, region, e164, extension }) => {
  const result = parsePhone(input, { defaultRegion: region });
  expect(result).toMatchObject({ ok: true, phone: { e164 } });
  expect(result.ok && result.phone.extension).toBe(extension);
});

test("a number carries every form that is shown or searched for", () => {
  expect(phone("902.555.1234 x12", "CA")).toEqual({
    e164: "+19025551234",
    extension: "12",
    national: "(902) 555-1234",
    display: "(902) 555-1234 ext. 12",
    region: "CA",
    callingCode: "1",
    nationalDigits: "9025551234",
  });
  expect(phone("020 7946 0958", "GB").display).toBe("020 7946 0958");
  expect(phone("+44 20 7946 0958", "CA").display).toBe("+44 20 7946 0958");
  expect(phone("(202) 555-0143", "CA").display).toBe("(202) 555-0143");
  expect(phone("06 1234 5678", "IT")).toMatchObject({ e164: "+390612345678", nationalDigits: "612345678" });
  expect(phone("+800 1234 5678")).not.toHaveProperty("region");
});

test("a number's own forms read back as the same number", () => {
  for (const { input, region } of spellings) {
    const one = phone(input, region);
    for (const form of [one.e164, one.display]) {
      expect(phone(form, region), form).toMatchObject({ e164: one.e164 });
    }
    expect(phone(one.display, region).extension).toBe(one.extension);
  }
});

const problems: readonly (readonly [string, Region | undefined, PhoneProblem])[] = [
  ["", "CA", "empty"],
  [" \u200b\t", "CA", "empty"],
  ["hello", "CA", "not-a-number"],
  ["+", "CA", "not-a-number"],
  ["902 555\u00001234", "CA", "not-a-number"],
  ["9025551234\u0000", "CA", "not-a-number"],
  ["9025551234@example.com", "CA", "not-a-number"],
  ["902-555-1234 or 902-555-9999", "CA", "not-a-number"],
  ["902-555-1234, 902-555-9999", "CA", "not-a-number"],
  ["902-555-1234 (ask for 12)", "CA", "not-a-number"],
  ["tel:%zz", "CA", "not-a-number"],
  ["tel:(%zz", "CA", "not-a-number"],
  ["++1 902 555 1234", "CA", "not-a-number"],
  ["12", "CA", "too-short"],
  ["555-1234", "CA", "invalid-for-region"],
  ["902-555-1234 902-555-9999", "CA", "too-long"],
  ["+1 902 555 1234 567", "CA", "too-long"],
  ["9".repeat(101), "CA", "too-long"],
  ["\ufdfa".repeat(99), "CA", "too-long"],
  ["(902) 555-1234", undefined, "no-region"],
  ["(902) 555-1234", "ZZ" as Region, "unknown-region"],
  ["+999 123 4567", "CA", "unknown-calling-code"],
  ["000-555-1234", "CA", "invalid-for-region"],
  ["902-055-1234", "CA", "invalid-for-region"],
  ["+44 7700 900123", "GB", "invalid-for-region"],
];

describe("what is not a number is a value with a reason", () => {
  test.each(problems)("%j in %s is %s", (input, defaultRegion, reason) => {
    expect(parsePhone(input, { defaultRegion })).toEqual({ ok: false, reason });
  });

  test.each([null, undefined, 9025551234, {}, []])("%s, which is no text", (input) => {
    expect(parsePhone(input as unknown as string, { defaultRegion: "CA" })).toEqual({
      ok: false,
      reason: "not-a-number",
    });
  });
});

test("requirePhone throws PHONE_INVALID with what to do and without the number", () => {
  for (const [input, defaultRegion, reason] of problems) {
    let error: unknown;
    try {
      requirePhone(input, { defaultRegion });
    } catch (caught) {
      error = caught;
    }
    expect(isHubspokeError(error, "PHONE_INVALID")).toBe(true);
    expect((error as Error).message).toContain(`(${reason})`);
    for (const word of input.split(/\D+/).filter((digits) => digits.length > 2)) {
      expect(`${error} ${JSON.stringify(error)}`).not.toContain(word);
    }
  }
});

test("no input throws, and every number read is E.164", () => {
  const alphabet = fc.constantFrom(
    ..."0123456789+()-. xX#;,=/%@abcFLOWERS\u0000\u202a٣９ー".split(""),
    "tel:",
    "ext.",
    "\ud800",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 150 }),
    fc.array(alphabet, { maxLength: 40 }).map((all) => all.join("")),
  );
  const region = fc.constantFrom<Region | undefined>("CA", "GB", "IT", "BR", undefined);
  fc.assert(
    fc.property(text, region, (input, defaultRegion) => {
      const result = parsePhone(input, { defaultRegion });
      if (!result.ok) return;
      expect(result.phone.e164).toMatch(/^\+[1-9]\d{6,14}$/);
      expect(result.phone.nationalDigits).toMatch(/^[1-9]\d*$/);
      if (result.phone.extension !== undefined) expect(result.phone.extension).toMatch(/^\d+$/);
      expect(phone(result.phone.e164).e164).toBe(result.phone.e164);
    }),
    { numRuns: 3_000 },
  );
});

test("S26: 100 kB of anything is refused before it is looked at", () => {
  const started = process.hrtime.bigint();
  for (const unit of ["9", " ", "(", "x1", "tel:", "+1 ", "a-", "٣"]) {
    expect(parsePhone(unit.repeat(100_000 / unit.length), { defaultRegion: "CA" })).toEqual({
      ok: false,
      reason: "too-long",
    });
    parsePhone(unit.repeat(100).slice(0, 100), { defaultRegion: "CA" });
    parsePhone(`902${unit.repeat(100).slice(0, 90)}x`, { defaultRegion: "CA" });
  }
  expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1_000);
});

test("isRegion knows regions and nothing else", () => {
  expect([isRegion("CA"), isRegion("ca"), isRegion("ZZ"), isRegion(undefined), isRegion("__proto__")]).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
