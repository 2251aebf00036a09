import type { Cipher } from "../ports/cipher.ts";
import type { EpochMs } from "../ports/ids.ts";
import { concatBytes, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from "../util/bytes.ts";

/** A request of a sender other than HubSpot who signs `<time>.<body>`, as OpenPhone, Stripe or Vapi do. */
export interface TimedRequest {
  /** The time as the sender wrote it, because it is part of what is signed: seconds or milliseconds since 1970. */
  readonly at: string;
  /** HMAC-SHA256 of `<at>.<body>`, in hexadecimal or base64. */
  readonly signature: string;
  /** The bytes as they arrived, never a re-serialisation. */
  readonly body: Uint8Array;
}

/** How far the sender's clock and ours may be apart, and how long a recorded request is worth anything. */
const windowMs = 5 * 60_000;
const macBytes = 32;

/**
 * Whether a request was signed with this secret, within five minutes of `now` either way; compared in constant time. A
 * text is the secret's UTF-8; pass bytes where a sender hands its key out in base64. Never throws for a bad request.
 */
export async function timedSignatureHolds(
  { at, signature, body }: TimedRequest,
  secret: string | Uint8Array,
  now: EpochMs,
  cipher: Pick<Cipher, "hmac">,
): Promise<boolean> {
  if (!/^\d{10}(?:\d{3})?$/.test(at)) return false;
  if (Math.abs(now - Number(at) * (at.length === 10 ? 1_000 : 1)) > windowMs) return false;
  const given = signature.length === macBytes * 2 ? fromHex(signature) : fromBase64(signature);
  return given !== undefined && equalBytes(given, await macOf(at, body, secret, cipher));
}

/** The signature of a request, for tests and for senders of one's own. */
export async function timedSignature(
  { at, body }: Pick<TimedRequest, "at" | "body">,
  secret: string | Uint8Array,
  spelling: "hex" | "base64",
  cipher: Pick<Cipher, "hmac">,
): Promise<string> {
  const mac = await macOf(at, body, secret, cipher);
  return spelling === "hex" ? toHex(mac) : toBase64(mac);
}

async function macOf(
  at: string,
  body: Uint8Array,
  secret: string | Uint8Array,
  cipher: Pick<Cipher, "hmac">,
): Promise<Uint8Array> {
  return cipher.hmac(typeof secret === "string" ? utf8(secret) : secret, concatBytes(utf8(`${at}.`), body));
}
