import { validationError } from "../../base/api-error.ts";
import { numberOf, optionalText, textOf } from "../../base/text-of.ts";
import type { Condition } from "./condition.ts";
import { ACTIONS, type Action, type JournalEvent, SUBSCRIPTION_TYPES, type SubscriptionType } from "./event.ts";

export interface JournalSubscription {
  readonly id: number;
  readonly appId: number;
  readonly subscriptionType: SubscriptionType;
  readonly actions: readonly Action[];
  /** Absent: wherever the app is installed. */
  readonly portalId: number | undefined;
  readonly objectTypeId: string | undefined;
  /** Empty lists mean everything (hubspot-facts §5.5). */
  readonly properties: readonly string[];
  readonly objectIds: readonly string[];
  readonly associatedObjectTypeIds: readonly string[];
  readonly listIds: readonly string[];
  readonly eventTypeId: string | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SubscriptionFilter {
  readonly id: number;
  readonly subscriptionId: number;
  readonly raw: unknown;
  readonly conditions: readonly Condition[];
  readonly createdAt: number;
}

type Draft = Omit<JournalSubscription, "id" | "appId" | "createdAt" | "updatedAt">;
type Fields = Readonly<Record<string, unknown>>;

/** What each type needs besides itself. */
const REQUIRED: Readonly<Record<SubscriptionType, readonly string[]>> = {
  OBJECT: ["actions", "objectIds", "objectTypeId", "portalId", "properties"],
  ASSOCIATION: ["actions", "associatedObjectTypeIds", "objectIds", "objectTypeId", "portalId"],
  EVENT: ["eventTypeId", "portalId"],
  APP_LIFECYCLE_EVENT: ["eventTypeId"],
  LIST_MEMBERSHIP: ["actions", "listIds", "objectIds", "portalId"],
  GDPR_PRIVACY_DELETION: ["portalId"],
};

export function readSubscription(body: Fields): Draft {
  const subscriptionType = SUBSCRIPTION_TYPES.find((known) => known === body.subscriptionType);
  if (subscriptionType === undefined) {
    throw validationError(`subscriptionType must be one of ${SUBSCRIPTION_TYPES.join(", ")}`);
  }
  const missing = REQUIRED[subscriptionType].filter((name) => body[name] === undefined);
  if (missing.length > 0) throw validationError(`Some required fields were not set: ${missing.join(", ")}`);
  return {
    subscriptionType,
    actions: texts(body, "actions").map((action) => {
      const known = ACTIONS.find((one) => one === action);
      if (known === undefined) throw validationError(`Unknown action ${action}`);
      return known;
    }),
    portalId: body.portalId === undefined ? undefined : numberOf(body.portalId),
    objectTypeId: optionalText(body.objectTypeId),
    properties: texts(body, "properties"),
    objectIds: texts(body, "objectIds"),
    associatedObjectTypeIds: texts(body, "associatedObjectTypeIds"),
    listIds: texts(body, "listIds"),
    eventTypeId: optionalText(body.eventTypeId),
  };
}

function texts(body: Fields, name: string): string[] {
  const value = body[name] ?? [];
  if (!Array.isArray(value)) throw validationError(`${name} must be an array`);
  return value.map(textOf);
}

/**
 * What a subscription gets to see of an event: all, nothing, or fewer property changes.
 * @param read the record's current value of a property, for filters
 */
export function seenBy(
  subscription: JournalSubscription,
  filters: readonly SubscriptionFilter[],
  event: JournalEvent,
  read: (property: string) => string,
): JournalEvent | undefined {
  const { details } = event;
  const among = (list: readonly string[], value: unknown) => list.length === 0 || list.includes(String(value));
  const fits =
    subscription.subscriptionType === event.subscriptionType &&
    among(subscription.actions, event.action) &&
    (subscription.portalId === undefined || subscription.portalId === event.portalId) &&
    (subscription.objectTypeId === undefined || subscription.objectTypeId === event.objectTypeId) &&
    (subscription.eventTypeId === undefined || subscription.eventTypeId === details.eventTypeId) &&
    among(subscription.objectIds, event.objectId) &&
    among(subscription.associatedObjectTypeIds, details.toObjectTypeId) &&
    among(subscription.listIds, details.listId) &&
    filters.every(({ conditions }) => conditions.every(({ property, test }) => test(read(property))));
  if (!fits || event.propertyChanges === undefined || subscription.properties.length === 0) {
    return fits ? event : undefined;
  }
  const wanted = Object.entries(event.propertyChanges).filter(([name]) => subscription.properties.includes(name));
  if (wanted.length === 0) return undefined;
  return { ...event, propertyChanges: Object.fromEntries(wanted) };
}

export function viewSubscription(subscription: JournalSubscription): Record<string, unknown> {
  const { createdAt, updatedAt, ...shown } = subscription;
  return { ...shown, createdAt: new Date(createdAt).toISOString(), updatedAt: new Date(updatedAt).toISOString() };
}
