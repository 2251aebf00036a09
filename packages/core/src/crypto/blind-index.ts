import type { MacKey } from "../ports/cipher.ts";
import { all, chain, type MaybeAsync } from "../util/maybe-async.ts";
import type { Part } from "./encode-parts.ts";
import type { KeyRing } from "./key-ring.ts";
import { hashKeyId, hashPrefix, keyedHash } from "./keyed-hash.ts";

/** What is hashed: one value, or a tuple whose parts are kept apart. */
export type IndexedValue = string | readonly Part[];

/**
 * Finds a sealed row by a value without storing the value: a keyed hash under the tenant's own index subkey, so that
 * a dump of the database cannot be searched by trying all phone numbers, and one tenant's index says nothing about
 * another's. Equal values give equal indexes: that equality, and nothing else, is what the database learns.
 *
 * Normalise first (a phone to E.164, an e-mail to lower case): one byte of difference is another index.
 * `purpose` names what is indexed (`"phone"`, `"email"`, `"query"`): one value has unrelated indexes under two purposes.
 */
export interface BlindIndex {
  /** `1.<key id>.<22 characters>` under the current key: what to store. */
  index(tenant: string, purpose: string, value: IndexedValue): MaybeAsync<string>;
  /** The same under every key of the ring, the current one first: what to look up by, so that a rotation hides no row. */
  allLive(tenant: string, purpose: string, value: IndexedValue): MaybeAsync<readonly string[]>;
  /** What every index under the current key begins with; a row without it is to be re-indexed. */
  currentPrefix(): MaybeAsync<string>;
  /** Whether a stored index is under another key than the current one. */
  needsReindex(stored: string): MaybeAsync<boolean>;
}

/** The index under a tenant's index subkey, on the ring or kept from one that was: see `KeyRing.indexSubkey`. */
export function indexUnder(key: MacKey, keyId: string, purpose: string, value: IndexedValue): MaybeAsync<string> {
  return keyedHash(key, keyId, ["hubspoke/index", purpose, ...(typeof value === "string" ? [value] : value)]);
}

/** Makes the keyed indexes that sealed values are found by, under the tenant's own subkey of each root key. */
export function createBlindIndex(ring: KeyRing): BlindIndex {
  const under = (keyId: string, tenant: string, purpose: string, value: IndexedValue): MaybeAsync<string> =>
    chain(ring.mac(keyId, tenant, "index"), (key) => indexUnder(key, keyId, purpose, value));
  return {
    index: (tenant, purpose, value) => chain(ring.currentId(), (keyId) => under(keyId, tenant, purpose, value)),
    allLive: (tenant, purpose, value) =>
      chain(ring.ids(), (ids) => all(ids.map((keyId) => under(keyId, tenant, purpose, value)))),
    currentPrefix: () => chain(ring.currentId(), hashPrefix),
    needsReindex(stored) {
      const keyId = hashKeyId(stored);
      return chain(ring.currentId(), (current) => current !== keyId);
    },
  };
}
