import type { RandomStream } from "../base/random.ts";
import type { Change } from "../state/change.ts";
import { isUnsent, subscriptionType, toEvent, type WebhookEvent } from "./event.ts";
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

/** HubSpot promises neither order nor exactly-once, nor, in practice, that every event comes (hubspot-facts §5.3). */
export interface WebhookFaults {
  /** The share of events that never come, 0 to 1. */
  readonly lose?: number;
  /** The share of events that come twice. */
  readonly duplicate?: number;
  /** Whether each delivery is shuffled. */
  readonly reorder?: boolean;
  /** How long events take, milliseconds. */
  readonly delay?: number | { readonly min: number; readonly max: number };
  /** Whether a request holds events of one portal only; not verified. Default false. */
  readonly onePortalPerRequest?: boolean;
  /** Whether a retry has another `eventId`; not verified. Default false. */
  readonly freshIdsOnRetry?: boolean;
}

export interface OutboxSettings {
  readonly appId: number;
  /** E.g. `contact.creation`, `contact.propertyChange`, `contact.propertyChange:email`; absent for everything. */
  readonly subscriptions: readonly string[] | undefined;
  readonly faults: WebhookFaults;
}

/** Who is told of a change, by which of its subscriptions. */
export interface Subscriber {
  readonly appId: number;
  readonly subscriptionId: number;
}

/** Apps that manage their webhooks by API. */
export interface SubscribedApps {
  /** Once any app has done so, what it subscribed to is what it is told. */
  readonly isUsed: boolean;
  subscribers(change: Change, portalId: number): readonly Subscriber[];
  targetOf(appId: number): string | undefined;
  secretOf(appId: number): string;
}

export interface OutboxWorld {
  /** HubSpot's own clock: what signatures are stamped with. */
  readonly now: () => number;
  readonly random: RandomStream;
  readonly settings: () => OutboxSettings;
  readonly apps: SubscribedApps;
  readonly draw: (duration: NonNullable<WebhookFaults["delay"]>) => number;
}

interface Pending {
  readonly event: WebhookEvent;
  readonly due: number;
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
  readonly #world: OutboxWorld;
  readonly #subscriptionIds: Map<string, number> = new Map();
  #pending: Pending[] = [];
  #listener: (() => void) | undefined;

  constructor(world: OutboxWorld) {
    this.#world = world;
  }

  /** What has not been delivered. */
  get pending(): readonly WebhookEvent[] {
    return this.#pending.map(({ event }) => event);
  }

  /** Whether events wait for apps that have said where to send them. */
  get isAwaited(): boolean {
    return this.#world.apps.isUsed && this.#pending.some(({ event }) => this.#hasTarget({}, event));
  }

  /** Tells when there is something to deliver. */
  onPending(listener: () => void): void {
    this.#listener = listener;
  }

  add(change: Change, portalId: number): void {
    if (isUnsent(change)) return;
    const { faults } = this.#world.settings();
    for (const subscriber of this.#subscribersOf(change, portalId)) {
      const event = toEvent(change, { eventId: this.#eventId(), ...subscriber, portalId });
      if (this.#happens(faults.lose)) continue;
      const copies = this.#happens(faults.duplicate) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) this.#put(event, faults);
      this.#listener?.();
    }
  }

  /** Sends what is due now. Failed events stay, with their attempt counted, until HubSpot would give up on them. */
  async deliver(target: WebhookTarget): Promise<WebhookDelivery> {
    const size = Math.min(target.batchSize ?? MAX_BATCH, MAX_BATCH);
    let delivered = 0;
    let requests = 0;
    const failed: WebhookEvent[] = [];
    for (const events of this.#byReceiver(this.#takeDue(target))) {
      for (let at = 0; at < events.length; at += size) {
        const batch = events.slice(at, at + size);
        requests++;
        if (await this.#send(target, batch)) delivered += batch.length;
        else failed.push(...batch);
      }
    }
    const kept = failed.map((event) => this.#retried(event)).filter((event) => event.attemptNumber < MAX_ATTEMPTS);
    this.#pending = [...kept.map((event) => ({ event, due: 0 })), ...this.#pending];
    return { delivered, failed: failed.length, requests };
  }

  #put(event: WebhookEvent, { delay }: WebhookFaults): void {
    const wait = delay === undefined ? 0 : this.#world.draw(delay);
    this.#pending.push({ event, due: wait === 0 ? 0 : this.#world.now() + wait });
    if (this.#pending.length > MAX_PENDING) this.#pending = this.#pending.slice(MAX_PENDING / 2);
  }

  /** Events of an app that has said nowhere to send them stay. */
  #takeDue(target: WebhookTarget): WebhookEvent[] {
    const now = this.#world.now();
    const isDue = ({ due, event }: Pending) => due <= now && this.#hasTarget(target, event);
    const due = this.#pending.filter(isDue).map(({ event }) => event);
    this.#pending = this.#pending.filter((pending) => !isDue(pending));
    return this.#world.settings().faults.reorder ? this.#world.random.shuffle(due) : due;
  }

  #hasTarget(target: WebhookTarget, { appId }: WebhookEvent): boolean {
    return (target.handler ?? target.url ?? this.#world.apps.targetOf(appId)) !== undefined;
  }

  /** Each app has its own address and secret, so a request is one app's. */
  #byReceiver(events: readonly WebhookEvent[]): Iterable<WebhookEvent[]> {
    const groups = new Map<string, WebhookEvent[]>();
    const { onePortalPerRequest } = this.#world.settings().faults;
    for (const event of events) {
      const key = onePortalPerRequest ? `${event.appId}:${event.portalId}` : String(event.appId);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [event]);
      else group.push(event);
    }
    return groups.values();
  }

  #retried(event: WebhookEvent): WebhookEvent {
    const eventId = this.#world.settings().faults.freshIdsOnRetry ? this.#eventId() : event.eventId;
    return { ...event, eventId, attemptNumber: event.attemptNumber + 1 };
  }

  #happens(rate: number | undefined): boolean {
    return rate !== undefined && this.#world.random.next() < rate;
  }

  #eventId(): number {
    return 1 + this.#world.random.int(4_000_000_000);
  }

  #subscriptionId(key: string): number {
    const known = this.#subscriptionIds.get(key);
    if (known !== undefined) return known;
    const id = 1_000_001 + this.#subscriptionIds.size;
    this.#subscriptionIds.set(key, id);
    return id;
  }

  /** What options subscribe to, or everything while nobody uses the API, and what is subscribed to by API. */
  #subscribersOf(change: Change, portalId: number): Subscriber[] {
    const { appId, subscriptions } = this.#world.settings();
    const { apps } = this.#world;
    const byApi = apps.isUsed ? apps.subscribers(change, portalId) : [];
    const type = subscriptionType(change);
    const property = change.kind === "propertyChange" ? change.propertyName : undefined;
    const silent = apps.isUsed && subscriptions === undefined;
    if (silent || type === "product.associationChange" || !this.#subscribed(type, property)) return [...byApi];
    const key = property === undefined ? type : `${type}:${property}`;
    return [{ appId, subscriptionId: this.#subscriptionId(key) }, ...byApi];
  }

  #subscribed(type: string, property: string | undefined): boolean {
    const { subscriptions } = this.#world.settings();
    // No subscription to these is possible (hubspot-facts §5.2).
    if (property === "hs_lastmodifieddate" || property === "num_unique_conversion_events") return false;
    if (subscriptions === undefined) return true;
    return subscriptions.some((wanted) => wanted === type || wanted === `${type}:${property}`);
  }

  /** Any 4xx, 5xx, timeout or broken connection is a failure, and HubSpot does not care which. */
  async #send(target: WebhookTarget, events: readonly WebhookEvent[]): Promise<boolean> {
    const { appId } = events[0]!;
    const sendTo = target.url ?? this.#world.apps.targetOf(appId);
    const request = await signedWebhookRequest({
      url: target.publicUrl ?? sendTo ?? FALLBACK_URL,
      secret: target.secret ?? this.#world.apps.secretOf(appId),
      events,
      timestamp: this.#world.now(),
      ...(sendTo === undefined ? {} : { sendTo }),
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
