import { HubspokeError } from "@hubspoke/core/errors";
import { type Request, Router } from "express";
import * as z from "zod";
import type { Database } from "./database.ts";
import { happened } from "./events.ts";
import { type Integration, tenant } from "./hubspoke.ts";
import { asr } from "./schedules.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const amount = z.number().min(0);
const name = z.string().min(1).max(200);
/** The customer's account number. */
const customer_id = z.string().regex(/^\d{1,20}$/);

const shapes = {
  usage: z.strictObject({
    customer_id,
    date: z.iso.date(),
    metrics: z.strictObject({
      ...{
        calls_completed: count,
        minutes_used: amount,
        sms_sent: count,
        daily_spend: amount,
        asr: share,
        acd: amount,
      },
    }),
  }),
  load: z.strictObject({ trunk_id: name, active_calls: count }),
  ticket: z.strictObject({
    trigger: z.literal("asr_below_threshold"),
    customer_id,
    data: z.strictObject({ trunk_id: name, current_asr: share, threshold: share, period: name }),
  }),
  event: z.strictObject({
    ...{ key: name, customer_id, type: name },
    properties: z.record(z.string(), z.union([z.string().max(500), z.number(), z.boolean()])).default({}),
  }),
  trunk: z.strictObject({
    customer_id,
    name,
    concurrent_calls: count.default(10),
    ip_addresses: z.array(z.ipv4()).default([]),
  }),
  number: z.strictObject({
    ...{ customer_id, number: z.e164(), trunk_id: name },
    type: z.enum(["local", "tollfree", "mobile"]).default("local"),
    capabilities: z.array(z.enum(["voice", "sms", "mms", "fax"])).default(["voice"]),
    monthly_cost: amount.default(1),
  }),
};

/** What WARP's platform tells WARP. Syncs, conflicts, queues and the audit trail are routes of the library, beside it. */
export function api(integration: Integration, data: Database, simulated: boolean): Router {
  const { rows } = data;
  const app = Router();
  const known = (found: readonly unknown[], what: string): void => {
    if (found.length === 0) throw new HubspokeError("NOT_FOUND", `there is no such ${what}`);
  };

  app.post("/usage", async (req, res) => {
    const { customer_id: ban, date, metrics } = read(shapes.usage, req);
    const { calls_completed: calls, minutes_used, sms_sent, daily_spend, asr: rate, acd } = metrics;
    const kept = await rows(
      `insert into usage_days (customer_id, day, calls_completed, minutes_used, sms_sent, daily_spend, asr, acd)
       select id, $2, $3, $4, $5, $6, $7, $8 from customers where ban = $1 on conflict (customer_id, day) do update set
         calls_completed = excluded.calls_completed, minutes_used = excluded.minutes_used, sms_sent = excluded.sms_sent,
         daily_spend = excluded.daily_spend, asr = excluded.asr, acd = excluded.acd returning 1`,
      [ban, date, calls, minutes_used, sms_sent, daily_spend, rate, acd],
    );
    known(kept, "customer");
    const first = { key: `first-call:${ban}`, ban, type: "first_successful_call", properties: { date } };
    if (calls > 0) await happened(data, first);
    res.status(202).json({ kept: true });
  });

  app.post("/usage/trunks", async (req, res) => {
    const { trunk_id, active_calls } = read(shapes.load, req);
    const load = `insert into trunk_load (trunk_id, active_calls) select id, $2 from trunks where trunk_id = $1
      on conflict (trunk_id) do update set active_calls = excluded.active_calls, at = now() returning 1`;
    known(await rows(load, [trunk_id, active_calls]), "trunk");
    res.status(202).json({ kept: true });
  });

  app.post("/support/auto-ticket", async (req, res) => {
    const { customer_id: ban, data: facts } = read(shapes.ticket, req);
    const { trunk_id: trunk, current_asr, threshold, period } = facts;
    res.status(202).json({ ticket: await asr(integration, data, { ban, trunk, asr: current_asr, threshold, period }) });
  });

  app.post("/events", async (req, res) => {
    const { customer_id: ban, ...event } = read(shapes.event, req);
    if (!(await happened(data, { ...event, ban }))) known([], "customer");
    res.status(202).json({ kept: true });
  });

  /** Asked twice it is one trunk, by the name it was asked for under; sales may call it otherwise later. */
  app.post("/trunks", async (req, res) => {
    const { customer_id: ban, name: called, concurrent_calls, ip_addresses } = read(shapes.trunk, req);
    const made = await rows<{ trunk_id: string; fresh: boolean }>(
      `insert into trunks (customer_id, name, asked_as, concurrent_calls, ip_addresses, spend_cap)
       select id, $2, $2, $3, nullif($4, ''), credit_limit from customers where ban = $1
       on conflict (customer_id, asked_as) do update set asked_as = excluded.asked_as returning trunk_id, xmax = 0 as fresh`,
      [ban, called, concurrent_calls, ip_addresses.join(",")],
    );
    known(made, "customer");
    const { fresh, ...trunk } = made[0]!;
    res.status(fresh ? 201 : 200).json(trunk);
  });

  app.post("/numbers", async (req, res) => {
    const { customer_id: ban, number, trunk_id, type, capabilities, monthly_cost } = read(shapes.number, req);
    // Told twice it is one number; a number that is somebody else's stays theirs.
    const added = await rows<{ mine: boolean }>(
      `with place as (select c.id as customer, t.id as trunk from customers c join trunks t on t.customer_id = c.id and t.trunk_id = $2
         where c.ban = $1), made as (
         insert into numbers (customer_id, trunk_id, number, type, capabilities, monthly_cost)
         select customer, trunk, $3, $4, $5, $6 from place on conflict (number) do update set number = numbers.number
         returning customer_id)
       select made.customer_id is not distinct from place.customer as mine from made, place`,
      [ban, trunk_id, number, type, capabilities.join(","), monthly_cost],
    );
    known(added, "trunk of that customer");
    if (added[0]?.mine !== true) throw new HubspokeError("INPUT_INVALID", "number is not free: it is somebody else's");
    res.status(201).json({ number });
  });
  app.delete("/numbers/:number", async (req, res) => {
    known(await rows("delete from numbers where number = $1 returning 1", [req.params.number]), "number");
    res.json({ released: true });
  });

  /** WARP's own side of the page; HubSpot's is the library's `/sync/overview`. */
  app.get("/dashboard", async (_req, res) => {
    const count = (table: string) => `(select count(*)::int from ${table}) as ${table}`;
    const of = (table: string) => `(select count(*)::int from ${table} where customer_id = c.id) as ${table}`;
    const [customers, totals, events] = await Promise.all([
      rows(`select ban, name, status, tier, credit_limit, payment_status, hubspot_id is not null as linked,
        ${of("users")}, ${of("trunks")}, ${of("numbers")} from customers c order by since desc, ban desc limit 20`),
      rows(`select ${["customers", "users", "trunks", "numbers"].map(count).join(", ")}`),
      rows(`select e.type, c.ban, e.at, e.told from events e join customers c on c.id = e.customer_id
        order by e.at desc limit 20`),
    ]);
    res.json({ simulated, customers, totals: totals[0], events });
  });
  app.get("/schema", async (_req, res) => void res.json(await integration.schema.plan(tenant)));
  app.post("/schema/apply", async (_req, res) => void res.json(await integration.schema.apply(tenant)));
  return app;
}

/** The body in its shape. Errors: INPUT_INVALID, which names fields and no value. */
function read<T>(shape: z.ZodType<T>, req: Request): T {
  const parsed = shape.safeParse(req.body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, code }) => `${path.join(".") || "body"} (${code})`);
  throw new HubspokeError("INPUT_INVALID", `look at ${[...new Set(fields)].slice(0, 8).join(", ")}`);
}
