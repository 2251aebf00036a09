import { ApiError, objectNotFound, validationError } from "../../base/api-error.ts";
import type { Change } from "../../state/change.ts";
import type { Subscriber } from "../../webhooks/outbox.ts";
import type { PlatformWorld } from "../world.ts";
import { EVENT_TYPES, UNSUBSCRIBABLE } from "./event-types.ts";

export interface WebhookSettings {
  readonly targetUrl: string;
  readonly maxConcurrentRequests: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Subscription {
  readonly id: number;
  readonly eventType: string;
  readonly propertyName: string | undefined;
  readonly objectTypeId: string | undefined;
  readonly active: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What HubSpot's senders believe about one app. */
interface Belief {
  readonly at: number;
  readonly settings: WebhookSettings | undefined;
  readonly subscriptions: readonly Subscription[];
}

interface App {
  settings: WebhookSettings | undefined;
  readonly subscriptions: Map<number, Subscription>;
  belief: Belief | undefined;
}

export interface SavedWebhookApps {
  readonly lastId: number;
  readonly apps: readonly {
    readonly appId: number;
    readonly settings: WebhookSettings | undefined;
    readonly subscriptions: readonly Subscription[];
    readonly belief: Belief | undefined;
  }[];
}

const MAX_SUBSCRIPTIONS = 1_000;
/** Changes of settings and subscriptions take up to this long to be noticed (hubspot-facts §5.3). */
const CACHE_MS = 5 * 60_000;
const FIRST_ID = 2_000_000;
const DEFAULT_CONCURRENCY = 10;

/** The webhook settings and subscriptions of every app. */
export class WebhookApps {
  readonly #world: PlatformWorld;
  readonly #apps: Map<number, App> = new Map();
  #lastId = FIRST_ID;

  constructor(world: PlatformWorld) {
    this.#world = world;
  }

  settings(appId: number): WebhookSettings {
    const settings = this.#apps.get(appId)?.settings;
    if (settings === undefined) throw objectNotFound(`App ${appId} has no webhook settings`);
    return settings;
  }

  configure(appId: number, targetUrl: string, concurrency: number = DEFAULT_CONCURRENCY): WebhookSettings {
    if (!URL.canParse(targetUrl) || !isReachable(new URL(targetUrl))) {
      throw validationError(`targetUrl must be an https address: ${targetUrl}`);
    }
    if (!Number.isInteger(concurrency) || concurrency <= 5) {
      throw validationError(`maxConcurrentRequests must be greater than 5, got ${concurrency}`);
    }
    const app = this.#app(appId);
    const now = this.#now;
    const createdAt = app.settings?.createdAt ?? now;
    app.settings = { targetUrl, maxConcurrentRequests: concurrency, createdAt, updatedAt: now };
    return app.settings;
  }

  clear(appId: number): void {
    this.settings(appId);
    this.#app(appId).settings = undefined;
  }

  list(appId: number): Subscription[] {
    return [...this.#app(appId).subscriptions.values()];
  }

  get(appId: number, id: number): Subscription {
    const subscription = this.#app(appId).subscriptions.get(id);
    if (subscription === undefined) throw objectNotFound(`Subscription ${id} does not exist`);
    return subscription;
  }

  /** Paused, unless asked otherwise. */
  subscribe(
    appId: number,
    draft: Pick<Subscription, "eventType" | "propertyName" | "objectTypeId" | "active">,
  ): Subscription {
    const { eventType, propertyName, objectTypeId } = draft;
    if (!EVENT_TYPES.has(eventType)) throw validationError(`Unknown eventType ${eventType}`);
    if (eventType.endsWith(".propertyChange") !== (propertyName !== undefined)) {
      throw validationError("propertyName is required for propertyChange subscriptions, and for no others");
    }
    if (propertyName !== undefined && UNSUBSCRIBABLE.has(propertyName)) {
      throw validationError(`Property ${propertyName} cannot be subscribed to`);
    }
    if (eventType.startsWith("object.") !== (objectTypeId !== undefined)) {
      throw validationError("objectTypeId is required for object subscriptions, and for no others");
    }
    const app = this.#app(appId);
    const same = this.list(appId).find(
      (one) => one.eventType === eventType && one.propertyName === propertyName && one.objectTypeId === objectTypeId,
    );
    if (same !== undefined) throw new ApiError(409, `Subscription ${same.id} is the same`, { category: "CONFLICT" });
    if (app.subscriptions.size >= MAX_SUBSCRIPTIONS) {
      throw validationError(`An app can have no more than ${MAX_SUBSCRIPTIONS} subscriptions`);
    }
    const now = this.#now;
    const subscription: Subscription = { ...draft, id: ++this.#lastId, createdAt: now, updatedAt: now };
    app.subscriptions.set(subscription.id, subscription);
    return subscription;
  }

  activate(appId: number, id: number, active: boolean): Subscription {
    const changed = { ...this.get(appId, id), active, updatedAt: this.#now };
    this.#app(appId).subscriptions.set(id, changed);
    return changed;
  }

  unsubscribe(appId: number, id: number): void {
    this.get(appId, id);
    this.#app(appId).subscriptions.delete(id);
  }

  /** Whether any app was ever managed by API: then subscriptions decide, and no longer everything is told. */
  get isUsed(): boolean {
    return this.#apps.size > 0;
  }

  /** Where an app wants its webhooks, as far as HubSpot's senders have noticed. */
  targetOf(appId: number): string | undefined {
    return this.#believed(appId)?.settings?.targetUrl;
  }

  /** The subscriptions that a change meets, among apps that are installed where it happened. */
  subscribers(change: Change, isInstalled: (appId: number) => boolean): Subscriber[] {
    const eventType = `${change.type.subscription}.${change.kind}`;
    const property = change.kind === "propertyChange" ? change.propertyName : undefined;
    const objectTypeId = change.type.subscription === "object" ? change.type.id : undefined;
    return [...this.#apps.keys()]
      .filter(isInstalled)
      .flatMap((appId) =>
        (this.#believed(appId)?.subscriptions ?? [])
          .filter(
            (one) =>
              one.active &&
              one.eventType === eventType &&
              one.propertyName === property &&
              one.objectTypeId === objectTypeId,
          )
          .map(({ id }) => ({ appId, subscriptionId: id })),
      );
  }

  save(): SavedWebhookApps {
    const apps = [...this.#apps].map(([appId, { subscriptions, ...app }]) => {
      return { appId, ...app, subscriptions: [...subscriptions.values()] };
    });
    return { lastId: this.#lastId, apps };
  }

  load({ lastId, apps }: SavedWebhookApps): void {
    this.#lastId = lastId;
    for (const { appId, settings, subscriptions, belief } of apps) {
      const named = new Map(subscriptions.map((one) => [one.id, one]));
      this.#apps.set(appId, { settings, subscriptions: named, belief });
    }
  }

  #believed(appId: number): Belief | undefined {
    const app = this.#apps.get(appId);
    if (app === undefined) return undefined;
    const now = this.#now;
    const cacheMs = this.#world.options().webhookSettingsCache ?? CACHE_MS;
    if (app.belief === undefined || now - app.belief.at >= cacheMs) {
      app.belief = { at: now, settings: app.settings, subscriptions: [...app.subscriptions.values()] };
    }
    return app.belief;
  }

  #app(appId: number): App {
    let app = this.#apps.get(appId);
    if (app === undefined) {
      app = { settings: undefined, subscriptions: new Map(), belief: undefined };
      this.#apps.set(appId, app);
    }
    return app;
  }

  get #now(): number {
    return this.#world.clock.now();
  }
}

/** Plain http only to this machine: that is how tests listen. */
function isReachable({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}
