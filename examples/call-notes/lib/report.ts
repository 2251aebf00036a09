import { cipher } from "@hubspoke/core/crypto";
import { timedSignature, timedSignatureHolds } from "@hubspoke/core/webhooks";
import * as z from "zod";

/** What Vapi tells when a call has ended, as far as a note needs it. */
export interface CallReport {
  readonly id: string;
  /** null: withheld, or a call on the web. */
  readonly phone: string | null;
  readonly summary: string | null;
  readonly recordingUrl: string | null;
  readonly endedAt: Date | null;
}

/** Vapi's HMAC credential with its defaults: `x-signature` is hexadecimal, of `<x-timestamp>.<raw body>`. */
export async function isSigned(raw: ArrayBuffer, headers: Headers, secret: string, now: number): Promise<boolean> {
  const [at, signature] = [headers.get("x-timestamp") ?? "", headers.get("x-signature") ?? ""];
  return timedSignatureHolds({ at, signature, body: new Uint8Array(raw) }, secret, now, cipher);
}

/** The headers of a request that is signed now. */
export async function signatureOf(raw: ArrayBuffer, secret: string, now: number): Promise<Headers> {
  const at = String(now);
  const signature = await timedSignature({ at, body: new Uint8Array(raw) }, secret, "hex", cipher);
  return new Headers({ "x-timestamp": at, "x-signature": signature });
}

/** What is not as it should be is not there. */
const maybe = <T extends z.ZodType>(shape: T) => shape.nullish().catch(null);
/** A number as somebody dials it. Fewer characters than three are none. */
const customer = maybe(z.object({ number: maybe(z.string().trim().min(3).max(64)) }));
/** Prose that is too long is cut: HubSpot takes 65,536 characters of a note. */
const summary = maybe(z.string().transform((text) => text.slice(0, 100_000).trim() || null));
const recordingUrl = maybe(z.string().trim().min(1).max(2_048));

const message = z.object({ message: z.object({ type: z.string() }) });
const ended = z.object({
  message: z.object({
    call: z.object({ id: z.string().regex(/^[\w.:-]{1,128}$/), customer }),
    analysis: maybe(z.object({ summary })),
    artifact: maybe(z.object({ recordingUrl })),
    endedAt: maybe(z.string()),
    // Where older servers of Vapi's tell the same.
    ...{ customer, summary, recordingUrl },
  }),
});

/** The report in a body; `null`: another of Vapi's messages; `undefined`: none of them. */
export function readReport(raw: ArrayBuffer, now: number): CallReport | null | undefined {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder().decode(raw));
  } catch {
    return undefined;
  }
  const kind = message.safeParse(body);
  if (!kind.success) return undefined;
  if (kind.data.message.type !== "end-of-call-report") return null;
  const told = ended.safeParse(body).data?.message;
  if (told === undefined) return undefined;
  return {
    id: told.call.id,
    phone: told.call.customer?.number ?? told.customer?.number ?? null,
    summary: told.analysis?.summary ?? told.summary ?? null,
    recordingUrl: told.artifact?.recordingUrl ?? told.recordingUrl ?? null,
    endedAt: timeIn(told.endedAt, now),
  };
}

/** A time that a call can have ended at: within a month. */
function timeIn(text: string | null | undefined, now: number): Date | null {
  const at = Date.parse(text ?? "");
  return Math.abs(now - at) <= 31 * 86_400_000 ? new Date(at) : null;
}
