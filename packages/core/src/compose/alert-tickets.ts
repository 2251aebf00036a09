import type { Outbox } from "../outbox/outbox.ts";
import type { Alert, AlertSink } from "../ports/alerts.ts";
import type { Tenant } from "../ports/ids.ts";
import type { TicketInput } from "../tickets/inputs.ts";

/** Which alerts become tickets, and in whose account. */
export interface AlertTicketOptions {
  /** What an alert looks like as a ticket; null for one that is none. */
  readonly fromAlert: (alert: Alert) => TicketInput | null;
  /** Whose account gets tickets about troubles that concern no tenant. Default: nobody's. */
  readonly tenant?: Tenant;
}

/**
 * One ticket per trouble, closed when it is over. Through the outbox, because the trouble is often that HubSpot cannot be
 * written to.
 */
export function alertTickets({ fromAlert, tenant: common }: AlertTicketOptions, outbox: Outbox): AlertSink {
  const outageOf = (key: string): string => `alert:${key}`;
  // A ticket about tickets that cannot be made could not be made either.
  const isOwn = (key: string): boolean => key.startsWith("outbox:ticket");
  return {
    async raise(alert) {
      const tenant = alert.tenant ?? common;
      const ticket = tenant === undefined || isOwn(alert.key) ? null : fromAlert(alert);
      if (tenant === undefined || ticket === null) return;
      const idempotencyKey = `${alert.key.slice(0, 150)}:${alert.at}`;
      await outbox.enqueue("ticket.open", { outage: outageOf(alert.key), ticket }, { tenant, idempotencyKey });
    },
    async clear(of, key) {
      const tenant = of ?? common;
      if (tenant === undefined || isOwn(key)) return;
      const opened = await outbox.list({ tenant, kind: "ticket.open", limit: 200 });
      const mine = opened.items.find(({ idempotencyKey }) => idempotencyKey.startsWith(`${key.slice(0, 150)}:`));
      if (mine === undefined) return;
      const idempotencyKey = `${mine.idempotencyKey}:over`;
      await outbox.enqueue("ticket.resolve", { outage: outageOf(key) }, { tenant, idempotencyKey });
    },
  };
}
