import type { SimClock } from "../base/clock.ts";
import type { RandomStream } from "../base/random.ts";
import type { Change } from "../state/change.ts";
import { subscriptionType, toEvent, type WebhookEvent } from "./event.ts";
import { signedWebhookRequest } from "./signatures.ts";

/** Where webhooks go: over the network, or straight into a Fetch handler. */
export interface WebhookTarget {
  readonly url?: string;
  readonly handler?: (request: Request) => Response | Promise<Response>;
  /** Default: the simulator's app secret. */
  readonly secret?: string;
  /** The address the receiver believes it has, which is what signatures cover. Default: `url`. */
  readonly publicUrl?: string;
  /** At most 100, the default. */
  readonly batchSize?: number;
}

export interface WebhookDelivery {
  /** Events that were answered with a 2xx. */
  readonly delivered: number;
  /** Events that were not; they are kept, and the next delivery tries them again. */
  readonly failed: number;
  readonly requests: number;
}

export interface OutboxSettings {
  readonly appId: number;
  /** E.g. `contact.creation`, `contact.propertyChange`, `contact.propertyChange:email`; absent for everything. */
  readonly subscriptions: readonly string[] | undefined;
  readonly secret: string;
}

const MAX_BATCH = 100;
/** HubSpot gives up on an event after ten retries (hubspot-facts §5.3). */
const MAX_ATTEMPTS = 11;
const TIMEOUT_MS = 5_000;
/** A simulator that nobody asks for webhooks must not keep all of history. */
const MAX_PENDING = 200_000;
const FALLBACK_URL = "https://receiver.example/hubspot/webhooks";

/** The events that wait to be delivered. */
export class WebhookOutbox {
  readonly #clock: SimClock;
  readonly #random: RandomStream;
  readonly #settings: () => OutboxSettings;
  readonly #subscriptionIds: Map<string, number> = new Map();
  #pending: WebhookEvent[] = [];
  #listener: (() => void) | undefined;

  constructor(clock: SimClock, random: RandomStream, settings: () => OutboxSettings) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
  }

  /** What has not been delivered. */
  get pending(): readonly WebhookEvent[] {
    return this.#pending;
  }

  /** Tells when there is something to deliver. */
  onPending(listener: () => void): void {
    this.#listener = listener;
  }

  add(change: Change, portalId: number): void {
    const { appId } = this.#settings();
    const type = subscriptionType(change);
    if (type === "product.associationChange") return;
    const property = change.kind === "propertyChange" ? change.propertyName : undefined;
    if (!this.#subscribed(type, property)) return;
    const key = property === undefined ? type : `${type}:${property}`;
    let subscriptionId = this.#subscriptionIds.get(key);
    if (subscriptionId === undefined) {
      subscriptionId = 1_000_001 + this.#subscriptionIds.size;
      this.#subscriptionIds.set(key, subscriptionId);
    }
    const eventId = 1 + this.#random.int(4_000_000_000);
    this.#pending.push(toEvent(change, { eventId, subscriptionId, portalId, appId }));
    if (this.#pending.length > MAX_PENDING) this.#pending = this.#pending.slice(MAX_PENDING / 2);
    this.#listener?.();
  }

  #subscribed(type: string, property: string | undefined): boolean {
    const { subscriptions } = this.#settings();
    // No subscription to these is possible (hubspot-facts §5.2).
    if (property === "hs_lastmodifieddate" || property === "num_unique_conversion_events") return false;
    return (
      subscriptions === undefined || subscriptions.some((wanted) => wanted === type || wanted === `${type}:${property}`)
    );
  }

  /** Sends what is pending now. Failed events stay, with their attempt counted, until HubSpot would give up on them. */
  async deliver(target: WebhookTarget): Promise<WebhookDelivery> {
    const size = Math.min(target.batchSize ?? MAX_BATCH, MAX_BATCH);
    const due = this.#pending;
    this.#pending = [];
    let delivered = 0;
    let requests = 0;
    const kept: WebhookEvent[] = [];
    for (let at = 0; at < due.length; at += size) {
      const batch = due.slice(at, at + size);
      requests++;
      if (await this.#send(target, batch)) delivered += batch.length;
      else kept.push(...batch.map((event) => ({ ...event, attemptNumber: event.attemptNumber + 1 })));
    }
    this.#pending = [...kept.filter((event) => event.attemptNumber < MAX_ATTEMPTS), ...this.#pending];
    return { delivered, failed: kept.length, requests };
  }

  /** Any 4xx, 5xx, timeout or broken connection is a failure, and HubSpot does not care which. */
  async #send(target: WebhookTarget, events: readonly WebhookEvent[]): Promise<boolean> {
    const url = target.publicUrl ?? target.url ?? FALLBACK_URL;
    const request = await signedWebhookRequest({
      url,
      secret: target.secret ?? this.#settings().secret,
      events,
      timestamp: this.#clock.now(),
      ...(target.url === undefined ? {} : { sendTo: target.url }),
    });
    try {
      const response =
        target.handler === undefined
          ? await fetch(request, { signal: AbortSignal.timeout(TIMEOUT_MS) })
          : await target.handler(request);
      await response.body?.cancel();
      return response.ok;
    } catch {
      return false;
    }
  }
}
