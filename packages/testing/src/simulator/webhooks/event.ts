import type { Change } from "../state/change.ts";

/** One element of a webhook body (hubspot-facts §5.1). */
export interface WebhookEvent {
  /** Absent from association changes. */
  readonly objectId?: number;
  /** Not promised to be unique, and not kept on a retry by every sender. */
  readonly eventId: number;
  /** One for each subscription type, and property where it names one. */
  readonly subscriptionId: number;
  /** The account it happened in. */
  readonly portalId: number;
  /** The app that is told. */
  readonly appId: number;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** E.g. `contact.propertyChange`; the 48 of hubspot-facts §5.2. */
  readonly subscriptionType: string;
  /** From 0; counts retries. */
  readonly attemptNumber: number;
  /** `CRM_UI`, `INTEGRATION` …: HubSpot publishes no list. */
  readonly changeSource: string;
  /** `userId:1001` of a person; of an app its id, or `appId:77` (both have been seen). */
  readonly sourceId: string;
  /** `NEW` of a creation, `DELETED` of a deletion; absent else. */
  readonly changeFlag?: string;
  /** Of `object.*`: which object it is, e.g. `2-1000001`. */
  readonly objectTypeId?: string;
  /** Of `*.propertyChange`. */
  readonly propertyName?: string;
  /** Always a string; "REDACTED" for a sensitive property. */
  readonly propertyValue?: string;
  /** True beside a value that was taken out; absent else. */
  readonly isSensitive?: boolean;
  /** Of `*.merge`: the record that was merged into. */
  readonly primaryObjectId?: number;
  /** Of `*.merge`: those that are gone. */
  readonly mergedObjectIds?: readonly number[];
  /** Of `*.merge`: the survivor's id, by default a new one (hubspot-facts §7.1). */
  readonly newObjectId?: number;
  /** Of `*.merge`. */
  readonly numberOfPropertiesMoved?: number;
  /** E.g. `CONTACT_TO_COMPANY`. */
  readonly associationType?: string;
  /** Of `*.associationChange`, which tells of both directions in events of their own. */
  readonly fromObjectId?: number;
  /** Of `*.associationChange`: the other end. */
  readonly toObjectId?: number;
  /** Of `*.associationChange`; false: it was made. */
  readonly associationRemoved?: boolean;
  /** Of `*.associationChange`: whether it is a contact's primary company, for example. */
  readonly isPrimaryAssociation?: boolean;
  /** Of `object.associationChange` alone, as the three below. */
  readonly fromObjectTypeId?: string;
  /** E.g. `0-2`. */
  readonly toObjectTypeId?: string;
  /** Has a direction; names a type together with its category only (hubspot-facts §7.4). */
  readonly associationTypeId?: number;
  /** `HUBSPOT_DEFINED`, `USER_DEFINED` or `INTEGRATOR_DEFINED`. */
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
