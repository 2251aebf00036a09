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
  let length = 0;
  const pieces: (string | Uint8Array | null)[] = [];
  const types: number[] = [];
  for (const part of parts) {
    if (part === null) {
      pieces.push(null);
      types.push(tags.absent);
    } else if (isAscii(part)) {
      pieces.push(part);
      types.push(tags.utf8);
      length += part.length;
    } else {
      const wellFormed = isWellFormed(part);
      const bytes = wellFormed ? utf8(part) : utf16(part);
      pieces.push(bytes);
      types.push(wellFormed ? tags.utf8 : tags.utf16);
      length += bytes.length;
    }
  }
  const out = new Uint8Array(length + parts.length * headerBytes);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [i, piece] of pieces.entries()) {
    out[at] = types[i] as number;
    view.setUint32(at + 1, piece?.length ?? 0);
    at += headerBytes;
    if (typeof piece === "string") for (let c = 0; c < piece.length; c++) out[at + c] = piece.charCodeAt(c);
    else if (piece !== null) out.set(piece, at);
    at += piece?.length ?? 0;
  }
  return out;
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
