import { cipher as nodeCipher } from "../platform/node.ts";
import { cipher as webCipher } from "../platform/web.ts";
import type { Cipher } from "../ports/cipher.ts";
import { fromHex } from "../util/bytes.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";

export const ciphers: readonly (readonly [string, Cipher])[] = [
  ["node", nodeCipher],
  ["web", webCipher],
];

export const hex = (text: string): Uint8Array => fromHex(text) as Uint8Array;

/** Keys of the golden vectors. */
export const goldenKeys = {
  k1: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  k2: "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
};

export function ringOf(
  current: "k1" | "k2" = "k1",
  ids: readonly ("k1" | "k2")[] = ["k1", "k2"],
  cipher: Cipher = nodeCipher,
): KeyRing {
  return createKeyRing({ current, keys: ids.map((id) => [id, goldenKeys[id]] as const) }, cipher);
}
