import type { Change } from "../state/change.ts";

/** One element of a webhook body (hubspot-facts §5.1). */
export interface WebhookEvent {
  /** Absent from association changes. */
  readonly objectId?: number;
  /** Not promised to be unique, and not kept on a retry by every sender. */
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly portalId: number;
  readonly appId: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  readonly subscriptionType: string;
  /** From 0; counts retries. */
  readonly attemptNumber: number;
  readonly changeSource: string;
  readonly sourceId: string;
  readonly changeFlag?: string;
  readonly objectTypeId?: string;
  readonly propertyName?: string;
  /** Always a string; "REDACTED" for a sensitive property. */
  readonly propertyValue?: string;
  readonly isSensitive?: boolean;
  readonly primaryObjectId?: number;
  readonly mergedObjectIds?: readonly number[];
  readonly newObjectId?: number;
  readonly numberOfPropertiesMoved?: number;
  /** E.g. `CONTACT_TO_COMPANY`. */
  readonly associationType?: string;
  readonly fromObjectId?: number;
  readonly toObjectId?: number;
  readonly associationRemoved?: boolean;
  readonly isPrimaryAssociation?: boolean;
  readonly fromObjectTypeId?: string;
  readonly toObjectTypeId?: string;
  readonly associationTypeId?: number;
  readonly associationCategory?: string;
}

const FLAGS: Readonly<Record<string, string>> = { creation: "NEW", deletion: "DELETED" };

/** What people wrote is not sent (hubspot-facts §5.2). */
const UNSENT: ReadonlySet<string> = new Set([
  "hs_email_subject",
  "hs_email_text",
  "hs_email_html",
  "hs_communication_body",
]);

export function isUnsent(change: Change): boolean {
  return change.kind === "propertyChange" && UNSENT.has(change.propertyName);
}

export interface EventStamp {
  readonly eventId: number;
  readonly subscriptionId: number;
  readonly portalId: number;
  readonly appId: number;
}

/** E.g. `contact.propertyChange`. */
export function subscriptionType(change: Change): string {
  return `${change.type.subscription}.${change.kind}`;
}

export function toEvent(change: Change, stamp: EventStamp): WebhookEvent {
  const flag = FLAGS[change.kind];
  return {
    ...stamp,
    ...(change.kind === "associationChange" ? {} : { objectId: Number(change.objectId) }),
    occurredAt: change.at,
    subscriptionType: subscriptionType(change),
    attemptNumber: 0,
    changeSource: change.source.type,
    sourceId: change.source.id,
    ...(flag === undefined ? {} : { changeFlag: flag }),
    ...(change.type.subscription === "object" ? { objectTypeId: change.type.id } : {}),
    ...details(change),
  };
}

function details(change: Change): Partial<WebhookEvent> {
  if (change.kind === "propertyChange") {
    const { propertyName, propertyValue, isSensitive } = change;
    return isSensitive ? { propertyName, propertyValue: "REDACTED", isSensitive } : { propertyName, propertyValue };
  }
  if (change.kind === "associationChange") return associationDetails(change);
  if (change.kind !== "merge") return {};
  return {
    primaryObjectId: Number(change.primaryObjectId),
    mergedObjectIds: change.mergedObjectIds.map(Number),
    newObjectId: Number(change.newObjectId),
    numberOfPropertiesMoved: change.numberOfPropertiesMoved,
  };
}

function associationDetails(change: Extract<Change, { kind: "associationChange" }>): Partial<WebhookEvent> {
  const { type, toType, association } = change;
  const generic = {
    fromObjectTypeId: type.id,
    toObjectTypeId: toType.id,
    associationTypeId: association.typeId,
    associationCategory: association.category,
  };
  return {
    associationType: `${type.singular}_TO_${toType.singular}`.toUpperCase(),
    fromObjectId: Number(change.objectId),
    toObjectId: Number(change.toObjectId),
    associationRemoved: change.removed,
    isPrimaryAssociation: association.primary,
    ...(type.subscription === "object" ? generic : {}),
  };
}
