import type { HubSpotClient } from "@hubspoke/core";
import type { Feed, TailEvent } from "./feed.ts";

const singular: Readonly<Record<string, string>> = {
  "0-1": "contact",
  "0-2": "company",
  "0-3": "deal",
  "0-5": "ticket",
  "0-7": "product",
  "0-8": "line_item",
};
const kinds: Readonly<Record<string, string>> = {
  CREATE: "creation",
  DELETE: "deletion",
  RESTORE: "restore",
  MERGE: "merge",
  GDPR_DELETE: "privacyDeletion",
  ASSOCIATION_ADDED: "associationChange",
  ASSOCIATION_REMOVED: "associationChange",
};

/**
 * Changes of one account from the app's journal (hubspot-facts §5.5), written as the webhooks they would have been. The
 * journal is the app's: its token comes by `client_credentials` and belongs to no tenant.
 */
export function journalFeed(client: HubSpotClient, portalId: number, since: number): Feed {
  const journal = client.webhookJournal();
  const isWanted = (event: TailEvent): boolean => event.portalId === portalId && event.occurredAt >= since;
  let read: string | null = null;
  return {
    source: "journal",
    async next() {
      const events: TailEvent[] = [];
      for await (const entry of journal.entries(read)) {
        const file = await journal.read(entry);
        events.push(...file.events.flatMap(eventsOf).filter(isWanted));
        read = entry.offset;
      }
      return events;
    },
  };
}

/** What a journal entry joins is a webhook each: a creation and the values it came with. Kinds that no webhook has (lists, installs) are left out. */
function eventsOf(raw: Readonly<Record<string, unknown>>): readonly TailEvent[] {
  const { type, action, objectTypeId, propertyChanges, occurredAt, portalId, ...rest } = raw;
  const typeId = String(objectTypeId ?? rest.fromObjectTypeId ?? "");
  const at = Date.parse(String(occurredAt));
  const name = singular[typeId] ?? "object";
  const common = {
    ...rest,
    eventId: at,
    subscriptionId: 1,
    portalId: Number(portalId),
    appId: 1,
    occurredAt: at,
    attemptNumber: 0,
    changeSource: "INTEGRATION",
    sourceId: "hubspoke",
    ...(name === "object" ? { objectTypeId: typeId } : {}),
  };
  const changes = Object.entries((propertyChanges ?? {}) as Record<string, unknown>).map(([propertyName, value]) => ({
    ...common,
    subscriptionType: `${name}.propertyChange`,
    propertyName,
    propertyValue: String(value ?? ""),
  }));
  if (action === "UPDATE") return changes;
  const kind = kinds[String(action)];
  if (kind === undefined || type === "listMembership" || type === "appLifecycleEvent") return [];
  const removed = kind === "associationChange" ? { associationRemoved: action === "ASSOCIATION_REMOVED" } : {};
  return [{ ...common, ...removed, subscriptionType: `${name}.${kind}` }, ...changes];
}
