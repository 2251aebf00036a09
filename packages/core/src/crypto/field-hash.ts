import type { MacKey } from "../ports/cipher.ts";
import { equalText } from "../util/bytes.ts";
import { chain, isPromise, type MaybeAsync } from "../util/maybe-async.ts";
import type { KeyRing } from "./key-ring.ts";
import { hashKeyId, keyedHash } from "./keyed-hash.ts";

/** The field a hash belongs to. Equal values in two records, fields or tenants have unrelated hashes. */
export interface FieldOf {
  /** Hashes are keyed by a subkey of the tenant's. */
  readonly tenant: string;
  /** The name it was declared by. */
  readonly sync: string;
  /** HubSpot's object, by its canonical name or type id. */
  readonly object: string;
  /** Of the pair; the same for hash and comparison. */
  readonly recordId: string;
  /** The local name of the field. */
  readonly field: string;
}

/**
 * Keyed hashes of the sync base: whether a field still holds what both sides agreed on, without keeping the value.
 * The value is the caller's canonical form; `null` (no value) differs from `""`.
 */
export interface FieldHasher {
  /** `1.<key id>.<22 characters>` under the current key. */
  hash(field: FieldOf, canonical: string | null): MaybeAsync<string>;
  /**
   * Whether `stored` is the hash of this value here, computed under the key that `stored` names, so that a rotation
   * never looks like an edit. `KEY_UNKNOWN` when that key is retired, `ENVELOPE_MALFORMED` when it is no hash.
   */
  matches(stored: string, field: FieldOf, canonical: string | null): MaybeAsync<boolean>;
  /** As `hash`, under the key that `stored` names: what is compared with it. Errors: as `matches`. */
  hashLike(stored: string, field: FieldOf, canonical: string | null): MaybeAsync<string>;
  /** Whether `stored` is under another key than the current one. */
  needsRehash(stored: string): MaybeAsync<boolean>;
}

/** Makes the keyed hashes that stand for what both sides of a sync agreed on. */
export function createFieldHasher(ring: KeyRing): FieldHasher {
  // A pass hashes thousands of one tenant's fields one after the other: looking its key up is a twelfth of the time.
  let last: { readonly keyId: string; readonly tenant: string; readonly key: MacKey } | undefined;
  const keyOf = (keyId: string, tenant: string): MaybeAsync<MacKey> => {
    if (last?.keyId === keyId && last.tenant === tenant) return last.key;
    const key = ring.mac(keyId, tenant, "base");
    if (!isPromise(key)) last = { keyId, tenant, key };
    return key;
  };
  const under = (keyId: string, of: FieldOf, canonical: string | null): MaybeAsync<string> =>
    chain(keyOf(keyId, of.tenant), (key) =>
      keyedHash(key, keyId, ["hubspoke/base", of.sync, of.object, of.recordId, of.field, canonical]),
    );
  return {
    hash: (of, canonical) => chain(ring.currentId(), (keyId) => under(keyId, of, canonical)),
    matches: (stored, of, canonical) =>
      chain(under(hashKeyId(stored), of, canonical), (computed) => equalText(stored, computed)),
    hashLike: (stored, of, canonical) => under(hashKeyId(stored), of, canonical),
    needsRehash(stored) {
      const keyId = hashKeyId(stored);
      return chain(ring.currentId(), (current) => current !== keyId);
    },
  };
}
