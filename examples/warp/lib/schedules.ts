import type { SetupSchedule, UsageRow } from "@hubspoke/core";
import type { Database } from "./database.ts";
import { timeline } from "./events.ts";
import type { Integration } from "./hubspoke.ts";

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Of the month in which a run is due. */
const month = "date_trunc('month', $1::date)";
const within = (begin: string, end: string): string => `day >= ${begin} and day < ${end}`;
const thisMonth = within(month, `${month} + interval '1 month'`);
const lastMonth = within(`${month} - interval '1 month'`, month);
const before = within(`${month} - interval '2 months'`, `${month} - interval '1 month'`);

/** Fee and rented numbers of each customer who pays. */
const mrr = `select c.id, c.ban, c.monthly_fee + coalesce(sum(n.monthly_cost), 0) as mrr from customers c
  left join numbers n on n.customer_id = c.id where c.status in ('active', 'suspended') group by c.id`;

const usedIn = (name: string, when: string): string => `left join lateral (
    select sum(daily_spend) as spend, sum(minutes_used) as minutes from usage_days where customer_id = c.id and ${when}) ${name} on true`;

/** Everything HubSpot is told of a customer on a schedule, as of a day; columns are called as the company's properties. */
const figures = `select c.ban as id, c.status,
    (select coalesce(sum(l.active_calls), 0) from trunk_load l join trunks t on t.id = l.trunk_id where t.customer_id = c.id) as warp_active_calls,
    (select count(*) from trunks where customer_id = c.id) as warp_trunk_count,
    (select count(*) from numbers where customer_id = c.id) as warp_number_count,
    coalesce(now_.spend, 0) as warp_mtd_spend, coalesce(now_.minutes, 0) as warp_mtd_minutes,
    u.day::text as warp_usage_date, u.calls_completed as warp_calls_completed, u.minutes_used as warp_minutes_used,
    u.sms_sent as warp_sms_sent, u.daily_spend as warp_daily_spend, u.asr as warp_asr, u.acd as warp_acd,
    m.mrr as warp_mrr, coalesce(r1.mrr, 0) - coalesce(r2.mrr, 0) as warp_mrr_growth,
    case when c.status = 'churned' or c.payment_status = 'suspended' then 'high'
      when c.payment_status = 'past_due' or c.contract_end < $1::date + 60
        or coalesce(last_.minutes, 0) < coalesce(before_.minutes, 0) / 2 then 'medium' else 'low' end as warp_churn_risk
  from customers c left join (${mrr}) m on m.id = c.id
    left join lateral (select * from usage_days where customer_id = c.id and day < $1 order by day desc limit 1) u on true
    left join mrr_months r1 on r1.customer_id = c.id and r1.month = ${month} - interval '1 month'
    left join mrr_months r2 on r2.customer_id = c.id and r2.month = ${month} - interval '2 months'
    ${usedIn("now_", thisMonth)} ${usedIn("last_", lastMonth)} ${usedIn("before_", before)}`;

/** Four fifths of the credit are spent: told once a month. */
const watch = `insert into events (key, customer_id, type, properties)
  select 'threshold:' || c.ban || to_char($1::date, ':YYYY-MM'), c.id, 'threshold_alert',
    jsonb_build_object('spent', sum(u.daily_spend), 'credit_limit', c.credit_limit)
  from customers c join usage_days u on u.customer_id = c.id where ${thisMonth} and c.credit_limit > 0
  group by c.id having sum(u.daily_spend) >= 0.8 * c.credit_limit on conflict (key) do nothing`;

/** Each day that is over, on its customer's timeline; the platform may be some days late with it. */
const usageReport = `insert into events (key, customer_id, type, properties)
  select 'usage:' || day || ':' || customer_id, customer_id, 'daily_usage', to_jsonb(u) - 'customer_id'
  from usage_days u where day < $1 and day >= $1::date - 7 on conflict (key) do nothing`;

/** This month's MRR as it stands. */
const mrrSoFar = `insert into mrr_months (month, customer_id, mrr) select date_trunc('month', $1::date - 1), id, mrr from (${mrr}) m
  on conflict (month, customer_id) do update set mrr = excluded.mrr`;

/** The month that is over, an invoice each. */
const invoices = `with made as (
    insert into invoices (id, customer_id, month, amount)
    select 'inv-' || ban || '-' || to_char(${month} - interval '1 month', 'YYYY-MM'), m.id, ${month} - interval '1 month',
      mrr + coalesce((select sum(daily_spend) from usage_days where customer_id = m.id and ${lastMonth}), 0)
    from (${mrr}) m on conflict (id) do nothing returning *)
  insert into events (key, customer_id, type, properties)
  select id, customer_id, 'invoice_generated', jsonb_build_object('invoice', id, 'amount', amount) from made`;

const usageOfADay = ["usage_date", "calls_completed", "minutes_used", "sms_sent", "daily_spend", "asr", "acd"];

/** What WARP tells HubSpot when: every five seconds to once a month. Each due occurrence runs once, in one process. */
export function schedules({ hubspoke }: Integration, data: Database): readonly SetupSchedule[] {
  const { rows } = data;
  const push = (name: string, every: "5m" | "1h" | "1d" | "1mo", of: readonly string[], where = "true") => {
    const named = of.map((one) => `'warp_${one}', warp_${one}`).join(", ");
    const select = `select id, jsonb_build_object(${named}) as properties from (${figures}) f where status <> 'onboarding' and ${where}`;
    const collect = ({ dueAt }: { dueAt: number }) => rows<UsageRow>(select, [isoDay(dueAt)]);
    return hubspoke.usage({ name, every, object: "companies", idProperty: "warp_ban", collect });
  };
  const job = (name: string, every: "5m" | "1d" | "1mo", statement: string) =>
    hubspoke.schedule({ name, every, run: ({ dueAt }) => rows(statement, [isoDay(dueAt)]) });

  return [
    push("live", "5m", ["active_calls", "mtd_spend"]),
    push("aggregates", "1h", ["trunk_count", "number_count", "mtd_minutes"]),
    push("usage", "1d", usageOfADay, "warp_usage_date is not null"),
    push("mrr", "1d", ["mrr"], "warp_mrr is not null"),
    push("churn-and-growth", "1mo", ["mrr_growth", "churn_risk"]),
    job("watch", "5m", watch),
    job("reports", "1d", usageReport),
    job("mrr-so-far", "1d", mrrSoFar),
    job("invoices", "1mo", invoices),
    timeline(hubspoke, data),
  ];
}

/** How busy each trunk is. Its object's id is the account's, so this can be said only when that is known. */
export function utilization({ hubspoke }: Integration, { rows }: Database, object: `2-${number}`): SetupSchedule {
  const load = `select t.trunk_id as id,
      jsonb_build_object('utilization', round(l.active_calls::numeric / t.concurrent_calls, 3)) as properties
    from trunk_load l join trunks t on t.id = l.trunk_id where t.concurrent_calls > 0`;
  const collect = () => rows<UsageRow>(load);
  return hubspoke.usage({ name: "trunks", every: "1h", object, idProperty: "trunk_id", collect });
}
