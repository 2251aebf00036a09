import type { Clock } from "../../ports/clock.ts";
import type { EpochMs, Page, PageCursor, RowId, Tenant } from "../../ports/ids.ts";
import type { InboxStore } from "../../ports/inbox-store.ts";
import type { QuarantineRow, QuarantineStore } from "../../ports/sync-stores.ts";
import type { FailedEvent } from "./run-handlers.ts";

/** Under which name events are kept in quarantine: no sync can be called so. */
const shelf = "webhooks:";

/** An event whose handlers failed every time. Ids and names only; the event itself stays in the inbox. */
export interface QuarantinedEvent {
  /** What `replay` takes. */
  readonly id: RowId;
  /** HubSpot's `subscriptionType`, such as `contact.propertyChange`. */
  readonly type: string;
  /** The code of the last failure. */
  readonly reason: string;
  /** Attempts of its handlers. */
  readonly tries: number;
  /** When it was set aside, after the last of its tries. */
  readonly firstAt: EpochMs;
  /** When it was last set aside: later than `firstAt` after a replay that failed. */
  readonly lastAt: EpochMs;
}

/** Events whose handlers failed for good, until somebody replays them. */
export interface WebhookQuarantine {
  /** In the order of their ids; `limit` defaults to 50. */
  list(
    tenant: Tenant,
    options?: { readonly after?: PageCursor; readonly limit?: number },
  ): Promise<Page<QuarantinedEvent>>;
  /** Runs handlers again for events in quarantine; for all of the tenant's when none are named. Answers how many. */
  replay(tenant: Tenant, ids?: readonly RowId[]): Promise<number>;
}

export interface SetAsideDeps {
  readonly inbox: Pick<InboxStore, "wake">;
  readonly quarantine: Pick<QuarantineStore, "list" | "remove">;
  readonly clock: Pick<Clock, "now">;
}

/** Notes that events failed every time, for the tenants whose handlers did. */
export async function setAside(
  { quarantine }: { readonly quarantine: Pick<QuarantineStore, "put"> },
  failed: readonly FailedEvent[],
  now: EpochMs,
): Promise<void> {
  const rows = failed.flatMap(({ event, code, tenants }) =>
    tenants.map(
      (tenant): QuarantineRow => ({
        tenant,
        sync: shelf,
        portalId: event.portalId,
        side: "remote",
        key: event.id,
        reason: code,
        fields: [event.subscriptionType],
        tries: event.tries + 1,
        firstAt: now,
        lastAt: now,
      }),
    ),
  );
  if (rows.length > 0) await quarantine.put(rows);
}

/** Takes an event that went well out of quarantine. */
export async function takeBack(
  { quarantine }: { readonly quarantine: Pick<QuarantineStore, "remove"> },
  tenants: readonly Tenant[],
  id: RowId,
): Promise<void> {
  for (const tenant of tenants) await quarantine.remove(tenant, shelf, "remote", [id]);
}

export function webhookQuarantine({ inbox, quarantine, clock }: SetAsideDeps): WebhookQuarantine {
  async function replay(tenant: Tenant, ids: readonly RowId[]): Promise<number> {
    if (ids.length === 0) return 0;
    const woken = await inbox.wake(ids, clock.now());
    await quarantine.remove(tenant, shelf, "remote", ids);
    return woken;
  }
  return {
    async list(tenant, { after, limit = 50 } = {}) {
      const page = await quarantine.list(tenant, shelf, after ?? null, limit);
      const items = page.items.map(({ key: id, fields: [type = ""], reason, tries, firstAt, lastAt }) => ({
        id,
        type,
        reason,
        tries,
        firstAt,
        lastAt,
      }));
      return { items, ...(page.next !== undefined && { next: page.next }) };
    },
    async replay(tenant, ids) {
      if (ids !== undefined) return replay(tenant, ids);
      let woken = 0;
      for (;;) {
        const { items } = await quarantine.list(tenant, shelf, null, 100);
        if (items.length === 0) return woken;
        woken += await replay(
          tenant,
          items.map(({ key }) => key),
        );
      }
    },
  };
}
