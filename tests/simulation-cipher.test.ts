import { cipher } from "@hubspoke/core/crypto";
import { expect, test } from "vitest";
import { withCryptoOf } from "./simulation/base/quick-cipher.ts";

const bytes = (length: number, first = 1): Uint8Array => Uint8Array.from({ length }, (_, i) => first + i);
const altered = (of: Uint8Array, at: number): Uint8Array => of.map((byte, i) => (i === at ? byte ^ 1 : byte));

test("the simulation's quick cipher opens what was sealed so, and nothing else; a tenth of the seeds have the real one", async () => {
  const real = { ...cipher };
  await withCryptoOf(1, async () => {
    const [key, iv, aad, text] = [bytes(32), bytes(12, 50), bytes(20, 90), bytes(45, 130)];
    const aead = await cipher.aead(key);
    const sealed = await aead.seal(iv, text, aad);
    expect(cipher.aead).not.toBe(real.aead);
    expect(await aead.open(iv, sealed, aad)).toEqual(text);
    const wrong = [
      ...Array.from(sealed, (_, i) => aead.open(iv, altered(sealed, i), aad)),
      aead.open(altered(iv, 3), sealed, aad),
      aead.open(iv, sealed, altered(aad, 7)),
      aead.open(iv, sealed, aad.subarray(1)),
      aead.open(iv, sealed.subarray(1), aad),
      aead.open(iv, sealed.subarray(0, 9), aad),
      (await cipher.aead(altered(key, 31))).open(iv, sealed, aad),
    ];
    expect((await Promise.all(wrong)).filter((opened) => opened !== undefined)).toEqual([]);
  });
  expect({ ...cipher }).toEqual(real);
  await withCryptoOf(10, async () => expect({ ...cipher }).toEqual(real));
});

test("its hashes differ wherever key or data do", async () => {
  await withCryptoOf(1, async () => {
    const seen = new Set<string>();
    const add = async (key: Uint8Array, data: Uint8Array) =>
      seen.add(Buffer.from(await (await cipher.mac(key)).sign(data)).toString("hex"));
    for (let at = 0; at < 32; at++) await add(altered(bytes(32), at), bytes(40));
    for (let at = 0; at < 40; at++) await add(bytes(32), altered(bytes(40), at));
    for (let length = 0; length < 40; length++) await add(bytes(32), new Uint8Array(length));
    expect(seen.size).toBe(112);
  });
});
