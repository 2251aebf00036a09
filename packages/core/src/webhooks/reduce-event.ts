import type { Part } from "../crypto/encode-parts.ts";
import { canonicalObject } from "../model/object-type.ts";
import type { EpochMs } from "../ports/ids.ts";
import type { InboxEvent } from "../ports/inbox-store.ts";
import { stableJson } from "../util/stable-json.ts";

/** An event as the inbox keeps it, still without row id and hash. */
export interface ReducedEvent {
  readonly event: Omit<InboxEvent, "id" | "dedupeKey" | "sealed">;
  /** `propertyValue` as HubSpot sent it; null where it sent none. It is kept sealed where a handler asked for it, or not at all. */
  readonly value: string | null;
  /** What makes it the same event as another delivery. Holds the value: it goes into a keyed hash and nowhere else. */
  readonly identity: readonly Part[];
}

/** Stands where a name or a portal should be and is not. Such an event is kept and reported. */
export const unknownName = "unknown";

/** `eventId` is not unique and `attemptNumber` differs between deliveries of one event (hubspot-facts §5.1). */
const identityFields = [
  "portalId",
  "subscriptionId",
  "subscriptionType",
  "eventType",
  "objectTypeId",
  "objectId",
  "propertyName",
  "occurredAt",
  "propertyValue",
  "primaryObjectId",
  "mergedObjectIds",
  "newObjectId",
  "fromObjectId",
  "toObjectId",
  "associationType",
  "associationTypeId",
  "associationRemoved",
  "messageId",
] as const;

type Item = Readonly<Record<string, unknown>>;

/**
 * Reduces one item of a body to ids, names, times and flags. Every field is optional: an `associationChange` has no
 * `objectId`, a merge names several ids, tomorrow's event names things we do not know. Names that are not plain words
 * are dropped, so that nothing HubSpot or a user typed reaches a log line. Never throws.
 */
export function reduceEvent(raw: unknown, receivedAt: EpochMs): ReducedEvent {
  const item: Item = typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Item) : {};
  const subscriptionType = name(item, "subscriptionType") ?? name(item, "eventType") ?? unknownName;
  const ids = idsOf(item, subscriptionType);
  return {
    event: {
      portalId: id(item, "portalId") ?? unknownName,
      subscriptionType,
      objectType: objectTypeOf(item, subscriptionType),
      objectId: ids[0] ?? null,
      propertyName: name(item, "propertyName"),
      occurredAt: time(item, "occurredAt") ?? receivedAt,
      receivedAt,
      attempt: time(item, "attemptNumber") ?? 0,
      changeSource: name(item, "changeSource"),
      sourceId: name(item, "sourceId"),
      relatedIds: ids.slice(1),
    },
    value: part(own(item, "propertyValue")),
    identity: ids.length > 0 ? identityFields.map((field) => part(own(item, field))) : [part(unnamed(raw, item))],
  };
}

/**
 * The id the event is about, then the others it names. After a merge the record may have a new id, so that one comes
 * first; the losers are named beside it (hubspot-facts §5.1, §7.1).
 */
function idsOf(item: Item, subscriptionType: string): readonly string[] {
  const merged = own(item, "mergedObjectIds");
  const candidates = subscriptionType.endsWith(".associationChange")
    ? associationIds(item, subscriptionType)
    : [
        id(item, "newObjectId"),
        id(item, "primaryObjectId"),
        id(item, "objectId"),
        ...(Array.isArray(merged) ? merged.map(asId) : []),
      ];
  return [...new Set(candidates.filter((candidate) => candidate !== null))];
}

/** The subscribed object's side first. Its other side gets an event of its own: HubSpot sends both directions. */
function associationIds(item: Item, subscriptionType: string): readonly (string | null)[] {
  const from = id(item, "fromObjectId");
  const to = id(item, "toObjectId");
  const subject = subscriptionType.slice(0, subscriptionType.indexOf(".")).toUpperCase();
  const kind = name(item, "associationType") ?? "";
  const reversed = kind.endsWith(`_TO_${subject}`) && !kind.startsWith(`${subject}_TO_`);
  return [id(item, "objectId"), ...(reversed ? [to, from] : [from, to])];
}

function objectTypeOf(item: Item, subscriptionType: string): string | null {
  const dot = subscriptionType.indexOf(".");
  const prefix = dot === -1 ? "object" : subscriptionType.slice(0, dot);
  if (prefix === "event") return null;
  if (prefix !== "object") return canonicalObject(prefix);
  const typeId = name(item, "objectTypeId") ?? name(item, "fromObjectTypeId");
  return typeId === null ? null : canonicalObject(typeId);
}

/** Only what the item itself holds: never something it inherits, whatever `__proto__` or `constructor` it names. */
function own(item: Item, field: string): unknown {
  return Object.hasOwn(item, field) ? item[field] : undefined;
}

function id(item: Item, field: string): string | null {
  return asId(own(item, field));
}

/** Numbers and text are both seen. A number beyond 2^53 has already lost digits, so it would name another record. */
function asId(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
  return typeof value === "string" && /^[\w.:-]{1,64}$/.test(value) ? value : null;
}

function name(item: Item, field: string): string | null {
  const value = own(item, field);
  return typeof value === "string" && /^[\w.:-]{1,128}$/.test(value) ? value : null;
}

function time(item: Item, field: string): number | null {
  const value = own(item, field);
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function part(value: unknown): Part {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  return typeof value === "object" ? stableJson(value) : String(value);
}

/** An item that names no record is itself its identity, apart from what differs between deliveries. */
function unnamed(raw: unknown, item: Item): unknown {
  if (raw !== null && typeof raw === "object" && !Array.isArray(raw)) {
    return Object.fromEntries(
      Object.entries(item).filter(([field]) => field !== "attemptNumber" && field !== "eventId"),
    );
  }
  return raw;
}
