import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { RootKey } from "../ports/key-provider.ts";
import { equalBytes, fromBase64, fromHex } from "../util/bytes.ts";

export const keyBytes = 32;

/** 32 bytes, or their base64 (as `openssl rand -base64 32` prints) or hexadecimal text. White space around is ignored. */
export type KeyMaterial = string | Uint8Array;

/** Keys of the configuration. Pairs instead of an object keep a duplicate id visible, so that it can be refused. */
export interface KeyRingOptions {
  /** Id of the key that new values are sealed under. */
  readonly current: string;
  /** Every key still needed to read, the current one included. Ids: 1–32 of `A–Z a–z 0–9 _ -`. */
  readonly keys: Readonly<Record<string, KeyMaterial>> | readonly (readonly [id: string, key: KeyMaterial])[];
}

/** Key ids are part of envelopes and of index prefixes, so they hold neither a dot nor anything that needs escaping. */
export function isKeyId(id: unknown): id is string {
  return typeof id === "string" && /^[A-Za-z0-9_-]{1,32}$/.test(id);
}

/** The id, or `KEY_ID_INVALID`. A bad id is not repeated in the message: it may be a key put in the wrong place. */
export function requireKeyId(id: unknown): string {
  if (isKeyId(id)) return id;
  throw new HubspokeError(
    "KEY_ID_INVALID",
    "a key id is 1 to 32 characters of A-Z a-z 0-9 _ - (for example k1); one of the configured ids is not",
  );
}

/** The key's 32 bytes as a copy of our own, or `KEY_LENGTH_INVALID` naming the id and what was found; `CONFIG_INVALID` for zeros. */
export function decodeKey(id: string, material: unknown): Uint8Array {
  const bytes = typeof material === "string" ? decodeText(material.trim()) : material;
  if (bytes instanceof Uint8Array && bytes.length === keyBytes) {
    if (bytes.some((byte) => byte !== 0)) return Uint8Array.from(bytes);
    throw new HubspokeError(
      "CONFIG_INVALID",
      `key ${id} is ${keyBytes} zero bytes: a buffer that nobody filled, and a key that everybody knows. Make one with: openssl rand -base64 32`,
      { details: { keyId: id } },
    );
  }
  const isMissing = material === undefined || material === null || material === "";
  const other = isMissing ? "missing or empty" : "neither base64, hexadecimal nor bytes";
  const found = bytes instanceof Uint8Array && !isMissing ? `${bytes.length} bytes` : other;
  throw new HubspokeError(
    "KEY_LENGTH_INVALID",
    `key ${id} is ${found}; it must be exactly ${keyBytes} bytes. Make one with: openssl rand -base64 32`,
    { details: { keyId: id } },
  );
}

/** The configured keys, checked as a whole before any of them is used. */
export function parseKeys(options: KeyRingOptions): {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
} {
  const keys = new Map<string, Uint8Array>();
  const entries = Array.isArray(options.keys) ? options.keys : Object.entries(options.keys ?? {});
  for (const [rawId, material] of entries as Iterable<readonly [unknown, unknown]>) {
    const id = requireKeyId(rawId);
    if (keys.has(id))
      throw refuseIds(`key id ${id} is configured twice; which of the two sealed a row could not be told`, id);
    const key = decodeKey(id, material);
    for (const [otherId, other] of keys) {
      if (equalBytes(key, other))
        throw refuseIds(`keys ${otherId} and ${id} hold the same bytes: rotating to it would change nothing`, id);
    }
    keys.set(id, key);
  }
  const current = requireKeyId(options.current);
  if (!keys.has(current)) {
    const known = keys.size === 0 ? "none is configured" : `configured are ${[...keys.keys()].join(", ")}`;
    throw refuseIds(`the current key is ${current}, and ${known}; add it to keys or correct current`, current);
  }
  return { current, keys };
}

/** What a provider answered, held to the same rules as configured keys. */
export function checkRootKey(root: RootKey, expectedId?: string): RootKey {
  const id = requireKeyId((root as Partial<RootKey> | null)?.id);
  if (expectedId !== undefined && id !== expectedId) {
    throw refuseIds(`the key provider was asked for key ${expectedId} and answered with key ${id}`, expectedId);
  }
  return { id, key: decodeKey(id, root.key) };
}

function decodeText(text: string): Uint8Array | undefined {
  // 64 hexadecimal characters are also base64 of 48 bytes: the reading that gives a key of the right length wins.
  return (text.length === keyBytes * 2 ? fromHex(text) : undefined) ?? fromBase64(text) ?? fromHex(text);
}

function refuseIds(message: string, keyId: string): HubspokeError<"KEY_ID_INVALID"> {
  return new HubspokeError("KEY_ID_INVALID", message, { details: { keyId } });
}
