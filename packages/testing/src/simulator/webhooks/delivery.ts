import type { Duration } from "../base/duration.ts";
import type { WebhookEvent } from "./event.ts";
import { signedWebhookRequest } from "./signatures.ts";

/** Where webhooks go: over the network, or straight into a Fetch handler. */
export interface WebhookTarget {
  /** Posts over the network. Either this or `handler`. */
  readonly url?: string;
  /** Called with a signed Request, in this process. Either this or `url`; `publicUrl` is what is signed then. */
  readonly handler?: (request: Request) => Response | Promise<Response>;
  /** Default: the simulator's app secret. */
  readonly secret?: string;
  /** The address the receiver believes it has, which is what signatures cover. Default: `url`. */
  readonly publicUrl?: string;
  /** At most 100, the default. */
  readonly batchSize?: number;
  /**
   * When failed events are tried again: by the next delivery, whenever it comes ("now", the default), or when HubSpot
   * would, spread over 24 hours ("due").
   */
  readonly retries?: "now" | "due";
  /** How many requests are under way at once; default 1, which keeps an order. A served simulator uses HubSpot's 10. */
  readonly concurrency?: number;
}

/** What became of a delivery. */
export interface WebhookDelivery {
  /** Events that were answered with a 2xx. */
  readonly delivered: number;
  /** Events that were not; they are kept to be tried again. */
  readonly failed: number;
  /** How many were made; each carries up to `batchSize` events. */
  readonly requests: number;
}

/** HubSpot promises neither order nor exactly-once, nor, in practice, that every event comes (hubspot-facts §5.3). */
export interface WebhookFaults {
  /** The share of events that never come, 0 to 1. */
  readonly lose?: number;
  /** The share of events that come twice. */
  readonly duplicate?: number;
  /** The share of events that carry the `eventId` of the event before: ids are not promised to be unique. */
  readonly repeatIds?: number;
  /** Whether each delivery is shuffled. */
  readonly reorder?: boolean;
  /** How long events take. */
  readonly delay?: Duration;
  /** Whether a request holds events of one portal only; not verified. Default false. */
  readonly onePortalPerRequest?: boolean;
  /** Whether a retry has another `eventId`; not verified. Default false. */
  readonly freshIdsOnRetry?: boolean;
  /**
   * Whether v3 signs the URI as it is, as HubSpot's own SDKs read it ("raw", the default), or with some escapes decoded,
   * as its documentation says; not verified.
   */
  readonly signedUri?: "raw" | "documented";
  /** Whether `sourceId` of a write by API reads `appId:77` instead of `77`; both have been seen. Default false. */
  readonly prefixedSourceId?: boolean;
}

/** HubSpot retries ten times (hubspot-facts §5.3). */
export const MAX_ATTEMPTS = 11;
const TIMEOUT_MS = 5_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Ten waits that, each made up to a tenth longer or shorter, stay within 24 hours. */
const WAITS: readonly number[] = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  4 * HOUR,
  5 * HOUR,
  6 * HOUR,
];

/**
 * How long after its last attempt an event is tried again.
 * @param attempt which one is next, from 1
 * @param chance in [0, 1)
 */
export function retryWait(attempt: number, chance: number): number {
  return (WAITS[attempt - 1] ?? 0) * (0.9 + 0.19 * chance);
}

export interface Envelope {
  readonly events: readonly WebhookEvent[];
  readonly sendTo: string | undefined;
  readonly publicUrl: string;
  readonly secret: string;
  readonly timestamp: number;
  readonly uri: "raw" | "documented";
}

/** Any 4xx, 5xx, timeout or broken connection is a failure, and HubSpot does not care which. */
export async function sendWebhook(envelope: Envelope, handler: WebhookTarget["handler"]): Promise<boolean> {
  const { events, sendTo, publicUrl, secret, timestamp, uri } = envelope;
  const request = await signedWebhookRequest({
    url: publicUrl,
    secret,
    events,
    timestamp,
    uri,
    ...(sendTo === undefined ? {} : { sendTo }),
  });
  try {
    const response =
      handler === undefined
        ? await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) })
        : await handler(request);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
