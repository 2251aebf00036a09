import type { EpochMs, PortalId, RowId } from "./ids.ts";

/** A webhook event, reduced to ids, names, times and flags. A value is kept only where a handler wants it, sealed. */
export interface InboxEvent {
  readonly id: RowId;
  /** Keyed hash over (portal, subscription, object, property, occurredAt, value): `eventId` is not unique (hubspot-facts §5.1). */
  readonly dedupeKey: string;
  readonly portalId: PortalId;
  readonly subscriptionType: string;
  /** HubSpot object type name or id, for example `contacts` or `2-345`; null where the event names none. */
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly propertyName: string | null;
  readonly occurredAt: EpochMs;
  readonly receivedAt: EpochMs;
  readonly attempt: number;
  readonly changeSource: string | null;
  readonly sourceId: string | null;
  /** Ids a merge or association names beside `objectId`. */
  readonly relatedIds: readonly string[];
  /** A sealed value, where a handler asked for it. */
  readonly sealed: Uint8Array | null;
}

/** An event a worker has taken, under a lease. */
export interface ClaimedInboxEvent extends InboxEvent {
  readonly lease: string;
  /** How often it was given back by `retry`, or lost to a lapsed lease: what kills its worker is not tried for ever. */
  readonly tries: number;
}

/**
 * Accepted webhook events. Scoped by portal: the tenants behind it are known only when it is dispatched.
 * Duties: when `record` returns, every event is durable (the 2xx follows it); the whole call is one atomic batch;
 * among racers recording one dedupe key exactly one gets "new"; a claim is held by one worker until its lease ends.
 */
export interface InboxStore {
  record(events: readonly InboxEvent[]): Promise<readonly ("new" | "seen")[]>;
  claim(now: EpochMs, leaseMs: number, limit: number): Promise<readonly ClaimedInboxEvent[]>;
  /** Deletes the payload and keeps the dedupe key until `keepUntil`. A lease that was lost changes nothing. */
  complete(events: readonly Pick<ClaimedInboxEvent, "id" | "lease">[], keepUntil: EpochMs): Promise<void>;
  retry(events: readonly Pick<ClaimedInboxEvent, "id" | "lease">[], at: EpochMs, errorCode: string): Promise<void>;
  /** Makes waiting events due at once, as if they had never been tried; leased ones are left. Answers how many. */
  wake(ids: readonly RowId[], now: EpochMs): Promise<number>;
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
  /** Rows not yet completed, and when the oldest of them was received. */
  depth(): Promise<{ readonly waiting: number; readonly oldestReceivedAt: EpochMs | null }>;
  /**
   * Removes what an erasure must reach: waiting events about the object, and those that name it in `relatedIds`. Events
   * of `contact.privacyDeletion` stay until they are completed: they are HubSpot's order to erase, which has to come
   * again when the process that follows it dies, and be followed for every tenant of the portal.
   */
  deleteByObject(portalId: PortalId, objectId: string): Promise<number>;
}
