import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { MacKey } from "../ports/cipher.ts";
import { toBase64Url } from "../util/bytes.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import { encodeParts, type Part } from "./encode-parts.ts";
import { isKeyId } from "./key-material.ts";

const hashFormat = "1";
const hashBytes = 16;
/** Of so many bytes as base64url. */
const digestLength = 22;

/** What every hash under this key begins with: `1.<key id>.` */
export function hashPrefix(keyId: string): string {
  return `${hashFormat}.${keyId}.`;
}

/**
 * `1.<key id>.<22 characters>`: HMAC-SHA-256 of the parts, cut to its first 128 bits (NIST SP 800-107 asks for no more
 * of a MAC, and 22 characters instead of 43 halve the indexes), as base64url.
 */
export function keyedHash(key: MacKey, keyId: string, parts: readonly Part[]): MaybeAsync<string> {
  return chain(key.sign(encodeParts(parts)), (mac) => hashPrefix(keyId) + toBase64Url(mac.subarray(0, hashBytes)));
}

/** The key id inside a stored hash, or `ENVELOPE_MALFORMED`. */
export function hashKeyId(stored: string): string {
  // No list of parts: every field of every record that a sync looks at comes by here.
  const start = hashFormat.length + 1;
  const end = stored.indexOf(".", start);
  const keyId = stored.slice(start, Math.max(start, end));
  const hasForm = stored.startsWith(`${hashFormat}.`) && stored.length === end + 1 + digestLength;
  if (hasForm && isKeyId(keyId) && !stored.includes(".", end + 1)) return keyId;
  throw new HubspokeError(
    "ENVELOPE_MALFORMED",
    "a stored keyed hash cannot be read: it is not 1.<key id>.<22 characters>. The row was damaged or a newer Hubspoke wrote it",
  );
}
