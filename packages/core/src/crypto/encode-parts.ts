import { isWellFormed, utf8 } from "../util/bytes.ts";

/** One dimension of what a key, a ciphertext or a keyed hash is bound to. */
export type Part = string | null;

const tags = { absent: 0, utf8: 1, utf16: 2 } as const;
const headerBytes = 5;

/**
 * A list of parts as bytes, injectively: two different lists never give the same bytes, so nothing bound to one
 * tuple is ever accepted for another (`["ab", "c"]` against `["a", "bc"]`, `null` against `""`).
 *
 * Each part is a tag (absent, UTF-8, UTF-16), its length in bytes as 32 bits big-endian, and its bytes. UTF-16 is
 * for text with lone surrogates, which UTF-8 would fold into one replacement character. Never throws.
 */
export function encodeParts(parts: readonly Part[]): Uint8Array {
  // Plain loops and no lists beside: a sync makes one of these for every field of every record it looks at.
  let length = parts.length * headerBytes;
  let encoded: Map<string, Encoded> | undefined;
  for (const part of parts) {
    if (part === null) continue;
    if (isAscii(part)) length += part.length;
    else {
      const one = encode(part);
      encoded = (encoded ?? new Map<string, Encoded>()).set(part, one);
      length += one.bytes.length;
    }
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    const other = part === null ? undefined : encoded?.get(part);
    const size = other?.bytes.length ?? part?.length ?? 0;
    out[at] = part === null ? tags.absent : (other?.tag ?? tags.utf8);
    out[at + 1] = size >>> 24;
    out[at + 2] = size >>> 16;
    out[at + 3] = size >>> 8;
    out[at + 4] = size;
    at += headerBytes;
    if (other !== undefined) out.set(other.bytes, at);
    else if (part !== null) for (let c = 0; c < size; c++) out[at + c] = part.charCodeAt(c);
    at += size;
  }
  return out;
}

interface Encoded {
  readonly tag: number;
  readonly bytes: Uint8Array;
}

function encode(part: string): Encoded {
  return isWellFormed(part) ? { tag: tags.utf8, bytes: utf8(part) } : { tag: tags.utf16, bytes: utf16(part) };
}

/** Almost every part is ASCII and short; for those a loop beats the text encoder several times over. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function utf16(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    out[i * 2] = unit >> 8;
    out[i * 2 + 1] = unit & 255;
  }
  return out;
}
