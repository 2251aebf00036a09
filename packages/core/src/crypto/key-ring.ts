import type { LRUCache } from "lru-cache";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AeadKey, Cipher, MacKey } from "../ports/cipher.ts";
import type { KeyProvider } from "../ports/key-provider.ts";
import { bounded } from "../util/bounded.ts";
import { chain, isPromise, type MaybeAsync } from "../util/maybe-async.ts";
import { encodeParts } from "./encode-parts.ts";
import { checkRootKey, isKeyId, type KeyRingOptions, keyBytes, parseKeys, requireKeyId } from "./key-material.ts";

/** What a subkey is for. One purpose's key never serves another: an index leaked says nothing about a ciphertext. */
export type KeyPurpose = "seal" | "index" | "base";

/** The keys of one Hubspoke instance. Everything that is sealed, indexed or hashed at rest goes through it. */
export interface KeyRing {
  /** Id of the key new values go under. */
  currentId(): MaybeAsync<string>;
  /** Every readable id, the current one first. */
  ids(): MaybeAsync<readonly string[]>;
  /** AES-256-GCM under the subkey of (key, tenant, "seal"). `KEY_UNKNOWN` when the ring does not hold `keyId`. */
  aead(keyId: string, tenant: string): MaybeAsync<AeadKey>;
  /** HMAC-SHA-256 under the subkey of (key, tenant, purpose). `KEY_UNKNOWN` when the ring does not hold `keyId`. */
  mac(keyId: string, tenant: string, purpose: Exclude<KeyPurpose, "seal">): MaybeAsync<MacKey>;
  /**
   * The subkey of (key, tenant, "index") itself, to be kept sealed: rows whose values nobody has any more are found by it
   * after the key has left the ring. It opens nothing. `KEY_UNKNOWN` when the ring does not hold `keyId`.
   */
  indexSubkey(keyId: string, tenant: string): MaybeAsync<Uint8Array>;
}

const subkeyLabel = "hubspoke/subkey/1";
const defaultMaxSubkeys = 4_096;

/**
 * A key ring over configured keys or a `KeyProvider`.
 *
 * Subkeys are HKDF-SHA-256 of the root key (no salt) with info = label, purpose, key id and tenant, encoded
 * injectively: two tenants, two purposes or two key ids never share one. Their handles are kept in a cache of
 * `maxSubkeys` (default 4,096) that belongs to this ring alone.
 *
 * Throws `KEY_LENGTH_INVALID`, `KEY_ID_INVALID` or `CONFIG_INVALID` at once for configured keys; for a provider's, at first use.
 */
export function createKeyRing(
  source: KeyRingOptions | KeyProvider,
  cipher: Cipher,
  options: { readonly maxSubkeys?: number } = {},
): KeyRing {
  const provider = isProvider(source) ? guard(source) : fixed(source);
  const max = options.maxSubkeys ?? defaultMaxSubkeys;
  const aeads = bounded<string, { readonly handle: MaybeAsync<AeadKey> }>(max);
  const macs = bounded<string, { readonly handle: MaybeAsync<MacKey> }>(max);

  function subkey(keyId: string, tenant: string, purpose: KeyPurpose): MaybeAsync<Uint8Array> {
    if (typeof tenant !== "string" || tenant === "") {
      throw new HubspokeError("INPUT_INVALID", "the tenant is missing; every key belongs to a named tenant");
    }
    const info = encodeParts([subkeyLabel, purpose, keyId, tenant]);
    return chain(provider.byId(keyId), (root) => {
      if (root === undefined) throw unknownKey(keyId);
      return cipher.hkdf(root.key, new Uint8Array(0), info, keyBytes);
    });
  }

  return {
    currentId: () => chain(provider.current(), (root) => root.id),
    ids: () =>
      chain(provider.current(), (root) =>
        chain(provider.ids(), (ids) => [root.id, ...ids.filter((id) => id !== root.id).map(requireKeyId)]),
      ),
    aead(keyId, tenant) {
      const name = `${readableId(keyId)} ${tenant}`;
      return remember(aeads, name, () => chain(subkey(keyId, tenant, "seal"), (key) => cipher.aead(key)));
    },
    mac(keyId, tenant, purpose) {
      const name = `${purpose} ${readableId(keyId)} ${tenant}`;
      return remember(macs, name, () => chain(subkey(keyId, tenant, purpose), (key) => cipher.mac(key)));
    },
    indexSubkey: (keyId, tenant) => subkey(readableId(keyId), tenant, "index"),
  };
}

/** Caches a handle as soon as it is asked for, so that racers share one derivation; a failure is never remembered. */
function remember<T>(
  cache: LRUCache<string, { readonly handle: MaybeAsync<T> }>,
  name: string,
  make: () => MaybeAsync<T>,
): MaybeAsync<T> {
  const known = cache.get(name);
  if (known !== undefined) return known.handle;
  const handle = make();
  const entry = { handle };
  cache.set(name, entry);
  if (isPromise(handle)) {
    const settle = (value?: T) => {
      if (cache.peek(name) !== entry) return;
      if (value === undefined) cache.delete(name);
      else cache.set(name, { handle: value });
    };
    handle.then(settle, () => settle());
  }
  return handle;
}

function isProvider(source: KeyRingOptions | KeyProvider): source is KeyProvider {
  return typeof source?.current === "function";
}

function fixed(options: KeyRingOptions): KeyProvider {
  const { current, keys } = parseKeys(options);
  const roots = new Map([...keys].map(([id, key]) => [id, { id, key }]));
  const ids = [...roots.keys()];
  const currentRoot = { id: current, key: keys.get(current) as Uint8Array };
  return { current: () => currentRoot, byId: (id) => roots.get(id), ids: () => ids };
}

/** A provider whose answers are checked and whose failures are ours: `KEY_PROVIDER_FAILED`, its own text kept unsafe. */
function guard(provider: KeyProvider): KeyProvider {
  return {
    current: () =>
      chain(
        ask("current", () => provider.current()),
        (root) => checkRootKey(root),
      ),
    byId: (id) =>
      chain(
        ask("byId", () => provider.byId(id)),
        (root) => (root === undefined ? undefined : checkRootKey(root, id)),
      ),
    ids: () => ask("ids", () => provider.ids()),
  };
}

function ask<T>(method: string, call: () => MaybeAsync<T>): MaybeAsync<T> {
  try {
    const answer = call();
    return isPromise(answer) ? answer.catch((error: unknown) => fail(method, error)) : answer;
  } catch (error) {
    return fail(method, error);
  }
}

function fail(method: string, error: unknown): never {
  throw new HubspokeError(
    "KEY_PROVIDER_FAILED",
    `the key provider failed in ${method}(); nothing was sealed or opened. Check its access and its network, then repeat`,
    isHubspokeError(error) ? { cause: error } : { unsafe: error },
  );
}

/** A malformed id is unknown, and must be before it becomes part of a cache name: "a b" + "c" is not "a" + "b c". */
function readableId(keyId: string): string {
  if (!isKeyId(keyId)) throw unknownKey("(malformed)");
  return keyId;
}

function unknownKey(keyId: string): HubspokeError<"KEY_UNKNOWN"> {
  return new HubspokeError(
    "KEY_UNKNOWN",
    `key ${keyId} is not on the key ring; add it back to keys (it may stop being current) until every row sealed under it is re-sealed`,
    { details: { keyId } },
  );
}
