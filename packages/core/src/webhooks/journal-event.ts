import type { ChangeEvent } from "./inbox/marks.ts";

/**
 * An element of a journal file as a webhook would have told it: which records are worth re-reading. Null for what is
 * about no record (app life cycle) or cannot be read. hubspot-facts §5.5.
 */
export function changeOfJournal(event: Readonly<Record<string, unknown>>): ChangeEvent | null {
  const portalId = idOf(event.portalId);
  if (portalId === null) return null;
  const action = typeof event.action === "string" ? event.action : "";
  if (action.startsWith("ASSOCIATION_")) {
    const objectId = idOf(event.fromObjectId);
    const other = idOf(event.toObjectId);
    const relatedIds = other === null ? [] : [other];
    return known(
      { portalId, subscriptionType: "object.associationChange", objectId, relatedIds },
      event.fromObjectTypeId,
    );
  }
  const objectId = idOf(event.objectId);
  if (action !== "MERGE") {
    const subscriptionType = action === "GDPR_DELETE" ? "object.privacyDeletion" : "object.propertyChange";
    return known({ portalId, subscriptionType, objectId, relatedIds: [] }, event.objectTypeId);
  }
  const merged = Array.isArray(event.mergedObjectIds) ? event.mergedObjectIds : [];
  const relatedIds = [event.primaryObjectId, ...merged, event.newObjectId].flatMap((id) => idOf(id) ?? []);
  return known({ portalId, subscriptionType: "object.merge", objectId, relatedIds }, event.objectTypeId);
}

function known(event: Omit<ChangeEvent, "objectType">, type: unknown): ChangeEvent | null {
  return typeof type !== "string" || event.objectId === null ? null : { ...event, objectType: type };
}

function idOf(value: unknown): string | null {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? value : null;
}
