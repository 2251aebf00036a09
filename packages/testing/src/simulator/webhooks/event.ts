import type { Change } from "../state/change.ts";

/** One element of a webhook body (hubspot-facts §5.1). */
export interface WebhookEvent {
  readonly objectId: number;
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
  /** Always a string. */
  readonly propertyValue?: string;
  readonly primaryObjectId?: number;
  readonly mergedObjectIds?: readonly number[];
  readonly newObjectId?: number;
  readonly numberOfPropertiesMoved?: number;
}

const FLAGS: Readonly<Record<string, string>> = { creation: "NEW", deletion: "DELETED" };

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
    objectId: Number(change.objectId),
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
    return { propertyName: change.propertyName, propertyValue: change.propertyValue };
  }
  if (change.kind !== "merge") return {};
  return {
    primaryObjectId: Number(change.primaryObjectId),
    mergedObjectIds: change.mergedObjectIds.map(Number),
    newObjectId: Number(change.newObjectId),
    numberOfPropertiesMoved: change.numberOfPropertiesMoved,
  };
}
