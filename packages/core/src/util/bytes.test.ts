import fc from "fast-check";
import { expect, test } from "vitest";
import {
  concatBytes,
  equalBytes,
  equalText,
  fromBase64,
  fromHex,
  isWellFormed,
  toBase64,
  toBase64Url,
  toHex,
  utf8,
  utf8Text,
} from "./bytes.ts";

const bytes = fc.uint8Array({ maxLength: 80 });

test("base64, base64url and hex agree with Node's and read back what they wrote", () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const node = Buffer.from(value);
      expect(toBase64(value)).toBe(node.toString("base64"));
      expect(toBase64Url(value)).toBe(node.toString("base64url"));
      expect(toHex(value)).toBe(node.toString("hex"));
      expect(fromBase64(toBase64(value))).toEqual(value);
      expect(fromBase64(toBase64Url(value))).toEqual(value);
      expect(fromHex(toHex(value).toUpperCase())).toEqual(value);
    }),
  );
});

test.each(["=", "A", "AA=", "AAA==", "AB==", "AAB=", "A A=", "AAAA====", "é===", "AA\n="])(
  "%j is not canonical base64",
  (text) => {
    expect(fromBase64(text)).toBeUndefined();
  },
);

test.each(["a", "0g", "0x", " 00"])("%j is not hexadecimal", (text) => {
  expect(fromHex(text)).toBeUndefined();
});

test("equality of bytes is exact, whatever the lengths", () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      expect(equalBytes(a, a.slice())).toBe(true);
    }),
  );
  expect(equalBytes(new Uint8Array([1, 2]), new Uint8Array([1, 2, 0]))).toBe(false);
  expect(equalText("é", "é")).toBe(true);
  for (const [a, b] of [
    ["a", "b"],
    ["a", "aa"],
    ["aé", "ae"],
    ["\ud800", "\ufffd"],
    ["", "\u0000"],
  ] as const)
    expect(equalText(a, b)).toBe(false);
});

test("bytes that are not UTF-8 are undefined, never replaced; a byte order mark stays", () => {
  expect(utf8Text(new Uint8Array([0xff]))).toBeUndefined();
  expect(utf8Text(utf8("\ufeffa"))).toBe("\ufeffa");
  expect(isWellFormed("a\ud800")).toBe(false);
  expect(isWellFormed("a😀")).toBe(true);
});

test("concatenation keeps order and shares no memory", () => {
  const a = new Uint8Array([1]);
  const joined = concatBytes(a, new Uint8Array(0), new Uint8Array([2, 3]));
  a[0] = 9;
  expect([...joined]).toEqual([1, 2, 3]);
});
