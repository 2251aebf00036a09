import type { BlindIndex } from "../crypto/blind-index.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Cipher } from "../ports/cipher.ts";
import type { Clock } from "../ports/clock.ts";
import type { InboxEvent, InboxStore } from "../ports/inbox-store.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { toHex } from "../util/bytes.ts";
import { type AlertOnce, createAlertOnce } from "./alert-once.ts";
import { readBody } from "./http/read-body.ts";
import { bodyConsumed, bodyFailed, refused } from "./http/refusals.ts";
import { errorResponse, internalError } from "./http/respond.ts";
import type { EventValues } from "./inbox/values.ts";
import { type CheckedWebhookOptions, checkWebhookOptions, type WebhookOptions } from "./options.ts";
import { parseItems } from "./parse.ts";
import { reduceEvent } from "./reduce-event.ts";
import { matchingSecret } from "./signature.ts";
import { readClaim } from "./signature-claim.ts";
import { signedUris } from "./signed-uri.ts";

/** What a webhook handler is made of. */
export interface WebhookDeps {
  /** `record` has to be durable when it resolves: HubSpot is told 204 after it and does not come again. */
  readonly inbox: Pick<InboxStore, "record">;
  /** Proves signatures, and gives rows their random ids. */
  readonly cipher: Pick<Cipher, "hmac" | "sha256" | "randomBytes">;
  /** Keyed hashes of events, by which a repeated delivery is recognised. */
  readonly blindIndex: Pick<BlindIndex, "index">;
  /** Seals the values that a handler asked for. Without it none is kept. */
  readonly values?: EventValues;
  /** A v3 signature older than five minutes is refused by it (hubspot-facts §5.4). */
  readonly clock: Clock;
  /** Told once of a signature that does not fit, a body that was read before, a store that fails. */
  readonly alerts?: AlertSink;
  /** Gets codes, never bodies or signatures. */
  readonly logger?: Logger;
  /** `webhook.accepted.count`: events stored that were not known. */
  readonly metrics?: Metrics;
}

const idBytes = 16;

export interface WebhookRequestOptions {
  /** An adapter knows that something read the body before, which a rebuilt Request does not show. */
  readonly consumed: boolean;
  /** Below `publicUrl`, for hosts that give each object an address of its own: `/contact`. It is part of what is signed. */
  readonly path?: string;
}

/** Verifies a webhook and stores its events before it answers. Never throws: every refusal is an answer. */
export type WebhookRequestHandler = (request: Request, options?: WebhookRequestOptions) => Promise<Response>;

/** The inbox belongs to no tenant (those behind a portal are known when it is read), so its hashes get a name of their own. */
const inboxScope = "hubspoke:inbox";

/**
 * The webhook endpoint as a Fetch handler: read once → verify → parse → store durably → 204.
 *
 * HubSpot repeats whatever is not 2xx (also 4xx) up to ten times over a day and waits five seconds, so: 401 is for a
 * signature or time that is wrong and nothing else, whatever was stored is 204 (events and portals nobody knows
 * included), a store that fails is 503, and no path leads to 2xx without a verified signature and a finished
 * `inbox.record` (hubspot-facts §5.3). A body that something read before us is a loud 500.
 *
 * Throws CONFIG_INVALID at once for unusable options. The returned function never rejects.
 */
export function createWebhookHandler(options: WebhookOptions, deps: WebhookDeps): WebhookRequestHandler {
  const checked = checkWebhookOptions(options);
  const alerts = createAlertOnce(deps.alerts, deps.clock, deps.logger);

  return async (request, { consumed, path = "" } = { consumed: false }) => {
    try {
      const body = await verifiedBody(
        request,
        consumed,
        { ...checked, publicUrl: below(checked.publicUrl, path) },
        deps,
      );
      const accepted = await record(body, deps);
      deps.metrics?.count("webhook.accepted.count", accepted);
      return new Response(null, { status: 204 });
    } catch (error) {
      const known = isHubspokeError(error) ? error : internalError(error);
      report(known, alerts, deps);
      return errorResponse(known, known.category === "storage" ? 503 : undefined);
    }
  };
}

function below(publicUrl: string, path: string): string {
  const [address = "", ...query] = publicUrl.split("?");
  return [path === "" ? address : address.replace(/\/$/, "") + path, ...query].join("?");
}

function report(error: HubspokeError, alerts: AlertOnce, { metrics, logger }: WebhookDeps): void {
  const { code } = error;
  const reason = String(error.details.reason ?? code);
  metrics?.count("webhook.rejected.count", 1, { code });
  logger?.warn("webhook.rejected", { code, reason });
  if (code === "METHOD_NOT_ALLOWED" || reason === "signature-missing") return; // any scanner does that
  const storeFailed = error.category === "storage";
  alerts.raise({
    name: storeFailed ? "storage.unavailable" : "webhook.rejected",
    key: storeFailed ? "storage.unavailable:inbox" : `webhook.rejected:${reason}`,
    severity: error.category === "webhook" && code !== "WEBHOOK_BODY_CONSUMED" ? "warning" : "critical",
    message: `a webhook was refused with ${code} (${reason}); HubSpot repeats it for a day and then drops it`,
    details: { code, reason },
  });
}

async function verifiedBody(
  request: Request,
  consumed: boolean,
  options: CheckedWebhookOptions,
  { cipher, clock }: WebhookDeps,
): Promise<Uint8Array> {
  if (request.method !== "POST") {
    throw new HubspokeError("METHOD_NOT_ALLOWED", "webhooks arrive by POST", { details: { allow: "POST" } });
  }
  if (consumed || request.bodyUsed) throw bodyConsumed();
  // Before the body: whoever sends no plausible signature does not get to fill our memory.
  const claim = readClaim(request.headers, options.signatureVersions, clock.now());
  if ("about" in claim) throw refused(claim);
  const body = await readBody(request, { maxBytes: options.maxBodyBytes, timeoutMs: options.bodyTimeoutMs }, clock);
  if (!body.ok) throw bodyFailed(body.reason, options);
  const signed = {
    method: request.method,
    uris: signedUris(options.publicUrl, request.url),
    body: body.bytes,
  };
  const secret = await matchingSecret(claim, signed, options.secrets, cipher);
  if (secret === undefined) throw refused({ about: "signature", reason: "mismatch" });
  return body.bytes;
}

/** Stores what the body holds and answers how many events were new. Returns when they are durable. */
async function record(body: Uint8Array, deps: WebhookDeps): Promise<number> {
  const receivedAt = deps.clock.now();
  const items = parseItems(body);
  const random = deps.cipher.randomBytes(items.length * idBytes);
  const events = new Map<string, InboxEvent>();
  for (const [i, item] of items.entries()) {
    const { event, value, identity } = reduceEvent(item, receivedAt);
    const dedupeKey = await deps.blindIndex.index(inboxScope, "webhook-event", identity);
    const id = toHex(random.subarray(i * idBytes, (i + 1) * idBytes));
    if (events.has(dedupeKey)) continue;
    const row: InboxEvent = { ...event, id, dedupeKey, sealed: null };
    const sealed = value === null ? null : deps.values?.seal(row, value);
    events.set(dedupeKey, sealed ? { ...row, sealed: await sealed } : row);
  }
  if (events.size === 0) return 0;
  try {
    const outcomes = await deps.inbox.record([...events.values()]);
    return outcomes.filter((outcome) => outcome === "new").length;
  } catch (error) {
    if (isHubspokeError(error) && error.category === "storage") throw error;
    throw new HubspokeError("STORE_UNAVAILABLE", "the inbox could not store the webhook; HubSpot will send it again", {
      unsafe: error,
    });
  }
}
