import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { utf8 } from "../util/bytes.ts";
import { nestsDeeperThan, parseItems } from "./parse.ts";

const items = (text: string) => parseItems(utf8(text));

test("an array is its items, an object is one item", () => {
  expect(items('[{"a":1},2]\n')).toEqual([{ a: 1 }, 2]);
  expect(items('{"a":1}')).toEqual([{ a: 1 }]);
  expect(items("[]")).toEqual([]);
});

describe("WEBHOOK_MALFORMED", () => {
  const refused: readonly (readonly [string, Uint8Array])[] = [
    ["nothing", utf8("")],
    ["no JSON", utf8("[{'a':1}]")],
    ["a text", utf8('"contact.creation"')],
    ["a number", utf8("12")],
    ["null", utf8("null")],
    ["two documents", utf8("[][]")],
    ["a byte order mark", utf8("\ufeff[]")],
    ["bytes that are not UTF-8", Uint8Array.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ["a compressed body", Uint8Array.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
    ["more events than anybody sends", utf8(`[${"0,".repeat(10_000)}0]`)],
    ["100,000 levels of arrays", utf8("[".repeat(100_000))],
    ["100,000 levels of objects", utf8(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`)],
  ];
  test.each(refused)("%s", (_, body) => {
    expect(() => parseItems(body)).toThrow(expect.objectContaining({ code: "WEBHOOK_MALFORMED" }));
  });

  test("says nothing of what the body held", () => {
    const error = (() => {
      try {
        return items('[{"email":"canary@example.com" oops');
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(isHubspokeError(error, "WEBHOOK_MALFORMED")).toBe(true);
    expect(JSON.stringify(error) + String(error)).not.toContain("canary");
  });
});

test.each([
  ['["\\"[[[["]', 1],
  ['["\\\\",[]]', 2],
  ['{"[[\\\\\\"[[":[1]}', 2],
])("%s has depth %i", (json, depth) => {
  expect([depth - 1, depth].map((limit) => nestsDeeperThan(utf8(json), limit))).toEqual([true, false]);
  expect(JSON.parse(json)).toBeDefined();
});

test("depth is counted as a parser would, brackets in texts left out", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(7), (value, depth) => {
      expect(nestsDeeperThan(utf8(JSON.stringify(value)), depth)).toBe(depthOf(value) > depth);
    }),
  );
});
