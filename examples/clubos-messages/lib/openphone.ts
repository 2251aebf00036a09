import { createHmac, timingSafeEqual } from "node:crypto";

export interface InboundMessage {
  readonly eventId: string;
  readonly id: string;
  readonly from: string;
  readonly body: string;
}

const windowMs = 5 * 60_000;

/**
 * OpenPhone's signature, `hmac;1;<ms>;<base64>`: HMAC-SHA256 of `<ms>.<raw body>` under the signing key, which is base64.
 * The time is part of what is signed and must be within five minutes, so that a recorded request is worth nothing later.
 */
export function isSigned(raw: Buffer, header: string | undefined, key: string, now: number): boolean {
  const [scheme, , at = "", signature = ""] = (header ?? "").split(";");
  if (scheme !== "hmac" || !(Math.abs(now - Number(at)) <= windowMs)) return false;
  const wanted = createHmac("sha256", Buffer.from(key, "base64")).update(`${at}.`).update(raw).digest();
  const given = Buffer.from(signature, "base64");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The message in a `message.received` event; `null`: another kind of event; `undefined`: not one of OpenPhone's. */
export function readInbound(raw: Buffer): InboundMessage | null | undefined {
  let event: { id?: unknown; type?: unknown; data?: { object?: Record<string, unknown> } } | null;
  try {
    // Postgres keeps no zero bytes: a text that holds one must not be refused, and told again, for ever.
    event = JSON.parse(raw.toString("utf8"), (_, value) =>
      typeof value === "string" ? value.replaceAll("\0", "") : value,
    );
  } catch {
    return undefined;
  }
  if (typeof event?.type !== "string") return undefined;
  if (event.type !== "message.received") return null;
  const { id, from, body } = event.data?.object ?? {};
  if (typeof id !== "string" || typeof from !== "string" || id === "" || from === "") return undefined;
  return { eventId: String(event.id ?? id), id, from, body: typeof body === "string" ? body : "" };
}

/** Sends a text, and says what became of it: `sent`, or why not. */
export type Send = (to: string, body: string) => Promise<string>;

/** Through OpenPhone where a key and a number are set; a desk without them keeps what is written and says so. */
export function openPhone(env: NodeJS.ProcessEnv): Send {
  const { OPENPHONE_API_KEY: key, OPENPHONE_NUMBER: from } = env;
  if (!key || !from) return async () => "not sent: OPENPHONE_API_KEY and OPENPHONE_NUMBER are not set";
  return async (to, content) => {
    try {
      const response = await fetch("https://api.openphone.com/v1/messages", {
        method: "POST",
        headers: { authorization: key, "content-type": "application/json" },
        body: JSON.stringify({ content, from, to: [to] }),
        signal: AbortSignal.timeout(10_000),
      });
      return response.ok ? "sent" : `not sent: OpenPhone answered ${response.status}`;
    } catch (error) {
      return `perhaps not sent: ${error instanceof Error ? error.name : "failed"}`;
    }
  };
}
