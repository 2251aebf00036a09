/** Bytes by which a file is told to be text. */
const headBytes = 4_096;
/** Bytes of a file looked at together, and how many of them again with the next: no key is longer. Both even. */
const window = 1 << 20;
const overlap = 4_096;

/** How the bytes of a text are read. */
export type TextForm = "utf-8" | "utf-16le" | "utf-16be";

/** A file's text in pieces that overlap, or nothing when it is none: a picture, a recording, an archive. */
export async function* textOf(file: Blob): AsyncGenerator<string> {
  const form = formOf(await bytesOf(file, 0, headBytes), file.type);
  if (form === null) return;
  for (let at = 0; at < file.size; at += window) {
    yield decode(await bytesOf(file, Math.max(0, at - overlap), at + window), form);
  }
}

async function bytesOf(file: Blob, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(from, to).arrayBuffer());
}

/**
 * By its type, and else by how it begins: a list that Excel saved, in two bytes a character or in those of an older
 * Windows, or one that came without a type, is text all the same.
 */
export function formOf(head: Uint8Array, type: string): TextForm | null {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const zeros = [0, 0];
  let controls = 0;
  for (const [i, byte] of head.entries()) {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
    else if (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27) controls++;
  }
  const [even = 0, odd = 0] = zeros;
  // Letters, digits and commas are half zeros in two bytes, and all on one side.
  if (even + odd > 0 && (even === 0 || odd === 0) && (even + odd) * 4 >= head.length) {
    return even === 0 ? "utf-16le" : "utf-16be";
  }
  if (/^text\/|json|csv/.test(type)) return "utf-8";
  if (even + odd > 0) return null;
  // The last character may have been cut in its middle.
  if (!decode(head, "utf-8").slice(0, -4).includes("\ufffd")) return "utf-8";
  const isDocument = String.fromCharCode(...head.slice(0, 5)) === "%PDF-";
  return controls === 0 && !isDocument ? "utf-8" : null;
}

/** What is no character is U+FFFD; letters and digits beside it are what they are. */
export function decode(bytes: Uint8Array, form: TextForm): string {
  if (form !== "utf-16be") return new TextDecoder(form).decode(bytes);
  const swapped = new Uint8Array(bytes.length);
  for (const [i, byte] of bytes.entries()) swapped[i ^ 1] = byte;
  return new TextDecoder("utf-16le").decode(swapped);
}
