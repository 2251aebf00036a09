import type { Hubspoke, RelayedJob, SetupSchedule } from "@hubspoke/core";
import type { Database } from "./database.ts";

/** What HubSpot's timelines are told of. */
export const eventTypes: readonly string[] = [
  // Account
  ...["account_created", "account_suspended", "account_reactivated", "credit_limit_changed", "payment_method_updated"],
  // Service
  ...["trunk_created", "trunk_modified", "trunk_deleted", "campaign_registered", "e911_address_updated"],
  ...["numbers_purchased", "numbers_ported", "numbers_released"],
  // Usage
  ...["first_successful_call", "daily_usage", "threshold_alert", "invoice_generated"],
  // Support
  ...["ticket_created", "ticket_resolved", "escalation_triggered", "chat_started", "article_viewed"],
];

export interface Happening {
  /** Twice the same is one event. */
  readonly key: string;
  /** The customer's account number. */
  readonly ban: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** Keeps what happened beside its cause. False for a customer there is none of. */
export async function happened({ one }: Database, { key, ban, type, properties }: Happening): Promise<boolean> {
  const kept = `with customer as (select id from customers where ban = $2), kept as (
      insert into events (key, customer_id, type, properties) select $1, id, $3, $4 from customer on conflict (key) do nothing)
    select from customer`;
  return (await one(kept, [key, ban, type, properties])) !== null;
}

/** What HubSpot has not been told of customers it knows. */
export function timeline({ relay }: Pick<Hubspoke, "relay">, { rows }: Database): SetupSchedule {
  const untold = `select e.key, jsonb_build_object('type', e.type, 'properties', e.properties, 'at', e.at,
      'to', jsonb_build_array(jsonb_build_object('object', 'companies', 'id', c.hubspot_id))) as input
    from events e join customers c on c.id = e.customer_id where not e.told and c.hubspot_id is not null order by e.at limit $1`;
  return relay({
    name: "events",
    kind: "event",
    take: ({ limit }) => rows<RelayedJob>(untold, [limit]),
    done: (keys) => rows("update events set told = true where key = any($1)", [keys]),
  });
}
