import { canonicalObject } from "../model/object-type.ts";
import { verificationProperties } from "../phone/candidates.ts";
import { searchable } from "./find-by-phone.ts";
import { propertiesOf } from "./known-contact.ts";
import type { DirectoryField } from "./types.ts";

/** What a webhook, or HubSpot's journal, tells of a record. */
export interface RecordChange {
  readonly subscriptionType: string;
  readonly objectType: string | null;
  readonly objectId: string | null;
  /** The property that changed; null or absent where that is not said. */
  readonly propertyName?: string | null;
  /** The other records of a merge. */
  readonly relatedIds: readonly string[];
}

/**
 * The contacts of whom something changed that the directory keeps or goes by. A score that is counted up every minute
 * makes nothing stale, or a busy account would spend its searches on it.
 */
export function changedContacts(
  changes: readonly RecordChange[],
  fields: readonly DirectoryField[],
): readonly string[] {
  const kept = new Set<string>([...propertiesOf(fields), ...verificationProperties, ...searchable]);
  // Goes with every change, and says nothing of its own.
  kept.delete("lastmodifieddate");
  const ids = new Set<string>();
  for (const { subscriptionType, objectType, objectId, propertyName, relatedIds } of changes) {
    if (objectId === null || objectType === null || canonicalObject(objectType) !== "contacts") continue;
    if (/\.(?:creation|associationChange)$/.test(subscriptionType)) continue;
    if (typeof propertyName === "string" && !kept.has(propertyName)) continue;
    ids.add(objectId);
    if (subscriptionType.endsWith(".merge")) for (const id of relatedIds) ids.add(id);
  }
  return [...ids];
}
