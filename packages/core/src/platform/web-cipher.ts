import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AeadKey, Cipher, MacKey } from "../ports/cipher.ts";

const tagBytes = 16;
const hmac = { name: "HMAC", hash: "SHA-256" } as const;

/** Bytes of the runtime's CSPRNG; `getRandomValues` gives at most 65,536 a call. */
export function randomBytes(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(out.subarray(at, at + 65_536));
  return out;
}

/** WebCrypto: Workers, Deno, Bun, browsers. Keys are imported once, not extractable. */
export const cipher: Cipher = { randomBytes, aead, mac, hkdf, hmac: hmacUnder, sha256 };

async function aead(bytes: Uint8Array): Promise<AeadKey> {
  const raw = requireLength(bytes, 32, "an AES-256 key");
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  return {
    async seal(iv, plaintext, aad) {
      return new Uint8Array(await crypto.subtle.encrypt(gcm(iv, aad), key, own(plaintext)));
    },
    async open(iv, sealed, aad) {
      if (sealed.length < tagBytes) return undefined;
      const parameters = gcm(iv, aad);
      try {
        return new Uint8Array(await crypto.subtle.decrypt(parameters, key, own(sealed)));
      } catch (error) {
        if ((error as { name?: unknown } | null)?.name === "OperationError") return undefined; // the tag does not fit
        throw new HubspokeError("INTERNAL", "WebCrypto refused to decrypt for a reason other than the tag", {
          unsafe: error,
        });
      }
    },
  };
}

async function mac(bytes: Uint8Array): Promise<MacKey> {
  const key = await crypto.subtle.importKey("raw", requireLength(bytes, 32, "an HMAC key"), hmac, false, ["sign"]);
  return {
    async sign(data) {
      return new Uint8Array(await crypto.subtle.sign("HMAC", key, own(data)));
    },
  };
}

async function hmacUnder(secret: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const key = await crypto.subtle.importKey("raw", own(secret), hmac, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, own(data)));
}

async function hkdf(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Promise<Uint8Array> {
  const material = await crypto.subtle.importKey("raw", own(key), "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: own(salt), info: own(info) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, material, length * 8));
}

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", own(data)));
}

function gcm(iv: Uint8Array, aad: Uint8Array): AesGcmParams {
  return { name: "AES-GCM", iv: requireLength(iv, 12, "an IV"), additionalData: own(aad), tagLength: tagBytes * 8 };
}

/** WebCrypto's types refuse views on shared memory, which nothing here ever makes. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>;
}

function requireLength(bytes: Uint8Array, length: number, what: string): Uint8Array<ArrayBuffer> {
  if (bytes.length === length) return own(bytes);
  throw new HubspokeError("INTERNAL", `${what} has ${length} bytes; it was given ${bytes.length}`);
}
