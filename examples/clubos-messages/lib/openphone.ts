import { cipher } from "@hubspoke/core/crypto";
import { timedSignature, timedSignatureHolds } from "@hubspoke/core/webhooks";

export interface InboundMessage {
  readonly eventId: string;
  readonly id: string;
  readonly from: string;
  readonly body: string;
}

/** OpenPhone hands its signing key out in base64. */
const bytesOf = (key: string): Uint8Array => Buffer.from(key, "base64");

/** OpenPhone's signature: `hmac;1;<ms>;<base64>`. */
export async function isSigned(body: Buffer, header: string | undefined, key: string, now: number): Promise<boolean> {
  const [scheme, , at = "", signature = ""] = (header ?? "").split(";");
  return scheme === "hmac" && timedSignatureHolds({ at, signature, body }, bytesOf(key), now, cipher);
}

/** The header of a request that is signed now. */
export async function signatureOf(body: Buffer, key: string, now: number): Promise<string> {
  const at = String(now);
  return `hmac;1;${at};${await timedSignature({ at, body }, bytesOf(key), "base64", cipher)}`;
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
