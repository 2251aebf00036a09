import { HubspokeError } from "../errors/hubspoke-error.ts";
import { utf8 } from "../util/bytes.ts";
import { encodeParts } from "./encode-parts.ts";
import { isKeyId } from "./key-material.ts";

/** The format written now. A reader keeps every format ever written; golden ciphertexts hold it to that. */
export const envelopeFormat = 1;
export const ivBytes = 12;
export const tagBytes = 16;

/** A sealed value taken apart. Layout: format (1 byte), length of the key id (1), key id (ASCII), IV (12), ciphertext, tag (16). */
export interface Envelope {
  readonly format: 1;
  readonly keyId: string;
  readonly iv: Uint8Array;
  /** Ciphertext followed by its tag. */
  readonly sealed: Uint8Array;
}

/** Where a sealed value lives. It opens there and nowhere else. */
export interface Binding {
  /** Also says which subkey: one tenant's values open under no other's. */
  readonly tenant: string;
  /** Without the `hubspoke_` of the database: stable, for it is in every envelope's proof. */
  readonly table: string;
  /** Which value of the row. */
  readonly column: string;
  /** Random, made before the insert, never derived from data: see `RowId`. */
  readonly rowId: string;
}

/** What every value sealed now under this key begins with. */
export function envelopePrefix(keyId: string): Uint8Array {
  const id = utf8(keyId);
  return Uint8Array.of(envelopeFormat, id.length, ...id);
}

export function serialiseEnvelope(envelope: Envelope): Uint8Array {
  const id = utf8(envelope.keyId);
  const out = new Uint8Array(2 + id.length + ivBytes + envelope.sealed.length);
  out[0] = envelope.format;
  out[1] = id.length;
  out.set(id, 2);
  out.set(envelope.iv, 2 + id.length);
  out.set(envelope.sealed, 2 + id.length + ivBytes);
  return out;
}

/** Takes stored bytes apart, or throws `ENVELOPE_MALFORMED`. The parts are views on `bytes`, not copies. */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (!(bytes instanceof Uint8Array)) throw malformed("it is not a byte array");
  const [format, idLength] = bytes;
  if (format === undefined || idLength === undefined) throw malformed(`it has ${bytes.length} bytes`);
  if (format !== envelopeFormat)
    throw malformed(
      `its format is ${format} and this version reads ${envelopeFormat}; a newer Hubspoke may have written it`,
    );
  const ivAt = 2 + idLength;
  const keyId = String.fromCharCode(...bytes.subarray(2, ivAt));
  if (!isKeyId(keyId)) throw malformed("its key id is not one");
  if (bytes.length < ivAt + ivBytes + tagBytes)
    throw malformed(`it has ${bytes.length} bytes, too few for an IV and a tag`);
  return { format, keyId, iv: bytes.subarray(ivAt, ivAt + ivBytes), sealed: bytes.subarray(ivAt + ivBytes) };
}

/** The additional data authenticated with a value: its place, its key and its format, encoded injectively. */
export function additionalData(binding: Binding, keyId: string, format: number): Uint8Array {
  return encodeParts([
    "hubspoke/sealed",
    String(format),
    keyId,
    binding.tenant,
    binding.table,
    binding.column,
    binding.rowId,
  ]);
}

function malformed(why: string): HubspokeError<"ENVELOPE_MALFORMED"> {
  return new HubspokeError(
    "ENVELOPE_MALFORMED",
    `a stored sealed value cannot be read: ${why}. The row was damaged or written by something else`,
  );
}
