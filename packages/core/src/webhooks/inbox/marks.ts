import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { WorkMark } from "../../ports/work-store.ts";

/** The names of a tenant's sync queues that follow an object. */
export type QueuesFor = (tenant: Tenant, objectType: string) => readonly string[];

/** Somebody is waiting for what a webhook announces, so it goes before backfills and reconciliations. */
const webhookPriority = 0;

/**
 * The ids an event makes worth re-reading. A merge names the winner, the losers and perhaps a new id, and any of them
 * may be linked; it sends no change of the winner's fields of its own (hubspot-facts §5.2).
 */
export function idsToRead(event: InboxEvent): readonly string[] {
  if (event.objectId === null) return [];
  return event.subscriptionType.endsWith(".merge") ? [event.objectId, ...event.relatedIds] : [event.objectId];
}

/** One mark per (tenant, queue, record), however many events of the batch name it. */
export function marksOf(
  events: readonly InboxEvent[],
  tenantsOf: (portalId: PortalId) => readonly Tenant[],
  queuesFor: QueuesFor,
  now: EpochMs,
): readonly WorkMark[] {
  const marks = new Map<string, WorkMark>();
  for (const event of events) {
    const { portalId, objectType } = event;
    if (objectType === null) continue;
    for (const tenant of tenantsOf(portalId)) {
      for (const queue of queuesFor(tenant, objectType)) {
        for (const key of idsToRead(event)) {
          const mark = {
            tenant,
            portalId,
            queue,
            side: "remote",
            key,
            priority: webhookPriority,
            availableAt: now,
          } as const;
          marks.set(JSON.stringify([tenant, portalId, queue, key]), mark);
        }
      }
    }
  }
  return [...marks.values()];
}
