import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocalValue } from "../ports/local-source.ts";
import { readPhone } from "../sync/mappings/read-phone.ts";
import { standardTransforms } from "./standard.ts";

const transforms = standardTransforms(readPhone);
const make = (name: string, options: Readonly<Record<string, string>> = {}) => {
  const transform = transforms[name];
  if (transform === undefined) throw new Error(`no transform ${name}`);
  return transform.make(options);
};

/** Texts people type and HubSpot returns, besides any text at all. */
const texts = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(" ", "0", "1", "true", "FALSE", "Yes", "No", "new", "NEW", "a;b", ";", "12.30", "-0", "1e21", "0x1f"),
  fc.constantFrom("12 kg", "12kg", "kg", "5 kg kg", "+1 (902) 555-1234 x5", "902 555 1234", "Ada  Lovelace", "１２"),
  fc.constantFrom("2026-02-28", "2026-02-28T10:00:00Z", "1790000000000", "99999999999999999"),
  fc.double().map(String),
);
const values: fc.Arbitrary<LocalValue> = fc.oneof(
  texts,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(texts, { maxLength: 4 }),
);

const configured: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ...Object.keys(transforms)
    .filter((name) => name !== "enum" && name !== "number-with-unit")
    .map((name) => [name, {}] as const),
  ["phone", { region: "CA" }],
  ["enum", { new: "NEW", open: "NEW", won: "CUSTOMER" }],
  ["enum", { new: "open", open: "new" }],
  ["yes-no", { true: "Yes", false: "No" }],
  ["yes-no", { true: "0", false: "1" }],
  ["number-with-unit", { unit: "kg" }],
  ["currency", { digits: "0" }],
  ["currency", { digits: "3" }],
];

describe("every transform", () => {
  it.each(configured)("%s %j settles for any value: encoding what it decoded gives the same", (name, options) => {
    const { encode, decode } = make(name, options);
    fc.assert(
      fc.property(values, (value) => {
        const once = encode(value);
        expect(encode(decode(once))).toEqual(once);
        expect(once).toHaveLength(transforms[name]?.properties ?? 0);
      }),
      { numRuns: 400 },
    );
  });

  it.each(configured)(
    "%s %j settles from HubSpot's side, too, and empties nothing but what is empty",
    (name, options) => {
      const { encode, decode } = make(name, options);
      const count = transforms[name]?.properties ?? 0;
      fc.assert(
        fc.property(fc.array(fc.option(texts), { minLength: count, maxLength: count }), (stored) => {
          const written = encode(decode(stored));
          expect(encode(decode(written))).toEqual(written);
          if (stored.some((text) => text !== null && text.replace(/[\s;]/g, "") !== ""))
            expect(written.some((text) => text !== null && text !== "")).toBe(true);
        }),
        { numRuns: 400 },
      );
    },
  );

  it.each(configured)("%s %j says what it is and brings samples", (name, options) => {
    expect(transforms[name]?.description).toMatch(/\w{4}/);
    expect(make(name, options).samples.length).toBeGreaterThan(0);
  });
});

describe("a transform", () => {
  it.each<[string, Record<string, string>, LocalValue, readonly (string | null)[], LocalValue]>([
    ["trim", {}, "  Ada ", ["Ada"], "Ada"],
    ["lower-case-email", {}, " Ada@Example.COM", ["ada@example.com"], "ada@example.com"],
    ["phone", { region: "CA" }, "(902) 555-1234", ["+19025551234"], "+19025551234"],
    ["phone", { region: "CA" }, "(902) 555-1234 x12", ["+19025551234 ext. 12"], "+19025551234 ext. 12"],
    ["phone", {}, "call me", ["call me"], "call me"],
    ["full-name", {}, "Ada King Lovelace", ["Ada", "King Lovelace"], "Ada King Lovelace"],
    ["full-name", {}, null, [null, null], null],
    ["enum", { new: "NEW_LEAD", won: "CUSTOMER" }, "won", ["CUSTOMER"], "won"],
    ["yes-no", { true: "Yes", false: "No" }, true, ["Yes"], true],
    ["yes-no", {}, 0, ["false"], false],
    ["boolean", {}, true, ["true"], true],
    ["number-with-unit", { unit: "kg" }, 12.5, ["12.5 kg"], 12.5],
    ["currency", {}, 1234, ["12.34"], 1234],
    ["currency", {}, -5, ["-0.05"], -5],
    ["currency", { digits: "0" }, 1234, ["1234"], 1234],
    ["epoch-ms", {}, 1_790_000_000_000, ["2026-09-21T14:13:20.000Z"], 1_790_000_000_000],
    ["list", {}, ["b", "a"], ["a;b"], ["a", "b"]],
    ["date", {}, "2026-02-28", ["2026-02-28"], "2026-02-28"],
  ])("%s %j turns %j into %j and back", (name, options, local, hubspot, back) => {
    const { encode, decode } = make(name, options);
    expect(encode(local)).toEqual(hubspot);
    expect(decode(hubspot)).toEqual(back);
  });

  it.each<[string, Record<string, string>, string]>([
    ["trim", { side: "left" }, 'has no option "side"'],
    ["enum", {}, "needs its values"],
    ["enum", { new: "" }, "maps an empty value"],
    ["yes-no", { true: "x", false: "x" }, "two different words"],
    ["number-with-unit", {}, 'needs the option "unit"'],
    ["number-with-unit", { unit: "5" }, "does not begin like a number"],
    ["currency", { digits: "many" }, 'needs "digits"'],
  ])("%s refuses %j, saying what to change", (name, options, words) => {
    expect(() => make(name, options)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining(words) }),
    );
  });

  it("reads amounts digit by digit: HubSpot's 12.3 and 12.345 are 1230 and 1235 cents", () => {
    const { decode } = make("currency");
    expect([decode(["12.3"]), decode(["12.345"]), decode(["-0.004"]), decode(["1,5"])]).toEqual([1230, 1235, 0, "1,5"]);
    expect(make("currency").encode(9_007_199_254_740_991)).toEqual(["90071992547409.91"]);
  });
});
