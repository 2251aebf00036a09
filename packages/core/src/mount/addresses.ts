import { HubspokeError } from "../errors/hubspoke-error.ts";

/** Whether an address is one of those allowed. */
export type AddressCheck = (address: string | undefined) => boolean;

interface Block {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/**
 * An allowlist of addresses and CIDR blocks, `203.0.113.0/24`, `2001:db8::/32`. IPv4 addresses that arrive mapped into
 * IPv6 are what they stand for. An address that is not known is none of them. Throws CONFIG_INVALID for what is no block.
 */
export function addressAllowlist(blocks: readonly string[]): AddressCheck {
  const allowed = blocks.map(blockOf);
  return (address) => {
    const bytes = address === undefined ? null : bytesOf(address);
    return bytes !== null && allowed.some((block) => contains(block, bytes));
  };
}

function blockOf(text: string): Block {
  const [address = "", length, ...rest] = text.split("/");
  const bytes = bytesOf(address);
  const most = (bytes?.length ?? 0) * 8;
  const bits = length === undefined ? most : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (bytes !== null && rest.length === 0 && bits >= 0 && bits <= most) return { bytes, bits };
  throw new HubspokeError(
    "CONFIG_INVALID",
    "addresses must hold addresses or blocks such as 203.0.113.0/24 or 2001:db8::/32",
  );
}

function contains({ bytes, bits }: Block, address: readonly number[]): boolean {
  if (bytes.length !== address.length) return false;
  return bytes.every((byte, i) => {
    const mask = (0xff << (8 - Math.max(0, Math.min(8, bits - i * 8)))) & 0xff;
    return (byte & mask) === ((address[i] ?? 0) & mask);
  });
}

function bytesOf(text: string): readonly number[] | null {
  const four = ipv4(text);
  if (four !== null) return four;
  const sixteen = ipv6(text);
  const isMapped = sixteen?.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff)) === true;
  return isMapped ? sixteen.slice(12) : sixteen;
}

function ipv4(text: string): readonly number[] | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return null;
  return parts.map(Number);
}

function ipv6(text: string): readonly number[] | null {
  // URL knows every spelling of an IPv6 address, and writes one of them.
  const url = `http://[${text}]/`;
  if (!/^[\da-f:.]+$/i.test(text) || !URL.canParse(url)) return null;
  const [head = "", tail] = new URL(url).hostname.slice(1, -1).split("::");
  const groups = (part: string | undefined) => (part === undefined || part === "" ? [] : part.split(":"));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
