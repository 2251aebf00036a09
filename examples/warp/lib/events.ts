import type { Hubspoke } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Database } from "./database.ts";
import { tenant } from "./hubspoke.ts";

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
export async function happened({ rows }: Database, { key, ban, type, properties }: Happening): Promise<boolean> {
  if (!eventTypes.includes(type)) throw new HubspokeError("INPUT_INVALID", `type is one of ${eventTypes.join(", ")}`);
  const known = await rows("select 1 from customers where ban = $1", [ban]);
  const kept = `insert into events (key, customer_id, type, properties)
    select $1, id, $3, $4 from customers where ban = $2 on conflict (key) do nothing`;
  await rows(kept, [key, ban, type, JSON.stringify(properties)]);
  return known.length > 0;
}

/** Hands over what HubSpot has not been told. A process killed in between hands over again, under the same keys. */
export async function tellEvents({ rows }: Database, { outbox }: Pick<Hubspoke, "outbox">): Promise<void> {
  type Row = { key: string; company: string; type: string; properties: object; at: Date };
  const untold = await rows<Row>(
    `select e.key, c.hubspot_id as company, e.type, e.properties, e.at from events e join customers c on c.id = e.customer_id
     where not e.told and c.hubspot_id is not null order by e.at limit 200`,
  );
  const jobs = untold.map(({ key, company, type, properties, at }) => ({
    input: { type, to: [{ object: "companies", id: company }], properties, at: at.toISOString() },
    options: { tenant, idempotencyKey: key },
  }));
  if (jobs.length === 0) return;
  await outbox.enqueueMany("event", jobs);
  await rows("update events set told = true where key = any($1)", [untold.map(({ key }) => key)]);
}
