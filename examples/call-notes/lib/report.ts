import { cipher, equalText } from "@hubspoke/core/crypto";

/** What Vapi tells when a call has ended, as far as a note needs it. */
export interface CallReport {
  readonly id: string;
  /** null: withheld, or a call on the web. */
  readonly phone: string | null;
  readonly summary: string | null;
  readonly recordingUrl: string | null;
  readonly endedAt: Date | null;
}

/** How far the sender's clock and ours may be apart, and how long a recorded request is worth anything. */
const windowMs = 5 * 60_000;

/**
 * Vapi's HMAC credential with its defaults: `x-signature` is the hexadecimal HMAC-SHA256 of `<x-timestamp>.<raw body>`,
 * the timestamp in seconds or milliseconds. Compared in constant time.
 */
export async function isSigned(raw: ArrayBuffer, headers: Headers, secret: string, now: number): Promise<boolean> {
  const at = headers.get("x-timestamp") ?? "";
  if (!/^\d{10}(?:\d{3})?$/.test(at)) return false;
  if (Math.abs(now - Number(at) * (at.length === 10 ? 1_000 : 1)) > windowMs) return false;
  return equalText(headers.get("x-signature") ?? "", await macOf(raw, secret, at));
}

/** The headers of a request that is signed now. */
export async function signatureOf(raw: ArrayBuffer, secret: string, now: number): Promise<Headers> {
  const at = String(now);
  return new Headers({ "x-timestamp": at, "x-signature": await macOf(raw, secret, at) });
}

async function macOf(raw: ArrayBuffer, secret: string, at: string): Promise<string> {
  const signed = new Uint8Array(await new Blob([`${at}.`, raw]).arrayBuffer());
  const mac = await cipher.hmac(new TextEncoder().encode(secret), signed);
  return [...mac].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The report in a body; `null`: another of Vapi's messages; `undefined`: none of them. */
export function readReport(raw: ArrayBuffer, now: number): CallReport | null | undefined {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(raw));
  } catch {
    return undefined;
  }
  const message = inside(body, "message");
  if (typeof inside(message, "type") !== "string") return undefined;
  if (inside(message, "type") !== "end-of-call-report") return null;
  const id = inside(message, "call", "id");
  if (typeof id !== "string" || !/^[\w.:-]{1,128}$/.test(id)) return undefined;
  return {
    id,
    phone: phoneIn(inside(message, "call", "customer", "number") ?? inside(message, "customer", "number")),
    // HubSpot takes 65,536 characters of a note.
    summary: textIn(inside(message, "analysis", "summary") ?? inside(message, "summary"), 100_000, "cut"),
    recordingUrl: textIn(inside(message, "artifact", "recordingUrl") ?? inside(message, "recordingUrl"), 2_048),
    endedAt: timeIn(inside(message, "endedAt"), now),
  };
}

/** What stands in JSON at these names; undefined where anything else stands on the way. */
function inside(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, name)
        ? (at as Record<string, unknown>)[name]
        : undefined,
    value,
  );
}

/** A number as somebody dials it. Fewer characters than three are none. */
function phoneIn(value: unknown): string | null {
  const phone = textIn(value, 64);
  return phone === null || phone.length < 3 ? null : phone;
}

/** What is longer than anything real is not there, except for prose, which is cut. */
function textIn(value: unknown, most: number, over: "cut" | "drop" = "drop"): string | null {
  if (typeof value !== "string" || value.trim() === "") return null;
  if (value.length <= most) return value.trim();
  return over === "cut" ? value.slice(0, most).trim() : null;
}

/** A time that a call can have ended at: within a month. */
function timeIn(value: unknown, now: number): Date | null {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Math.abs(now - at) <= 31 * 86_400_000 ? new Date(at) : null;
}
