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
  const signature = headers.get("x-signature") ?? "";
  if (!/^\d{10}(?:\d{3})?$/.test(at) || !/^[0-9a-f]{64}$/i.test(signature)) return false;
  if (Math.abs(now - Number(at) * (at.length === 10 ? 1_000 : 1)) > windowMs) return false;
  const given = Uint8Array.from(signature.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return crypto.subtle.verify("HMAC", await macKey(secret, "verify"), given, signedBytes(at, raw));
}

/** The headers of a request that is signed now. */
export async function signatureOf(raw: ArrayBuffer, secret: string, now: number): Promise<Headers> {
  const at = String(now);
  const mac = await crypto.subtle.sign("HMAC", await macKey(secret, "sign"), signedBytes(at, raw));
  const signature = [...new Uint8Array(mac)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return new Headers({ "x-timestamp": at, "x-signature": signature });
}

function macKey(secret: string, use: "sign" | "verify"): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [use]);
}

function signedBytes(at: string, raw: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const before = new TextEncoder().encode(`${at}.`);
  const bytes = new Uint8Array(before.length + raw.byteLength);
  bytes.set(before);
  bytes.set(new Uint8Array(raw), before.length);
  return bytes;
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
    phone: textIn(inside(message, "call", "customer", "number") ?? inside(message, "customer", "number"), 64),
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
