import * as fc from "fast-check";
import { expect, test } from "vitest";
import { addressAllowlist } from "./addresses.ts";
import { ask, get, post } from "./testing.fixture.ts";

test.each([
  ["203.0.113.0/24", "203.0.113.255", true],
  ["203.0.113.0/24", "203.0.114.0", false],
  ["203.0.113.0/25", "203.0.113.128", false],
  ["203.0.113.7", "203.0.113.7", true],
  ["203.0.113.7", "::ffff:203.0.113.7", true],
  ["::ffff:203.0.113.7", "203.0.113.7", true],
  ["0.0.0.0/0", "8.8.8.8", true],
  ["0.0.0.0/0", "2001:db8::1", false],
  ["2001:db8::/32", "2001:DB8:1::5", true],
  ["2001:db8::/33", "2001:db8:8000::", false],
  ["::1", "0:0:0:0:0:0:0:1", true],
  ["10.0.0.0/8", "010.0.0.1", false],
  ["10.0.0.0/8", "10.0.0.1, 8.8.8.8", false],
  ["10.0.0.0/8", "nonsense", false],
])("%s holds %s: %s", (block, address, expected) => {
  expect(addressAllowlist([block])(address)).toBe(expected);
});

test("a block of n bits holds what shares its first n bits, and nothing else", () => {
  const part = fc.integer({ min: 0, max: 255 });
  const address = fc.tuple(part, part, part, part);
  fc.assert(
    fc.property(address, address, fc.integer({ min: 0, max: 32 }), (block, asked, bits) => {
      const number = (parts: readonly number[]) => parts.reduce((sum, byte) => sum * 256 + byte, 0);
      const same = Math.floor(number(block) / 2 ** (32 - bits)) === Math.floor(number(asked) / 2 ** (32 - bits));
      expect(addressAllowlist([`${block.join(".")}/${bits}`])(asked.join("."))).toBe(same);
    }),
  );
});

test.each(["", "nowhere", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::1/129", "[::1]", "1.2.3"])(
  "%j is no block",
  (block) => {
    expect(() => addressAllowlist([block])).toThrow(/203\.0\.113\.0\/24/);
  },
);

test("a mount with a list takes nobody else's requests, webhooks included, and nobody of no address", async () => {
  const options = { addresses: ["203.0.113.0/24"] };
  for (const ip of ["198.51.100.1", undefined]) {
    for (const request of [get("/sync/status"), post("/webhooks", "[]")]) {
      const answer = await ask(request, { ...options, ...(ip === undefined ? {} : { ip }) });
      expect(answer).toMatchObject({ status: 403, code: "ACCESS_DENIED", heard: [] });
    }
  }
  expect((await ask(get("/sync/status"), { ...options, ip: "203.0.113.9" })).status).toBe(200);
});
