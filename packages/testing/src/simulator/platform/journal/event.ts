import type { Change } from "../../state/change.ts";
import type { MembershipChange } from "../lists/list.ts";

/** hubspot-facts §5.5. */
export const ACTIONS = [
  "CREATE",
  "UPDATE",
  "DELETE",
  "MERGE",
  "RESTORE",
  "ASSOCIATION_ADDED",
  "ASSOCIATION_REMOVED",
  "SNAPSHOT",
  "APP_INSTALL",
  "APP_UNINSTALL",
  "ADDED_TO_LIST",
  "REMOVED_FROM_LIST",
  "GDPR_DELETE",
] as const;

export const SUBSCRIPTION_TYPES = [
  "OBJECT",
  "ASSOCIATION",
  "EVENT",
  "APP_LIFECYCLE_EVENT",
  "LIST_MEMBERSHIP",
  "GDPR_PRIVACY_DELETION",
] as const;

export type Action = (typeof ACTIONS)[number];
export type SubscriptionType = (typeof SUBSCRIPTION_TYPES)[number];

/** One element of `journalEvents`, and what decides who gets it. */
export interface JournalEvent {
  readonly subscriptionType: SubscriptionType;
  readonly action: Action;
  readonly portalId: number;
  readonly at: number;
  readonly objectTypeId?: string;
  readonly objectId?: string;
  readonly propertyChanges?: Readonly<Record<string, string>>;
  /** What only some kinds have. */
  readonly details: Readonly<Record<string, unknown>>;
}

const PLAIN = { creation: "CREATE", deletion: "DELETE", restore: "RESTORE", propertyChange: "UPDATE" } as const;

export function eventOfChange(change: Change, portalId: number): JournalEvent {
  const { type, objectId, at } = change;
  const common = { portalId, at, objectTypeId: type.id, objectId };
  switch (change.kind) {
    case "merge":
      return {
        ...common,
        subscriptionType: "OBJECT",
        action: "MERGE",
        details: {
          primaryObjectId: Number(change.primaryObjectId),
          mergedObjectIds: change.mergedObjectIds.map(Number),
          newObjectId: Number(change.newObjectId),
        },
      };
    case "privacyDeletion":
      return { ...common, subscriptionType: "GDPR_PRIVACY_DELETION", action: "GDPR_DELETE", details: {} };
    case "associationChange":
      return {
        ...common,
        subscriptionType: "ASSOCIATION",
        action: change.removed ? "ASSOCIATION_REMOVED" : "ASSOCIATION_ADDED",
        details: {
          fromObjectId: Number(objectId),
          fromObjectTypeId: type.id,
          toObjectId: Number(change.toObjectId),
          toObjectTypeId: change.toType.id,
          associationTypeId: change.association.typeId,
          associationCategory: change.association.category,
          isPrimary: change.association.primary,
        },
      };
    case "propertyChange": {
      const propertyChanges = { [change.propertyName]: change.propertyValue };
      return { ...common, subscriptionType: "OBJECT", action: "UPDATE", propertyChanges, details: {} };
    }
    default:
      return { ...common, subscriptionType: "OBJECT", action: PLAIN[change.kind], details: {} };
  }
}

export function eventOfMembership({ list, recordId, added, at }: MembershipChange, portalId: number): JournalEvent {
  return {
    subscriptionType: "LIST_MEMBERSHIP",
    action: added ? "ADDED_TO_LIST" : "REMOVED_FROM_LIST",
    portalId,
    at,
    objectTypeId: list.objectTypeId,
    objectId: recordId,
    details: { listId: Number(list.id) },
  };
}

const TYPES: Readonly<Record<SubscriptionType, string>> = {
  OBJECT: "crmObject",
  ASSOCIATION: "association",
  EVENT: "event",
  APP_LIFECYCLE_EVENT: "appLifecycleEvent",
  LIST_MEMBERSHIP: "listMembership",
  GDPR_PRIVACY_DELETION: "gdprPrivacyDeletion",
};

export function viewEvent(event: JournalEvent): Record<string, unknown> {
  const { subscriptionType, action, portalId, at, objectTypeId, objectId, propertyChanges, details } = event;
  const isAssociation = subscriptionType === "ASSOCIATION";
  return {
    type: TYPES[subscriptionType],
    portalId,
    occurredAt: new Date(at).toISOString(),
    action,
    ...(isAssociation || objectTypeId === undefined ? {} : { objectTypeId }),
    ...(isAssociation || objectId === undefined ? {} : { objectId: Number(objectId) }),
    ...(propertyChanges === undefined ? {} : { propertyChanges }),
    ...details,
  };
}
