import { objectNotFound } from "../../base/api-error.ts";
import type { Portal } from "../../state/portal.ts";
import type { PlatformWorld } from "../world.ts";
import { AppJournal, type SavedJournal } from "./app-journal.ts";
import { readConditions } from "./condition.ts";
import type { JournalEvent } from "./event.ts";
import { type SavedSnapshot, Snapshots } from "./snapshots.ts";
import { type JournalSubscription, readSubscription, type SubscriptionFilter, seenBy } from "./subscription.ts";

const INTERVAL_MS = 1_000;
/** App lifecycle events by what happened (hubspot-facts §4). */
const LIFECYCLE = { APP_INSTALL: "4-1909196", APP_UNINSTALL: "4-1916193" } as const;

export interface SavedJournals {
  readonly lastId: number;
  /** By app. */
  readonly journals: readonly (readonly [number, SavedJournal])[];
  readonly subscriptions: readonly JournalSubscription[];
  readonly filters: readonly Omit<SubscriptionFilter, "conditions">[];
  readonly snapshots: readonly SavedSnapshot[];
}

/** The journals of every app, and what they subscribed to. */
export class Journals {
  readonly #world: PlatformWorld;
  readonly #journals: Map<number, AppJournal> = new Map();
  readonly #subscriptions: Map<number, JournalSubscription> = new Map();
  readonly #filters: Map<number, SubscriptionFilter> = new Map();
  readonly snapshots: Snapshots;
  #lastId = 3_000_000;

  constructor(world: PlatformWorld) {
    this.#world = world;
    this.snapshots = new Snapshots(world, world.random("journal"), (appId, event) => this.of(appId).add(event));
  }

  get isUsed(): boolean {
    return this.#subscriptions.size > 0;
  }

  of(appId: number): AppJournal {
    const found = this.#journals.get(appId);
    if (found !== undefined) return found;
    const interval = () => this.#world.options().journalInterval ?? INTERVAL_MS;
    const journal = new AppJournal(this.#world.random(`journal:${appId}`), interval);
    this.#journals.set(appId, journal);
    return journal;
  }

  /** One subscription for each type, portal and object type: the same again changes it. */
  subscribe(appId: number, body: Readonly<Record<string, unknown>>): JournalSubscription {
    const draft = readSubscription(body);
    const now = this.#now;
    const before = this.subscriptions(appId).find(
      (one) =>
        one.subscriptionType === draft.subscriptionType &&
        one.portalId === draft.portalId &&
        one.objectTypeId === draft.objectTypeId &&
        one.eventTypeId === draft.eventTypeId,
    );
    const id = before?.id ?? ++this.#lastId;
    const subscription = { ...draft, id, appId, createdAt: before?.createdAt ?? now, updatedAt: now };
    this.#subscriptions.set(id, subscription);
    return subscription;
  }

  subscriptions(appId: number): JournalSubscription[] {
    return [...this.#subscriptions.values()].filter((one) => one.appId === appId);
  }

  subscription(appId: number, id: number): JournalSubscription {
    const found = this.#subscriptions.get(id);
    if (found?.appId !== appId) throw objectNotFound(`Subscription ${id} does not exist`);
    return found;
  }

  unsubscribe(appId: number, id: number): void {
    this.subscription(appId, id);
    this.#subscriptions.delete(id);
    for (const filter of this.filtersOf(id)) this.#filters.delete(filter.id);
  }

  addFilter(appId: number, subscriptionId: number, filter: unknown): SubscriptionFilter {
    this.subscription(appId, subscriptionId);
    const id = ++this.#lastId;
    const made = { id, subscriptionId, raw: filter, conditions: readConditions(filter), createdAt: this.#now };
    this.#filters.set(id, made);
    return made;
  }

  filtersOf(subscriptionId: number): SubscriptionFilter[] {
    return [...this.#filters.values()].filter((filter) => filter.subscriptionId === subscriptionId);
  }

  filter(appId: number, id: number): SubscriptionFilter {
    const found = this.#filters.get(id);
    if (found === undefined) throw objectNotFound(`Filter ${id} does not exist`);
    this.subscription(appId, found.subscriptionId);
    return found;
  }

  removeFilter(appId: number, id: number): void {
    this.filter(appId, id);
    this.#filters.delete(id);
  }

  /** Writes an event into the journal of every app that asked for it, once each. */
  happened(portal: Portal, event: JournalEvent): void {
    const read = (property: string) => {
      const store = event.objectTypeId === undefined ? undefined : portal.store(event.objectTypeId);
      const record = store?.records.find(event.objectId ?? "");
      return (record && store?.records.read(record, record.snapshot, property)) ?? "";
    };
    const done = new Set<number>();
    for (const subscription of this.#subscriptions.values()) {
      const { appId, id } = subscription;
      if (done.has(appId) || !isInstalled(portal, appId)) continue;
      const journal = this.of(appId);
      const { latest } = journal;
      const continues = latest !== undefined && isContinued(latest, event);
      // The values of a new record belong to its creation.
      const asked = continues ? { ...event, action: latest.action } : event;
      const seen = seenBy(subscription, this.filtersOf(id), asked, read);
      if (seen === undefined) continue;
      done.add(appId);
      if (!continues) journal.add(seen);
      else
        journal.replaceLatest({ ...latest, propertyChanges: { ...latest.propertyChanges, ...seen.propertyChanges } });
    }
  }

  appChanged(portal: Portal, appId: number, action: keyof typeof LIFECYCLE): void {
    const eventTypeId = LIFECYCLE[action];
    const event: JournalEvent = {
      subscriptionType: "APP_LIFECYCLE_EVENT",
      action,
      portalId: portal.id,
      at: this.#now,
      details: { appId, eventTypeId },
    };
    const wanted = this.subscriptions(appId).some((one) => seenBy(one, [], event, () => "") !== undefined);
    if (wanted) this.of(appId).add(event);
  }

  save(): SavedJournals {
    return {
      lastId: this.#lastId,
      journals: [...this.#journals].map(([appId, journal]) => [appId, journal.save()]),
      subscriptions: [...this.#subscriptions.values()],
      filters: [...this.#filters.values()].map(({ conditions, ...filter }) => filter),
      snapshots: this.snapshots.save(),
    };
  }

  load(
    { lastId, journals, subscriptions, filters, snapshots }: SavedJournals,
    portals: ReadonlyMap<number, Portal>,
  ): void {
    this.#lastId = lastId;
    for (const [appId, journal] of journals) this.of(appId).load(journal);
    for (const one of subscriptions) this.#subscriptions.set(one.id, one);
    for (const one of filters) this.#filters.set(one.id, { ...one, conditions: readConditions(one.raw) });
    this.snapshots.load(snapshots, portals);
  }

  get #now(): number {
    return this.#world.clock.now();
  }
}

/** Several properties that one write changed are one event. */
function isContinued(latest: JournalEvent, event: JournalEvent): boolean {
  return (
    event.action === "UPDATE" &&
    (latest.action === "CREATE" || latest.action === "UPDATE") &&
    latest.subscriptionType === "OBJECT" &&
    latest.at === event.at &&
    latest.objectId === event.objectId &&
    latest.objectTypeId === event.objectTypeId &&
    latest.portalId === event.portalId
  );
}

function isInstalled(portal: Portal, appId: number): boolean {
  return [...portal.apps.values()].some((app) => app.appId === appId);
}
