import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPhone } from "./mask.ts";
import { spellings } from "./spellings.fixture.ts";

test.each([
  ["+19025551234", "+1902•••1234"],
  ["+442079460958", "+4420•••0958"],
  ["+4512345678", "+451•••678"],
  ["+2901234", "+29•••34"],
  ["+123456", "•••"],
  ["(902) 555-1234", "•••34"],
  ["John Smith", "•••"],
  ["john@example.com", "•••"],
  ["902-555-1234 x12", "•••"],
  ["4111 1111 1111 1111", "•••"],
  ["", "•••"],
  ["+1902\n5551234", "•••34"],
  ["9".repeat(1_000_000), "•••"],
  [null, "•••"],
  [{ toString: (): string => "+19025551234" }, "•••"],
])("%s becomes %s", (input, expected) => {
  expect(maskPhone(input)).toBe(expected);
});

test("at least three digits of any number stay hidden, and a mask masks to dots", () => {
  for (const { e164 } of spellings) {
    const masked = maskPhone(e164);
    expect(masked.replace(/\D/g, "").length).toBeLessThanOrEqual(e164.length - 4);
    expect(maskPhone(masked)).toBe("•••");
  }
});

test("no input gives more than twelve characters, or a letter, or a line break", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 120 }), (input) => {
      expect(maskPhone(input)).toMatch(/^(\+\d{2,4})?•••\d{0,4}$/);
    }),
  );
});
