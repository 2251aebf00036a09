import type { EpochMs, PortalId, RowId } from "./ids.ts";

/** A webhook event, reduced to ids, names, times and flags. Its value is kept only where a handler asked for it, sealed. */
export interface InboxEvent {
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** Keyed hash over (portal, subscription, object, property, occurredAt, value): `eventId` is not unique (hubspot-facts §5.1). */
  readonly dedupeKey: string;
  /** From the event itself: which tenants are behind it is found later. */
  readonly portalId: PortalId;
  /** HubSpot's word, such as `contact.propertyChange`. Any text is kept: new kinds may come. */
  readonly subscriptionType: string;
  /** HubSpot object type name or id, for example `contacts` or `2-345`; null where the event names none. */
  readonly objectType: string | null;
  /** HubSpot's record id; null where the event names none, as association changes may. */
  readonly objectId: string | null;
  /** Of `*.propertyChange`; null else. */
  readonly propertyName: string | null;
  /** HubSpot's `occurredAt`, by HubSpot's clock; where the event has none, `receivedAt`. */
  readonly occurredAt: EpochMs;
  /** When it was verified here, by the instance's clock. */
  readonly receivedAt: EpochMs;
  /** HubSpot's `attemptNumber`: 0 for the first delivery. */
  readonly attempt: number;
  /** HubSpot's word for what made the change; null where the event has none. No list of them is published. */
  readonly changeSource: string | null;
  /** HubSpot's id of what made the change, such as `userId:123`; null where the event has none. */
  readonly sourceId: string | null;
  /** Ids a merge or association names beside `objectId`. */
  readonly relatedIds: readonly string[];
  /** The `propertyValue` HubSpot sent, sealed, where a handler asked for values when it was accepted; null else. */
  readonly sealed: Uint8Array | null;
}

/** What a waiting event's value is sealed anew by. */
export interface SealedInboxValue extends Pick<InboxEvent, "id" | "portalId"> {
  /** As it stands in the row. */
  readonly sealed: Uint8Array;
}

/** An event a worker has taken, under a lease. */
export interface ClaimedInboxEvent extends InboxEvent {
  /** Random, one for each `claim`: `complete` and `retry` change only rows that still have it. */
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
  /** Results are in input order; of two equal keys in one call the first is "new". */
  record(events: readonly InboxEvent[]): Promise<readonly ("new" | "seen")[]>;
  /** At most `limit` events due by `now`, those received first in front; theirs alone for `leaseMs`. */
  claim(now: EpochMs, leaseMs: number, limit: number): Promise<readonly ClaimedInboxEvent[]>;
  /** Deletes the payload and keeps the dedupe key until `keepUntil`. A lease that was lost changes nothing. */
  complete(events: readonly Pick<ClaimedInboxEvent, "id" | "lease">[], keepUntil: EpochMs): Promise<void>;
  /** Due again at `at`, a try counted. A lease that was lost changes nothing. */
  retry(events: readonly Pick<ClaimedInboxEvent, "id" | "lease">[], at: EpochMs, errorCode: string): Promise<void>;
  /** Makes waiting events due at once, as if they had never been tried; leased ones are left. Answers how many. */
  wake(ids: readonly RowId[], now: EpochMs): Promise<number>;
  /** Completed ones whose `keepUntil` has passed, at most `limit`; answers how many went. */
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
  /** Rows not yet completed, and when the oldest of them was received. */
  depth(): Promise<{ readonly waiting: number; readonly oldestReceivedAt: EpochMs | null }>;
  /** At most `limit` waiting events, claimed or not, whose `sealed` begins with other bytes: it is under another key. */
  listForReseal(prefix: Uint8Array, limit: number): Promise<readonly SealedInboxValue[]>;
  /** Replaces `sealed` where it still is `was`; false when the event was completed or sealed anew meanwhile. */
  reseal(id: RowId, sealed: Uint8Array, was: Uint8Array): Promise<boolean>;
  /**
   * Removes what an erasure must reach: waiting events about the object, and those that name it in `relatedIds`. Events
   * of `contact.privacyDeletion` stay until they are completed: they are HubSpot's order to erase, which has to come
   * again when the process that follows it dies, and be followed for every tenant of the portal.
   */
  deleteByObject(portalId: PortalId, objectId: string): Promise<number>;
}
