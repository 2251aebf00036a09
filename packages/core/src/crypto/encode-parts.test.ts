import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../util/bytes.ts";
import { encodeParts } from "./encode-parts.ts";

/** Text of every kind, lone surrogates included, short enough that near-collisions are common. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }),
  fc
    .array(
      fc.constantFrom("a", "", "\u0000", "\ud800", "\udc00", "\ufffd", "é", "😀", "\u0001\u0000\u0000\u0000\u0001a"),
    )
    .map((all) => all.join("")),
);
const parts = fc.array(fc.oneof(fc.constant(null), text), { maxLength: 5 });
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

test("S2: two different lists never have the same bytes", () => {
  fc.assert(
    fc.property(parts, parts, (a, b) => same(a, b) === (toHex(encodeParts(a)) === toHex(encodeParts(b)))),
    { numRuns: 2_000 },
  );
});

test("S2: what was said in one part cannot be said in two", () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const joined = toHex(encodeParts([a + b]));
      expect(toHex(encodeParts([a, b]))).not.toBe(joined);
      expect(toHex(encodeParts([a + b, ""]))).not.toBe(joined);
      expect(toHex(encodeParts([null, a + b]))).not.toBe(toHex(encodeParts(["", a + b])));
    }),
  );
});

test("lone surrogates stay apart from each other and from the replacement character", () => {
  const all = ["\ud800", "\ud801", "\ufffd", "\udc00"].map((one) => toHex(encodeParts([one])));
  expect(new Set(all).size).toBe(all.length);
  // One lone surrogate's UTF-16 bytes, d8 80, are the UTF-8 of another character: only the tag tells them apart.
  expect(toHex(encodeParts(["\ud880"]))).not.toBe(toHex(encodeParts(["\u0600"])));
});

test("the layout is fixed: tag, length, bytes", () => {
  expect(toHex(encodeParts(["ab", null, "é"]))).toBe("0100000002" + "6162" + "0000000000" + "0100000002" + "c3a9");
});
