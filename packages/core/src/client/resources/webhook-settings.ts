import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import { given, type Rest } from "./rest.ts";

export interface WebhookTarget {
  readonly targetUrl: string;
  /** Deliveries at once per account; HubSpot's default is 10. */
  readonly maxConcurrentRequests: number | null;
}

/** A kind of event an app is told of. */
export interface WebhookSubscription {
  /** Decimal digits, HubSpot's `subscriptionId` in events. */
  readonly id: string;
  /** `contact.propertyChange`, `object.creation` … */
  readonly eventType: string;
  /** Of `*.propertyChange`: one subscription for each property. Null for other kinds. */
  readonly propertyName: string | null;
  /** Of `object.*`: which object is watched. Null for kinds that name theirs. */
  readonly objectTypeId: string | null;
  /** False: paused, as new ones are. HubSpot keeps settings for 5 minutes, so a change takes that long. */
  readonly active: boolean;
}

export interface SubscriptionInput {
  readonly eventType: string;
  readonly propertyName?: string;
  readonly objectTypeId?: string;
  /** Default false: new subscriptions start paused (hubspot-facts §5.3). */
  readonly active?: boolean;
}

/**
 * Where HubSpot delivers an app's webhooks and which. HubSpot keeps settings for five minutes before it
 * uses them; apps made of a developer project have theirs in `webhooks-hsmeta.json` instead.
 */
export interface WebhookSettingsApi {
  target(options?: CallOptions): Promise<WebhookTarget>;
  setTarget(
    target: { readonly targetUrl: string; readonly maxConcurrentRequests?: number },
    options?: UpdateOptions,
  ): Promise<WebhookTarget>;
  clearTarget(options?: UpdateOptions): Promise<void>;
  subscriptions(options?: CallOptions): Promise<readonly WebhookSubscription[]>;
  subscribe(input: SubscriptionInput, options?: CallOptions): Promise<WebhookSubscription>;
  setActive(id: string, active: boolean, options?: UpdateOptions): Promise<WebhookSubscription>;
  unsubscribe(id: string, options?: UpdateOptions): Promise<void>;
}

const about = "webhooks";
const app = "/app-webhooks/{version}/{appId}";

export function webhookSettingsApi(rest: Rest, appId: string): WebhookSettingsApi {
  const base = { about, path: { appId } };
  const at = (subscriptionId: string) => ({ about, path: { appId, subscriptionId } });
  return {
    target: async (options) => targetOf(await rest.call(`GET ${app}/settings`, { ...base, options })),
    async setTarget({ targetUrl, maxConcurrentRequests }, options) {
      const throttling = { maxConcurrentRequests: maxConcurrentRequests ?? 10 };
      return targetOf(await rest.call(`PUT ${app}/settings`, { ...base, body: { targetUrl, throttling }, options }));
    },
    async clearTarget(options) {
      await rest.call(`DELETE ${app}/settings`, { ...base, options });
    },
    subscriptions: async (options) =>
      (await rest.call(`GET ${app}/subscriptions`, { ...base, options })).objects("results").map(subscription),
    async subscribe(input, options) {
      const body = given({ active: false, ...input });
      return subscription(await rest.call(`POST ${app}/subscriptions`, { ...base, body, options }));
    },
    async setActive(id, active, options) {
      const request = { ...at(id), body: { active }, options };
      return subscription(await rest.call(`PATCH ${app}/subscriptions/{subscriptionId}`, request));
    },
    async unsubscribe(id, options) {
      await rest.call(`DELETE ${app}/subscriptions/{subscriptionId}`, { ...at(id), options });
    },
  };
}

function targetOf(from: Fields): WebhookTarget {
  return {
    targetUrl: from.text("targetUrl"),
    maxConcurrentRequests: from.object("throttling").number("maxConcurrentRequests"),
  };
}

function subscription(from: Fields): WebhookSubscription {
  return {
    id: from.id(),
    eventType: from.text("eventType"),
    propertyName: from.textOrNull("propertyName"),
    objectTypeId: from.textOrNull("objectTypeId"),
    active: from.flag("active"),
  };
}
