import type { RandomStream } from "../base/random.ts";
import type { Change } from "../state/change.ts";
import {
  MAX_ATTEMPTS,
  retryWait,
  sendWebhook,
  type WebhookDelivery,
  type WebhookFaults,
  type WebhookTarget,
} from "./delivery.ts";
import { isUnsent, subscriptionType, toEvent, type WebhookEvent } from "./event.ts";

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

export interface Pending {
  readonly event: WebhookEvent;
  readonly due: number;
}

export interface SavedOutbox {
  readonly pending: readonly Pending[];
  readonly subscriptionIds: readonly (readonly [string, number])[];
  readonly lastId: number;
}

const MAX_BATCH = 100;
/** A simulator that nobody asks for webhooks must not keep all of history. */
const MAX_PENDING = 200_000;
const FALLBACK_URL = "https://receiver.example/hubspot/webhooks";

/** The events that wait to be delivered. */
export class WebhookOutbox {
  readonly #world: OutboxWorld;
  readonly #subscriptionIds: Map<string, number> = new Map();
  #pending: Pending[] = [];
  /** Taken out to be sent, and neither delivered nor back among the others yet. */
  readonly #underWay: Set<readonly WebhookEvent[]> = new Set();
  #lastId = 0;
  #listener: (() => void) | undefined;

  constructor(world: OutboxWorld) {
    this.#world = world;
  }

  /** What has not been delivered. */
  get pending(): readonly WebhookEvent[] {
    return this.#pending.map(({ event }) => event);
  }

  /** How long until something is due for this target, in milliseconds; `undefined` when nothing waits for it. */
  untilDue(target: WebhookTarget): number | undefined {
    let first: number | undefined;
    for (const { due, event } of this.#pending) {
      if ((first === undefined || due < first) && this.#hasTarget(target, event)) first = due;
    }
    return first === undefined ? undefined : Math.max(0, first - this.#world.now());
  }

  /** Tells when there is something to deliver. */
  onPending(listener: () => void): void {
    this.#listener = listener;
  }

  add(change: Change, portalId: number): void {
    if (isUnsent(change)) return;
    const { faults } = this.#world.settings();
    for (const subscriber of this.#subscribersOf(change, portalId)) {
      const event = this.#event(change, subscriber, portalId, faults);
      if (this.#happens(faults.lose)) continue;
      const copies = this.#happens(faults.duplicate) ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) this.#put(event, faults);
      this.#listener?.();
    }
  }

  /** Sends what is due now. Failed events stay, with their attempt counted, until HubSpot would give up on them. */
  async deliver(target: WebhookTarget): Promise<WebhookDelivery> {
    const batches = this.#batches(target, this.#takeDue(target));
    const failed: WebhookEvent[] = [];
    let delivered = 0;
    for (const batch of batches) this.#underWay.add(batch);
    await inParallel(target.concurrency ?? 1, batches, async (batch) => {
      if (await this.#send(target, batch)) {
        delivered += batch.length;
        this.#underWay.delete(batch);
      } else failed.push(...batch);
    });
    for (const batch of batches) this.#underWay.delete(batch);
    this.#pending = [...failed.flatMap((event) => this.#again(event)), ...this.#pending];
    return { delivered, failed: failed.length, requests: batches.length };
  }

  /** What is under way may not have arrived: it is sent again. */
  save(): SavedOutbox {
    const underWay = [...this.#underWay].flat().map((event) => ({ event, due: 0 }));
    return {
      pending: [...underWay, ...this.#pending],
      subscriptionIds: [...this.#subscriptionIds],
      lastId: this.#lastId,
    };
  }

  load({ pending, subscriptionIds, lastId }: SavedOutbox): void {
    this.#pending = [...pending];
    for (const [key, id] of subscriptionIds) this.#subscriptionIds.set(key, id);
    this.#lastId = lastId;
    if (pending.length > 0) this.#listener?.();
  }

  #event(change: Change, subscriber: Subscriber, portalId: number, faults: WebhookFaults): WebhookEvent {
    if (this.#lastId === 0 || !this.#happens(faults.repeatIds)) this.#lastId = this.#eventId();
    const event = toEvent(change, { eventId: this.#lastId, ...subscriber, portalId });
    if (!faults.prefixedSourceId || event.changeSource !== "INTEGRATION") return event;
    return { ...event, sourceId: `appId:${event.sourceId}` };
  }

  #batches(target: WebhookTarget, due: readonly WebhookEvent[]): WebhookEvent[][] {
    const size = Math.min(target.batchSize ?? MAX_BATCH, MAX_BATCH);
    const batches: WebhookEvent[][] = [];
    for (const events of this.#byReceiver(due)) {
      for (let at = 0; at < events.length; at += size) batches.push(events.slice(at, at + size));
    }
    return batches;
  }

  #put(event: WebhookEvent, { delay }: WebhookFaults): void {
    const wait = delay === undefined ? 0 : this.#world.draw(delay);
    this.#pending.push({ event, due: wait === 0 ? 0 : this.#world.now() + wait });
    if (this.#pending.length > MAX_PENDING) this.#pending = this.#pending.slice(MAX_PENDING / 2);
  }

  /** Events of an app that has said nowhere to send them stay. */
  #takeDue(target: WebhookTarget): WebhookEvent[] {
    const now = this.#world.now();
    const atOnce = target.retries !== "due";
    const isDue = ({ due, event }: Pending) =>
      (due <= now || (atOnce && event.attemptNumber > 0)) && this.#hasTarget(target, event);
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

  /** The next attempt, if there is one left. */
  #again(event: WebhookEvent): Pending[] {
    const attemptNumber = event.attemptNumber + 1;
    if (attemptNumber >= MAX_ATTEMPTS) return [];
    const eventId = this.#world.settings().faults.freshIdsOnRetry ? this.#eventId() : event.eventId;
    const due = this.#world.now() + retryWait(attemptNumber, this.#world.random.next());
    return [{ event: { ...event, eventId, attemptNumber }, due }];
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

  #send(target: WebhookTarget, events: readonly WebhookEvent[]): Promise<boolean> {
    const { appId } = events[0]!;
    const sendTo = target.url ?? this.#world.apps.targetOf(appId);
    const publicUrl = target.publicUrl ?? sendTo ?? FALLBACK_URL;
    const secret = target.secret ?? this.#world.apps.secretOf(appId);
    const { signedUri: uri = "raw" } = this.#world.settings().faults;
    return sendWebhook({ events, sendTo, publicUrl, secret, timestamp: this.#world.now(), uri }, target.handler);
  }
}

/** At most so many at once, begun in order. */
async function inParallel<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const run = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, most) }, run));
}
