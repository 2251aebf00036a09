import { describe, expect, test } from "vitest";
import { kindOfProperty, loosely, valueCodecs } from "./value-kind.ts";

describe("values", () => {
  const pairs = [
    ["number", 5, "5.0"],
    ["boolean", 1, "true"],
    ["date", Date.parse("2026-11-20T00:00:00Z"), "2026-11-20"],
    ["datetime", Date.parse("2026-11-20T10:00:00Z"), "2026-11-20T10:00:00Z"],
    ["epoch-ms", 1_790_000_000_000, "1790000000000"],
    ["list", ["b", "a", "b"], "a;b"],
  ] as const;
  test.each(pairs)("one %s has one meaning however it is written", (kind, value, text) => {
    const { canonicalLocal, canonicalRemote, encode, decode } = valueCodecs[kind];
    expect(canonicalLocal(value)).toBe(canonicalRemote(text));
    expect(canonicalLocal(decode(encode(value)))).toBe(canonicalLocal(value));
  });

  test("numbers are compared and sent with all their digits", () => {
    const { canonicalLocal, canonicalRemote, decode, encode } = valueCodecs.number;
    const kept = ["9007199254740993", "12345678901234567890.123", "-0.10000000000000000001"];
    expect(kept.map((text) => [encode(text), decode(text), canonicalRemote(text)])).toEqual(
      kept.map((text) => [text, text, text]),
    );
    expect(canonicalLocal("9007199254740993")).not.toBe(canonicalRemote("9007199254740992"));
    const same = ["10", " +10.00", "1e1", "010", "100e-1"];
    expect(same.map((text) => canonicalLocal(text))).toEqual(same.map(() => "10"));
    expect(["-0", ".5", "5.", "1e21", "1e-7"].map((text) => decode(text))).toEqual([0, 0.5, 5, 1e21, 1e-7]);
    expect([0.1 + 0.2, 1e21, 5e-324].map((value) => encode(value))).toEqual(["0.30000000000000004", "1e+21", "5e-324"]);
    expect(["0x10", "1,5", "1e999", "Infinity", "."].map((text) => decode(text))).toEqual([
      "0x10",
      "1,5",
      "1e999",
      "Infinity",
      ".",
    ]);
  });

  test("a time without a zone is the same moment on every machine, and a day that could be two is none", () => {
    const zone = process.env.TZ;
    const inZone = (name: string) => {
      process.env.TZ = name;
      return ["2026-03-01 10:00:00", "2026-03-01T10:00", "2026-03-01 10:00:00.5+00", "03/01/2026", "March 1, 2026"].map(
        (text) => valueCodecs.datetime.encode(text),
      );
    };
    try {
      expect(inZone("America/Halifax")).toEqual(inZone("Asia/Kolkata"));
      expect(inZone("Asia/Kolkata")).toEqual([
        "2026-03-01T10:00:00.000Z",
        "2026-03-01T10:00:00.000Z",
        "2026-03-01T10:00:00.500Z",
        "03/01/2026",
        "March 1, 2026",
      ]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    const moments = ["2026-03-01T23:30:00-05:00", "2026-03-02 04:30+0000", "Mon, 02 Mar 2026 04:30:00 GMT"];
    expect(new Set(moments.map((text) => valueCodecs.datetime.encode(text)))).toEqual(
      new Set(["2026-03-02T04:30:00.000Z"]),
    );
  });

  test("blanks around a list's elements are none of them", () => {
    expect(valueCodecs.list.encode(" b; a ;; b")).toBe("a;b");
  });

  test.each(Object.entries(valueCodecs))(
    "an empty %s is empty in every way it is written",
    (_kind, { canonicalLocal, canonicalRemote, encode }) => {
      expect([
        canonicalLocal(null),
        canonicalLocal(""),
        canonicalRemote(null),
        canonicalRemote(""),
        encode(null),
      ]).toEqual([null, null, null, null, ""]);
    },
  );

  test("unknown types of property are text", () => {
    expect([kindOfProperty("bool"), kindOfProperty("enumeration"), kindOfProperty("json")]).toEqual([
      "boolean",
      "text",
      "text",
    ]);
  });

  test("loosely equal are what HubSpot may make of one another, and nothing else", () => {
    expect(loosely("  Ann  LEE ")).toBe(loosely("ann lee"));
    expect(loosely("+1 (902) 555-1234")).toBe(loosely("+19025551234"));
    expect(loosely("Smith-Jones")).not.toBe(loosely("Smith Jones"));
    expect(loosely("1.0")).not.toBe(loosely("10"));
  });
});
