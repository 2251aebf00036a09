import { createHmac, hash } from "node:crypto";
import { cipher } from "@hubspoke/core/crypto";
import type { AeadKey, Cipher, MacKey } from "@hubspoke/core/ports";
import { chance } from "./random.ts";
import { withSecretBytesOf } from "./secret-bytes.ts";

const tagBytes = 16;
/** One seed in so many runs with the cryptography of production. */
const realEvery = 10;

/** A seed's own randomness, and its cryptography: quick, or production's. */
export function withCryptoOf<T>(seed: number, work: () => Promise<T>): Promise<T> {
  const ciphered = seed % realEvery === 0 ? work : () => withQuickCipher(work);
  return withSecretBytesOf(chance(seed, "secret bytes"), ciphered);
}

/**
 * What the engine does under keys of its own, a tenth as dear: every answer depends on key, IV, data and AAD, and what
 * was altered does not open. It hides nothing, which nobody in a simulation tries to see. Hashes and HubSpot's
 * signatures stay what they are, and are made in this thread: another's time is real.
 */
async function withQuickCipher<T>(work: () => Promise<T>): Promise<T> {
  const real: Cipher = { ...cipher };
  const { digest, importKey, sign } = crypto.subtle;
  Object.assign(cipher, { aead: aeadUnder, mac: macUnder, hkdf: derived });
  Object.assign(crypto.subtle, { digest: sha256, importKey: rawKey, sign: hmacSha256 });
  try {
    return await work();
  } finally {
    Object.assign(cipher, real);
    Object.assign(crypto.subtle, { digest, importKey, sign });
  }
}

async function sha256(_name: string, data: Uint8Array): Promise<Uint8Array> {
  return hash("sha256", data, "buffer");
}

async function rawKey(_format: string, bytes: Uint8Array): Promise<Uint8Array> {
  return bytes;
}

async function hmacSha256(_name: string, key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  return createHmac("sha256", key).update(data).digest();
}

function derived(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Digest(key).take(salt).take(info).give(length);
}

function macUnder(key: Uint8Array): MacKey {
  return { sign: (data) => new Digest(key).take(data).give(32) };
}

function aeadUnder(key: Uint8Array): AeadKey {
  const tag = (iv: Uint8Array, sealed: Uint8Array, aad: Uint8Array) =>
    new Digest(key).take(iv).take(aad).take(sealed).give(tagBytes);
  return {
    seal(iv, plaintext, aad) {
      const body = masked(key, iv, plaintext);
      const out = new Uint8Array(body.length + tagBytes);
      out.set(body);
      out.set(tag(iv, body, aad), body.length);
      return out;
    },
    open(iv, sealed, aad) {
      const body = sealed.subarray(0, -tagBytes);
      const fits = tag(iv, body, aad).every((byte, i) => byte === sealed[body.length + i]);
      return sealed.length >= tagBytes && fits ? masked(key, iv, body) : undefined;
    },
  };
}

function masked(key: Uint8Array, iv: Uint8Array, text: Uint8Array): Uint8Array {
  const mask = new Digest(key).take(iv).give(text.length);
  for (let i = 0; i < text.length; i++) mask[i] = (mask[i] as number) ^ (text[i] as number);
  return mask;
}

/** Two lanes of 32 bits, each turned after each byte. */
class Digest {
  #one = 0x9e3779b9;
  #other = 0x85ebca6b;

  constructor(key: Uint8Array) {
    this.take(key);
  }

  /** Its length goes first: no two lists of parts are alike. */
  take(part: Uint8Array): this {
    let one = Math.imul(this.#one ^ part.length, 0x01000193);
    let other = Math.imul(this.#other ^ part.length, 0x5bd1e995);
    // No `for of`: this runs for every byte of every field that is compared.
    for (let i = 0; i < part.length; i++) {
      const byte = part[i] as number;
      one = Math.imul(one ^ byte, 0x9e3779b1);
      one = (one << 13) | (one >>> 19);
      other = Math.imul(other ^ byte, 0xc2b2ae35);
      other = (other << 17) | (other >>> 15);
    }
    this.#one = one;
    this.#other = other;
    return this;
  }

  give(length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let i = 0; i < length; i += 4) {
      const word = stirred(stirred(this.#one + i) ^ (this.#other + Math.imul(i, 0x27d4eb2f)));
      for (let b = 0; b < 4; b++) out[i + b] = word >>> (8 * b);
    }
    return out;
  }
}

/** Every bit of it moves every other (the last steps of MurmurHash3). */
function stirred(word: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
