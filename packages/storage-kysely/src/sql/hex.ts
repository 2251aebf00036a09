const digits = new TextEncoder().encode("0123456789abcdef");
const text = new TextDecoder();

/**
 * Bytes as text for `unhex()`: JSON has no bytes, and Workers have no Buffer. Through a byte array, because building a
 * string byte by byte took a quarter of a bulk write.
 */
export function toHex(bytes: Uint8Array): string {
  const hex = new Uint8Array(bytes.length * 2);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    hex[2 * i] = digits[byte >> 4] as number;
    hex[2 * i + 1] = digits[byte & 15] as number;
  }
  return text.decode(hex);
}
