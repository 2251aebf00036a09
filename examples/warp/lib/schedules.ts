import { randomUUID } from "node:crypto";
import type { FlowHandle, ScheduleHandle, UsageHandle, UsageRow } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Database } from "./database.ts";
import { happened, tellEvents } from "./events.ts";
import { type Integration, tenant } from "./hubspoke.ts";
import { type WonDeal, wonMeanwhile } from "./onboarding.ts";

const day = 86_400_000;
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Of the month in which a run is due. */
const month = "date_trunc('month', $1::date)";
const thisMonth = `day >= ${month} and day < ${month} + interval '1 month'`;

export type Timed = ScheduleHandle | UsageHandle<ScheduleHandle>;

/** What WARP tells HubSpot when: every five seconds to once a month. Each due occurrence runs once, in one process. */
export function schedules({ hubspoke }: Integration, data: Database, flow: FlowHandle<WonDeal>): readonly Timed[] {
  const { rows } = data;
  /** One figure or more of each customer, as company properties found by the account number. */
  const figures = async (select: string, dueAt: number): Promise<UsageRow[]> =>
    (await rows<{ id: string }>(select, [isoDay(dueAt)])).map(({ id, ...properties }) => ({ id, properties }));
  const push = (name: string, every: "5m" | "1h" | "1d" | "1mo", select: string) =>
    hubspoke.usage({
      ...{ name, every, object: "companies", idProperty: "warp_ban" },
      collect: ({ dueAt }) => figures(select, dueAt),
    });
  const live = "c.status <> 'onboarding'";

  const pushes = [
    push(
      "live",
      "5m",
      `select c.ban as id,
         coalesce((select sum(l.active_calls) from trunk_load l join trunks t on t.id = l.trunk_id where t.customer_id = c.id), 0) as warp_active_calls,
         coalesce((select sum(daily_spend) from usage_days where customer_id = c.id and ${thisMonth}), 0) as warp_mtd_spend
       from customers c where ${live}`,
    ),
    push(
      "aggregates",
      "1h",
      `select c.ban as id, (select count(*) from trunks where customer_id = c.id) as warp_trunk_count,
         (select count(*) from numbers where customer_id = c.id) as warp_number_count,
         coalesce((select sum(minutes_used) from usage_days where customer_id = c.id and ${thisMonth}), 0) as warp_mtd_minutes
       from customers c where ${live}`,
    ),
    push(
      "usage",
      "1d",
      `select c.ban as id, u.day::text as warp_usage_date, u.calls_completed as warp_calls_completed,
         u.minutes_used as warp_minutes_used, u.sms_sent as warp_sms_sent, u.daily_spend as warp_daily_spend,
         u.asr as warp_asr, u.acd as warp_acd
       from usage_days u join customers c on c.id = u.customer_id where u.day = $1::date - 1`,
    ),
    push("mrr", "1d", `select ban as id, mrr as warp_mrr from (${mrr}) m, (select $1::date) d`),
    push(
      "churn-and-growth",
      "1mo",
      `select c.ban as id, coalesce(now_.mrr, 0) - coalesce(before.mrr, 0) as warp_mrr_growth,
         case when c.status = 'churned' or c.payment_status = 'suspended' then 'high'
           when c.payment_status = 'past_due' or c.contract_end < $1::date + 60
             or coalesce(n.minutes, 0) < coalesce(b.minutes, 0) / 2 then 'medium' else 'low' end as warp_churn_risk
       from customers c
         left join mrr_months now_ on now_.customer_id = c.id and now_.month = ${month} - interval '1 month'
         left join mrr_months before on before.customer_id = c.id and before.month = ${month} - interval '2 months'
         left join lateral (select sum(minutes_used) as minutes from usage_days where customer_id = c.id
           and day >= ${month} - interval '1 month' and day < ${month}) n on true
         left join lateral (select sum(minutes_used) as minutes from usage_days where customer_id = c.id
           and day >= ${month} - interval '2 months' and day < ${month} - interval '1 month') b on true
       where ${live}`,
    ),
  ];

  const jobs = [
    hubspoke.schedule({ name: "events", every: { ms: 5_000 }, run: () => tellEvents(data, hubspoke) }),
    hubspoke.schedule({ name: "watch", every: "5m", run: ({ dueAt }) => watch(dueAt) }),
    hubspoke.schedule({
      name: "won-deals",
      every: "1h",
      run: ({ dueAt }) => wonMeanwhile(hubspoke, flow, dueAt - day),
    }),
    hubspoke.schedule({ name: "reports", every: "1d", run: ({ dueAt }) => reports(dueAt) }),
    hubspoke.schedule({ name: "invoices", every: "1mo", run: ({ dueAt }) => invoices(dueAt) }),
  ];

  /** Four fifths of the credit are spent: told once a month. */
  async function watch(dueAt: number): Promise<void> {
    type Spent = { ban: string; spent: string; credit_limit: string };
    const spent = `select c.ban, c.credit_limit, sum(u.daily_spend) as spent from customers c join usage_days u on u.customer_id = c.id
      where ${thisMonth} and c.credit_limit > 0 group by c.id having sum(u.daily_spend) >= 0.8 * c.credit_limit`;
    for (const { ban, spent: sum, credit_limit } of await rows<Spent>(spent, [isoDay(dueAt)])) {
      const properties = { spent: Number(sum), credit_limit: Number(credit_limit) };
      const key = `threshold:${ban}:${isoDay(dueAt).slice(0, 7)}`;
      await happened(data, { key, ban, type: "threshold_alert", properties });
    }
  }

  /** Yesterday, on each customer's timeline; and this month's MRR as it stands. */
  async function reports(dueAt: number): Promise<void> {
    const yesterday = isoDay(dueAt - day);
    await rows(
      `insert into events (key, customer_id, type, properties)
       select 'usage:' || day || ':' || customer_id, customer_id, 'daily_usage',
         to_jsonb(u) - 'customer_id' from usage_days u where day = $1::date on conflict (key) do nothing`,
      [yesterday],
    );
    await rows(
      `insert into mrr_months (month, customer_id, mrr) select date_trunc('month', $1::date), id, mrr from (${mrr}) m
       on conflict (month, customer_id) do update set mrr = excluded.mrr`,
      [yesterday],
    );
  }

  /** The month that is over, an invoice each. */
  async function invoices(dueAt: number): Promise<void> {
    await rows(
      `with made as (
         insert into invoices (id, customer_id, month, amount)
         select 'inv-' || ban || '-' || to_char(${month} - interval '1 month', 'YYYY-MM'), m.id, ${month} - interval '1 month',
           mrr + coalesce((select sum(daily_spend) from usage_days where customer_id = m.id
             and day >= ${month} - interval '1 month' and day < ${month}), 0)
         from (${mrr}) m on conflict (id) do nothing returning *)
       insert into events (key, customer_id, type, properties)
       select id, customer_id, 'invoice_generated', jsonb_build_object('invoice', id, 'amount', amount) from made`,
      [isoDay(dueAt)],
    );
  }

  return [...pushes, ...jobs];
}

/** Fee and rented numbers of each customer who pays. */
const mrr = `select c.id, c.ban, c.monthly_fee + coalesce(sum(n.monthly_cost), 0) as mrr from customers c
  left join numbers n on n.customer_id = c.id where c.status in ('active', 'suspended') group by c.id`;

/** How busy each trunk is. Its object's id is the account's, so this can be said only when that is known. */
export function utilization({ hubspoke }: Integration, { rows }: Database, object: `2-${number}`): Timed {
  const load = `select t.trunk_id as id, round(l.active_calls::numeric / nullif(t.concurrent_calls, 0), 3)::float as utilization
    from trunk_load l join trunks t on t.id = l.trunk_id where t.concurrent_calls > 0`;
  const collect = async () =>
    (await rows<{ id: string; utilization: number }>(load)).map(({ id, ...properties }) => ({ id, properties }));
  return hubspoke.usage({ name: "trunks", every: "1h", object, idProperty: "trunk_id", collect });
}

export interface Asr {
  readonly ban: string;
  readonly trunk: string;
  /** Share of calls answered, 0 to 1. */
  readonly asr: number;
  readonly threshold: number;
  /** As `last_hour`. */
  readonly period: string;
}

/** One ticket for each trunk whose calls fail, while they do; told when it begins and when it is over. */
export async function asr(
  { hubspoke }: Integration,
  data: Database,
  alert: Asr,
): Promise<"opened" | "goes on" | "over" | "well"> {
  const { ban, trunk, threshold, period } = alert;
  const of = `select c.hubspot_id as company, coalesce(l.alarm, false) as alarm from trunks t join customers c on c.id = t.customer_id
    left join trunk_load l on l.trunk_id = t.id where t.trunk_id = $1 and c.ban = $2`;
  const [row] = await data.rows<{ company: string | null; alarm: boolean }>(of, [trunk, ban]);
  if (row === undefined) throw new HubspokeError("NOT_FOUND", "there is no such trunk of that customer");
  const low = alert.asr < threshold;
  if (!low && !row.alarm) return "well";
  const outage = `asr_below_threshold:${trunk}`;
  const percent = `${Math.round(alert.asr * 100)}%`;
  const options = { tenant, idempotencyKey: `${outage}:${randomUUID()}` };
  const ticket = {
    subject: `Low ASR Alert - Trunk ${trunk}`,
    content: `ASR dropped to ${percent} in the ${period.replaceAll("_", " ")}`,
    priority: "HIGH",
    properties: {
      ...{ warp_issue_type: "voice", warp_category: "Voice: Call failures", warp_severity: "high" },
      ...{ warp_trunk_id: trunk, warp_technical_details: JSON.stringify(alert) },
    },
    ...(row.company === null ? {} : { to: [{ object: "companies", id: row.company }] }),
  };
  // Durable before it is marked: killed in between, the next report says it once more, which is no second ticket.
  if (low) await hubspoke.outbox.enqueue("ticket.open", { outage, ticket }, options);
  else await hubspoke.outbox.enqueue("ticket.resolve", { outage, content: `${percent} again` }, options);
  if (low === row.alarm) return "goes on";
  const type = low ? "ticket_created" : "ticket_resolved";
  await happened(data, { key: options.idempotencyKey, ban, type, properties: { trunk, asr: alert.asr } });
  const mark = `insert into trunk_load (trunk_id, alarm) select id, $2 from trunks where trunk_id = $1
    on conflict (trunk_id) do update set alarm = excluded.alarm`;
  await data.rows(mark, [trunk, low]);
  return low ? "opened" : "over";
}
