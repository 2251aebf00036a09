import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";
import type { Tenant } from "../../ports/ids.ts";
import type { ClaimedInboxEvent, InboxEvent } from "../../ports/inbox-store.ts";
import type { WebhookEvent, WebhookHandlers } from "./handlers.ts";
import type { Lanes } from "./lanes.ts";
import type { EventValues } from "./values.ts";

export interface HandlerRun {
  /** Events whose handlers all succeeded, or that nobody handles. */
  readonly done: readonly ClaimedInboxEvent[];
  readonly failed: readonly FailedEvent[];
  /** Not begun, because the signal fired. */
  readonly left: readonly ClaimedInboxEvent[];
}

export interface FailedEvent {
  readonly event: ClaimedInboxEvent;
  /** The first failure's. */
  readonly code: string;
  /** The tenants whose handlers failed. */
  readonly tenants: readonly Tenant[];
}

/** The host's handlers, and where those that ask for values get them. */
interface HandlersOf {
  readonly handlers: WebhookHandlers;
  readonly values?: EventValues | undefined;
}

/**
 * Runs the host's handlers: events of one record one at a time in the order they occurred, also where several batches
 * are worked on at once; several records beside each other. A failing event stops neither the others nor the later
 * events of its own record.
 */
export async function runHandlers(
  events: readonly ClaimedInboxEvent[],
  tenantsOf: (portalId: string) => readonly Tenant[],
  { handlers, values }: HandlersOf,
  lanes: Lanes,
  signal: AbortSignal,
): Promise<HandlerRun> {
  const done: ClaimedInboxEvent[] = [];
  const failed: FailedEvent[] = [];
  const left: ClaimedInboxEvent[] = [];
  await Promise.all(
    events
      .toSorted((a, b) => a.occurredAt - b.occurredAt)
      .map(async (event) => {
        if (handlers.of(event.subscriptionType).length === 0) return void done.push(event);
        await lanes.run(event, async () => {
          if (signal.aborted) return void left.push(event);
          const failure = await runOne(event, tenantsOf(event.portalId), { handlers, values }, signal);
          if (failure === undefined) done.push(event);
          else failed.push({ event, ...failure });
        });
      }),
  );
  return { done, failed, left };
}

/** The first failure's code, after every tenant and handler has had its turn. */
async function runOne(
  event: ClaimedInboxEvent,
  tenants: readonly Tenant[],
  { handlers, values }: HandlersOf,
  signal: AbortSignal,
): Promise<Omit<FailedEvent, "event"> | undefined> {
  let code: string | undefined;
  const failing = new Set<Tenant>();
  for (const one of handlers.of(event.subscriptionType)) {
    for (const tenant of tenants) {
      try {
        const copy = shown(event, tenant);
        if (one.value) await one.handler({ ...copy, value: await kept(event, tenant, values) }, { signal });
        else await one.handler(copy, { signal });
      } catch (error) {
        failing.add(tenant);
        code ??= isHubspokeError(error) ? error.code : "HANDLER_FAILED";
      }
    }
  }
  return code === undefined ? undefined : { code, tenants: [...failing] };
}

/** A value that was kept and cannot be had fails the event: nothing is called without it. */
async function kept(event: InboxEvent, tenant: Tenant, values: EventValues | undefined): Promise<string | null> {
  if (event.sealed === null) return null;
  if (values !== undefined) return values.open(event, tenant);
  throw new HubspokeError("CONFIG_INVALID", "a handler asks for values that were kept; give the inbox job `values`");
}

function shown(event: InboxEvent, tenant: Tenant): WebhookEvent {
  const { id, portalId, objectType, objectId, propertyName, relatedIds, occurredAt, receivedAt } = event;
  const { attempt, changeSource, sourceId, subscriptionType: type } = event;
  const copy = { id, type, tenant, portalId, objectType, objectId, propertyName, relatedIds: [...relatedIds] };
  return { ...copy, occurredAt, receivedAt, attempt, changeSource, sourceId };
}
