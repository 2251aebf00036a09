/** What nobody outside a network has, or nobody at all (IANA's special-purpose registries), and a cloud's own services. */
const closedIPv4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // shared by a carrier's customers; Alibaba's metadata
  ["127.0.0.0", 8],
  ["168.63.129.16", 32], // Azure's host
  ["169.254.0.0", 16], // link-local; metadata of most clouds
  ["172.16.0.0", 12],
  ["192.0.0.0", 24], // Oracle's metadata
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4],
];

/** Within 2000::/3, outside of which nothing is public. */
const closedIPv6: readonly (readonly [network: string, bits: number])[] = [
  ["2001::", 23], // protocol assignments: Teredo, benchmarks, ORCHID
  ["2001:db8::", 32],
  ["2002::", 16], // 6to4: an IPv4 address in disguise
  ["2620:4f:8000::", 48],
  ["3fff::", 20],
];

/**
 * Whether an IP address, as text, is one the whole internet can reach. False for anything else: private, loopback,
 * link-local, multicast, documentation, and IPv6 that carries such an IPv4 address (mapped, NAT64, 6to4, ISATAP).
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseIPv4(address);
  if (v4 !== null) return isPublicIPv4(v4);
  const v6 = parseIPv6(address);
  return v6 !== null && isPublicIPv6(v6);
}

/** Whether the text is an IP address at all. A URL's brackets are not part of it. */
export function isAddress(text: string): boolean {
  return parseIPv4(text) !== null || parseIPv6(text) !== null;
}

function isPublicIPv4(address: number): boolean {
  return !closedIPv4.some(([network, bits]) => {
    const shift = 2 ** (32 - bits);
    return Math.floor(address / shift) === Math.floor((parseIPv4(network) ?? 0) / shift);
  });
}

function isPublicIPv6(words: readonly number[]): boolean {
  const [first = 0, second = 0] = words;
  const embedded = (words[6] ?? 0) * 65_536 + (words[7] ?? 0);
  const zeroUpTo = (index: number, from = 0): boolean => words.slice(from, index).every((word) => word === 0);
  // ::ffff:a.b.c.d is IPv4 itself.
  if (zeroUpTo(5) && words[5] === 0xffff) return isPublicIPv4(embedded);
  // 64:ff9b::a.b.c.d is the way to IPv4 from a network that has none.
  if (first === 0x64 && second === 0xff9b && zeroUpTo(6, 2)) return isPublicIPv4(embedded);
  if (first >> 13 !== 1) return false;
  // ISATAP: behind any prefix, the last half is 0:5efe and an IPv4 address.
  if (words[5] === 0x5efe && ((words[4] ?? 0) & 0xfdff) === 0) return false;
  return !closedIPv6.some(([network, bits]) => startsAlike(words, parseIPv6(network) ?? [], bits));
}

function startsAlike(a: readonly number[], b: readonly number[], bits: number): boolean {
  for (let i = 0; i * 16 < bits; i++) {
    const shift = Math.max(0, 16 - (bits - i * 16));
    if ((a[i] ?? 0) >> shift !== (b[i] ?? 0) >> shift) return false;
  }
  return true;
}

/** Four decimal numbers without leading zeros, as a resolver and `URL` write them; other spellings are no address. */
function parseIPv4(text: string): number | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return null;
  let value = 0;
  for (const part of match.slice(1)) {
    if (Number(part) > 255 || (part.length > 1 && part.startsWith("0"))) return null;
    value = value * 256 + Number(part);
  }
  return value;
}

/** Eight 16-bit words. A zone (`%eth0`) makes an address local, so it is none here. */
function parseIPv6(text: string): readonly number[] | null {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  const v4 = parseIPv4(tail);
  const plain =
    v4 === null ? text : text.slice(0, -tail.length) + [Math.floor(v4 / 65_536), v4 % 65_536].map(hex).join(":");
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [left, right] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (left === undefined) return null;
  const missing = 8 - left.length - (right?.length ?? 0);
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const words = [...left, ...Array<string>(missing).fill("0"), ...(right ?? [])];
  return words.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word)) ? words.map((word) => Number.parseInt(word, 16)) : null;
}

function hex(word: number): string {
  return word.toString(16);
}
