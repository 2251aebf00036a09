import type { EpochMs, PortalId, Tenant } from "../../ports/ids.ts";
import type { InboxEvent } from "../../ports/inbox-store.ts";
import type { WorkMark } from "../../ports/work-store.ts";

/** The names of a tenant's sync queues that follow an object. */
export type QueuesFor = (tenant: Tenant, objectType: string) => readonly string[];

/** What an event says of the records it is about, wherever it comes from. */
export type ChangeEvent = Pick<InboxEvent, "portalId" | "subscriptionType" | "objectType" | "objectId" | "relatedIds">;

export interface Queues {
  readonly queuesFor: QueuesFor;
  /** The queues of syncs that declare an association with an object's, in either direction. */
  readonly relatedQueuesFor?: QueuesFor;
}

/** Somebody is waiting for what a webhook announces, so it goes before backfills and reconciliations. */
const webhookPriority = 0;

/**
 * The ids an event makes worth re-reading. A merge names the winner, the losers and perhaps a new id, and any of them
 * may be linked; it sends no change of the winner's fields of its own (hubspot-facts §5.2).
 */
export function idsToRead(event: ChangeEvent): readonly string[] {
  if (event.objectId === null) return [];
  return event.subscriptionType.endsWith(".merge") ? [event.objectId, ...event.relatedIds] : [event.objectId];
}

/**
 * The record at the other end of an association, in the queues of syncs that are associated with this object's. The event
 * does not always say what object it is: a mark in the wrong queue costs a look and changes nothing.
 */
function otherEnds(event: ChangeEvent): readonly string[] {
  return event.subscriptionType.endsWith(".associationChange") ? event.relatedIds : [];
}

/** One mark per (tenant, queue, record), however many events of the batch name it. */
export function marksOf(
  events: readonly ChangeEvent[],
  tenantsOf: (portalId: PortalId) => readonly Tenant[],
  { queuesFor, relatedQueuesFor }: Queues,
  now: EpochMs,
): readonly WorkMark[] {
  const marks = new Map<string, WorkMark>();
  const add = (tenant: Tenant, portalId: PortalId, queues: readonly string[], keys: readonly string[]) => {
    for (const queue of queues) {
      for (const key of keys) {
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
  };
  for (const event of events) {
    const { portalId, objectType } = event;
    if (objectType === null) continue;
    for (const tenant of tenantsOf(portalId)) {
      add(tenant, portalId, queuesFor(tenant, objectType), idsToRead(event));
      add(tenant, portalId, relatedQueuesFor?.(tenant, objectType) ?? [], otherEnds(event));
    }
  }
  return [...marks.values()];
}
