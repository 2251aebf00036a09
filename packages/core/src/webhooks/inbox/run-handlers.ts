import { isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { ClaimedInboxEvent, InboxEvent } from "../../ports/inbox-store.ts";
import type { WebhookEvent, WebhookHandlers } from "./handlers.ts";

/** Records whose handlers run beside each other. */
const concurrency = 10;

export interface HandlerRun {
  /** Events whose handlers all succeeded, or that nobody handles. */
  readonly done: readonly ClaimedInboxEvent[];
  readonly failed: readonly { readonly event: ClaimedInboxEvent; readonly code: string }[];
  /** Not begun, because the signal fired. */
  readonly left: readonly ClaimedInboxEvent[];
}

/**
 * Runs the host's handlers: events of one record one at a time in the order they occurred, ten records beside each
 * other. A failing event stops neither the others nor the later events of its own record.
 */
export async function runHandlers(
  events: readonly ClaimedInboxEvent[],
  tenantsOf: (portalId: string) => readonly Tenant[],
  handlers: WebhookHandlers,
  signal: AbortSignal,
): Promise<HandlerRun> {
  const done: ClaimedInboxEvent[] = [];
  const failed: { event: ClaimedInboxEvent; code: string }[] = [];
  const left: ClaimedInboxEvent[] = [];
  const chains = byRecord(events).values();
  const runChains = async () => {
    for (const chain of chains) {
      for (const event of chain) {
        if (signal.aborted) {
          left.push(event);
          continue;
        }
        const code = await runOne(event, tenantsOf(event.portalId), handlers, signal);
        if (code === undefined) done.push(event);
        else failed.push({ event, code });
      }
    }
  };
  // One shared iterator: each lane takes the next record when it has finished one.
  await Promise.all(Array.from({ length: concurrency }, runChains));
  return { done, failed, left };
}

/** The first failure's code, after every tenant and handler has had its turn. */
async function runOne(
  event: ClaimedInboxEvent,
  tenants: readonly Tenant[],
  handlers: WebhookHandlers,
  signal: AbortSignal,
): Promise<string | undefined> {
  let code: string | undefined;
  for (const handler of handlers.of(event.subscriptionType)) {
    for (const tenant of tenants) {
      try {
        await handler(shown(event, tenant), { signal });
      } catch (error) {
        code ??= isHubspokeError(error) ? error.code : "HANDLER_FAILED";
      }
    }
  }
  return code;
}

function byRecord(events: readonly ClaimedInboxEvent[]): ReadonlyMap<string, readonly ClaimedInboxEvent[]> {
  const chains = new Map<string, ClaimedInboxEvent[]>();
  for (const event of events.toSorted((a, b) => a.occurredAt - b.occurredAt)) {
    // What names no record waits for nothing else.
    const key = JSON.stringify(event.objectId === null ? event.id : [event.portalId, event.objectType, event.objectId]);
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [event]);
    else chain.push(event);
  }
  return chains;
}

function shown(event: InboxEvent, tenant: Tenant): WebhookEvent {
  const { id, portalId, objectType, objectId, propertyName, relatedIds, occurredAt, receivedAt } = event;
  const { attempt, changeSource, sourceId, subscriptionType: type } = event;
  const copy = { id, type, tenant, portalId, objectType, objectId, propertyName, relatedIds: [...relatedIds] };
  return { ...copy, occurredAt, receivedAt, attempt, changeSource, sourceId };
}
