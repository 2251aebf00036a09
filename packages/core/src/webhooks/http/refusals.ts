import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Refusal } from "../signature-claim.ts";
import type { BodyRead } from "./read-body.ts";

/** The error of a request that is not believed, saying which header or setting to look at. */
export function refused(refusal: Refusal): HubspokeError<"WEBHOOK_SIGNATURE_INVALID" | "WEBHOOK_TIMESTAMP_INVALID"> {
  const { about, reason } = refusal;
  if (about === "timestamp") {
    const message = `X-HubSpot-Request-Timestamp is ${reason.replaceAll("-", " ")}; it must be milliseconds within five minutes of this server's clock`;
    return new HubspokeError("WEBHOOK_TIMESTAMP_INVALID", message, { details: { reason: `timestamp-${reason}` } });
  }
  const messages: Record<typeof reason, string> = {
    missing: "the request carries no HubSpot signature",
    "version-not-enabled":
      "the request is signed in a version that is not enabled; an older app needs it in webhooks.signatureVersions",
    "version-unknown": "X-HubSpot-Signature-Version is neither v1 nor v2",
    malformed: "the signature is not a SHA-256 digest in the encoding of its version",
    mismatch:
      "the signature does not fit; compare webhooks.publicUrl with the app's target URL, webhooks.secrets with its client secret, and make sure nothing rewrites the body",
  };
  return new HubspokeError("WEBHOOK_SIGNATURE_INVALID", messages[reason], {
    details: { reason: `signature-${reason}` },
  });
}

/** Something read the body first. Verifying a re-serialisation would be guessing, and waiting for bytes would hang. */
export function bodyConsumed(): HubspokeError<"WEBHOOK_BODY_CONSUMED"> {
  return new HubspokeError(
    "WEBHOOK_BODY_CONSUMED",
    "the webhook's body was read before Hubspoke could verify its bytes. Mount Hubspoke before any body parser, or keep the bytes: express.json({ verify: keepRawBody }) from @hubspoke/express, or app.use(keepRawBody) from @hubspoke/hono",
  );
}

export function bodyFailed(
  reason: Exclude<BodyRead, { ok: true }>["reason"],
  limits: { readonly maxBodyBytes: number; readonly bodyTimeoutMs: number },
): HubspokeError {
  if (reason === "consumed") return bodyConsumed();
  if (reason === "too-large") {
    return new HubspokeError(
      "WEBHOOK_BODY_TOO_LARGE",
      `the webhook's body is larger than ${limits.maxBodyBytes} bytes; raise webhooks.maxBodyBytes if HubSpot really sends such bodies`,
      { details: { maxBodyBytes: limits.maxBodyBytes } },
    );
  }
  return new HubspokeError(
    "WEBHOOK_BODY_INCOMPLETE",
    `the webhook's body broke off or took longer than ${limits.bodyTimeoutMs} ms; nothing was stored`,
  );
}
