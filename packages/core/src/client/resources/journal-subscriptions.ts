import type { CallOptions, UpdateOptions } from "../objects-api.ts";
import type { Fields } from "./fields.ts";
import type { Rest } from "./rest.ts";

export type JournalSubscriptionType =
  | "OBJECT"
  | "ASSOCIATION"
  | "EVENT"
  | "APP_LIFECYCLE_EVENT"
  | "LIST_MEMBERSHIP"
  | "GDPR_PRIVACY_DELETION";

/** What the journal records of one account. Empty lists mean all (hubspot-facts §5.5). */
export interface JournalSubscriptionInput {
  readonly subscriptionType: JournalSubscriptionType;
  readonly portalId: number;
  readonly objectTypeId?: string;
  readonly objectIds?: readonly number[];
  readonly properties?: readonly string[];
  readonly actions?: readonly string[];
  readonly [more: string]: unknown;
}

export interface JournalSubscription {
  readonly id: string;
  readonly subscriptionType: JournalSubscriptionType | (string & Record<never, never>);
  readonly portalId: string | null;
  readonly objectTypeId: string | null;
  readonly actions: readonly string[];
  readonly properties: readonly string[];
}

export interface JournalSubscriptionsApi {
  list(options?: CallOptions): Promise<readonly JournalSubscription[]>;
  get(id: string, options?: CallOptions): Promise<JournalSubscription>;
  create(input: JournalSubscriptionInput, options?: CallOptions): Promise<JournalSubscription>;
  delete(id: string, options?: UpdateOptions): Promise<void>;
  /** All of one account. */
  deletePortal(portalId: string, options?: UpdateOptions): Promise<void>;
}

const about = "webhooks-journal";
const all = "/webhooks-journal/subscriptions/{version}";

export function journalSubscriptionsApi(rest: Rest): JournalSubscriptionsApi {
  return {
    list: async (options) => (await rest.call(`GET ${all}`, { about, options })).objects("results").map(subscription),
    get: async (subscriptionId, options) =>
      subscription(await rest.call(`GET ${all}/{subscriptionId}`, { about, path: { subscriptionId }, options })),
    async create(input, options) {
      const everything = input.subscriptionType === "OBJECT" ? { actions: [], objectIds: [], properties: [] } : {};
      return subscription(await rest.call(`POST ${all}`, { about, body: { ...everything, ...input }, options }));
    },
    async delete(subscriptionId, options) {
      await rest.call(`DELETE ${all}/{subscriptionId}`, { about, path: { subscriptionId }, options });
    },
    async deletePortal(portalId, options) {
      await rest.call(`DELETE ${all}/portals/{portalId}`, { about, path: { portalId }, options });
    },
  };
}

function subscription(from: Fields): JournalSubscription {
  return {
    id: from.id(),
    subscriptionType: from.text("subscriptionType"),
    portalId: from.idOrNull("portalId"),
    objectTypeId: from.textOrNull("objectTypeId"),
    actions: from.texts("actions"),
    properties: from.texts("properties"),
  };
}
