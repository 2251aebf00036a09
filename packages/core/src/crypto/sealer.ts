import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { AeadKey, Cipher } from "../ports/cipher.ts";
import { isWellFormed, utf8, utf8Text } from "../util/bytes.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import { additionalData, type Binding, envelopeFormat, ivBytes, parseEnvelope, serialiseEnvelope } from "./envelope.ts";
import type { KeyRing } from "./key-ring.ts";

/**
 * Seals values for storage: AES-256-GCM under the tenant's subkey, bound to the place the value is stored in.
 * On Node every method answers at once; elsewhere by promise. `await` works for both.
 *
 * Errors: `KEY_UNKNOWN` (the key is not on the ring: nothing else is tried), `ENVELOPE_MALFORMED`,
 * `DECRYPTION_FAILED` (moved to another row, altered, or another key under the same id), `KEY_PROVIDER_FAILED`.
 * None of them holds anything of the value.
 */
export interface Sealer {
  /** Always under the current key, with a random IV: the same value twice gives two envelopes. */
  seal(binding: Binding, plaintext: Uint8Array | string): MaybeAsync<Uint8Array>;
  /** Under the key the envelope names, current or old. */
  open(binding: Binding, envelope: Uint8Array): MaybeAsync<Uint8Array>;
  /** `open` for a value sealed from text. */
  openText(binding: Binding, envelope: Uint8Array): MaybeAsync<string>;
  /** Seals the JSON of `value`; `INPUT_INVALID` for what JSON has no form for (`undefined`, a function, a cycle, a bigint). */
  sealJson(binding: Binding, value: unknown): MaybeAsync<Uint8Array>;
  /** `open`, parsed: of no type that was checked. */
  openJson(binding: Binding, envelope: Uint8Array): MaybeAsync<unknown>;
  /** The id of the key a value is sealed under, without opening it. */
  keyIdOf(envelope: Uint8Array): string;
  /** Whether a value is under another key or format than the current ones. */
  needsReseal(envelope: Uint8Array): MaybeAsync<boolean>;
  /** Opens at `from` and seals at `to` (default: the same place) under the current key. */
  reseal(from: Binding, envelope: Uint8Array, to?: Binding): MaybeAsync<Uint8Array>;
}

/** What a sealer works with. */
export interface SealerOptions {
  /** Its current key seals; every key on it opens. */
  readonly ring: KeyRing;
  /** Gives the IVs: `cipher.randomBytes` is the runtime's CSPRNG. */
  readonly cipher: Pick<Cipher, "randomBytes">;
  /**
   * Told once when this process has sealed `warnAfterSeals` values under one tenant's subkey. Random IVs of 96 bits
   * stay safe up to 2³² values a key; the default of 2²⁴ leaves room for 256 processes. The remedy is a new current key.
   */
  readonly onKeyWorn?: (fact: { readonly keyId: string; readonly tenant: string; readonly seals: number }) => void;
  /** Counted in this process, for each tenant and key. Default 2²⁴. */
  readonly warnAfterSeals?: number;
}

/** Makes what seals and opens values: AES-256-GCM, bound to tenant, table, column and row. */
export function createSealer({ ring, cipher, onKeyWorn, warnAfterSeals = 2 ** 24 }: SealerOptions): Sealer {
  const seals = new WeakMap<AeadKey, number>();

  function count(key: AeadKey, keyId: string, tenant: string): void {
    const sealed = (seals.get(key) ?? 0) + 1;
    seals.set(key, sealed);
    if (sealed === warnAfterSeals) onKeyWorn?.({ keyId, tenant, seals: sealed });
  }

  function seal(binding: Binding, plaintext: Uint8Array | string): MaybeAsync<Uint8Array> {
    const bytes = typeof plaintext === "string" ? textBytes(plaintext) : plaintext;
    return chain(ring.currentId(), (keyId) =>
      chain(ring.aead(keyId, binding.tenant), (key) => {
        count(key, keyId, binding.tenant);
        const iv = cipher.randomBytes(ivBytes);
        const aad = additionalData(binding, keyId, envelopeFormat);
        return chain(key.seal(iv, bytes, aad), (sealed) =>
          serialiseEnvelope({ format: envelopeFormat, keyId, iv, sealed }),
        );
      }),
    );
  }

  function open(binding: Binding, envelope: Uint8Array): MaybeAsync<Uint8Array> {
    const { format, keyId, iv, sealed } = parseEnvelope(envelope);
    const aad = additionalData(binding, keyId, format);
    return chain(ring.aead(keyId, binding.tenant), (key) =>
      chain(key.open(iv, sealed, aad), (plaintext) => {
        if (plaintext === undefined) throw failed(binding, keyId);
        return plaintext;
      }),
    );
  }

  function openText(binding: Binding, envelope: Uint8Array): MaybeAsync<string> {
    return chain(open(binding, envelope), (plaintext) => {
      const text = utf8Text(plaintext);
      if (text === undefined) throw notAsSealed(binding, "text");
      return text;
    });
  }

  return {
    seal,
    open,
    openText,
    sealJson: (binding, value) => seal(binding, jsonBytes(value)),
    openJson: (binding, envelope) => chain(openText(binding, envelope), (text) => parseJson(binding, text)),
    keyIdOf: (envelope) => parseEnvelope(envelope).keyId,
    needsReseal(envelope) {
      const { keyId } = parseEnvelope(envelope);
      return chain(ring.currentId(), (current) => current !== keyId);
    },
    reseal: (from, envelope, to = from) => chain(open(from, envelope), (plaintext) => seal(to, plaintext)),
  };
}

function textBytes(text: string): Uint8Array {
  if (isWellFormed(text)) return utf8(text);
  throw new HubspokeError(
    "INPUT_INVALID",
    "text with a lone surrogate cannot be sealed as UTF-8 without change; seal it with sealJson",
  );
}

function jsonBytes(value: unknown): Uint8Array {
  let json: string | undefined;
  try {
    json = JSON.stringify(value) as string | undefined;
  } catch (error) {
    throw new HubspokeError("INPUT_INVALID", "the value to seal has no JSON form: it holds a cycle or a bigint", {
      unsafe: error,
    });
  }
  if (json === undefined)
    throw new HubspokeError("INPUT_INVALID", "the value to seal has no JSON form: it is undefined or a function");
  return utf8(json);
}

function parseJson(binding: Binding, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAsSealed(binding, "JSON"); // the parser's own message quotes the plaintext
  }
}

function failed(binding: Binding, keyId: string): HubspokeError<"DECRYPTION_FAILED"> {
  return new HubspokeError(
    "DECRYPTION_FAILED",
    `${binding.table}.${binding.column} of row ${binding.rowId} does not open under key ${keyId}: it was altered, moved from another row or tenant, or the key's bytes changed. Delete the row or restore the key`,
    { details: { table: binding.table, column: binding.column, rowId: binding.rowId, keyId } },
  );
}

function notAsSealed(binding: Binding, expected: string): HubspokeError<"ENVELOPE_MALFORMED"> {
  return new HubspokeError(
    "ENVELOPE_MALFORMED",
    `${binding.table}.${binding.column} of row ${binding.rowId} opened, but holds no ${expected}: it was sealed as something else`,
  );
}
