import type { TicketInput } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { checkedBody } from "@hubspoke/core/webhooks";
import { Router } from "express";
import * as z from "zod";
import { type Database, known, tenant } from "./database.ts";
import { eventTypes, happened } from "./events.ts";
import type { Integration } from "./hubspoke.ts";

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const amount = z.number().min(0);
const name = z.string().min(1).max(200);
/** The customer's account number. */
const customer_id = z.string().regex(/^\d{1,20}$/);
const addresses = z.array(z.ipv4());
const capabilities = z.array(z.enum(["voice", "sms", "mms", "fax"]));
const facts = z.record(z.string(), z.union([z.string().max(500), z.number(), z.boolean()]));
const figures = { calls_completed: count, minutes_used: amount, sms_sent: count, daily_spend: amount, asr: share };
const measured = z.strictObject({ trunk_id: name, current_asr: share, threshold: share, period: name });

const shapes = {
  usage: z.strictObject({ customer_id, date: z.iso.date(), metrics: z.strictObject({ ...figures, acd: amount }) }),
  load: z.strictObject({ trunk_id: name, active_calls: count }),
  ticket: z.strictObject({ trigger: z.literal("asr_below_threshold"), customer_id, data: measured }),
  event: z.strictObject({ customer_id, key: name.max(150), type: z.enum(eventTypes), properties: facts.default({}) }),
  trunk: z.strictObject({
    customer_id,
    name,
    concurrent_calls: count.default(10),
    ip_addresses: addresses.default([]),
  }),
  number: z.strictObject({
    customer_id,
    trunk_id: name,
    number: z.e164(),
    monthly_cost: amount.default(1),
    type: z.enum(["local", "tollfree", "mobile"]).default("local"),
    capabilities: capabilities.default(["voice"]),
  }),
};

/** What WARP's platform tells WARP. Syncs, conflicts, queues and the audit trail are routes of the library, beside it. */
export function api({ hubspoke, schema }: Integration, data: Database, simulated: boolean): Router {
  const { rows, one } = data;
  const app = Router();
  /** Kept before it is answered; HubSpot is told in time. */
  const told = <T>(path: string, shape: z.ZodType<T>, keep: (body: T) => Promise<unknown>) =>
    app.post(path, async (req, res) => {
      res.status(202).json((await keep(checkedBody(shape, req.body))) ?? { kept: true });
    });

  told("/usage", shapes.usage, async ({ customer_id: ban, date, metrics }) => {
    // The shape lets no other names in.
    const columns = Object.keys(metrics);
    const day = `insert into usage_days (customer_id, day, ${columns}) select id, $2, ${columns.map((_, i) => `$${i + 3}`)}
      from customers where ban = $1 on conflict (customer_id, day) do update set ${columns.map((c) => `${c} = excluded.${c}`)} returning 1`;
    known(await one(day, [ban, date, ...Object.values(metrics)]), "customer");
    const first = { key: `first-call:${ban}`, ban, type: "first_successful_call", properties: { date } };
    if (metrics.calls_completed > 0) await happened(data, first);
  });
  told("/usage/trunks", shapes.load, async ({ trunk_id, active_calls }) => {
    const load = `insert into trunk_load (trunk_id, active_calls) select id, $2 from trunks where trunk_id = $1
      on conflict (trunk_id) do update set active_calls = excluded.active_calls, at = now() returning 1`;
    known(await one(load, [trunk_id, active_calls]), "trunk");
  });
  /** One ticket for each trunk whose calls fail, while they do; told when it begins and when it is over. */
  told("/support/auto-ticket", shapes.ticket, async ({ customer_id: ban, data: measured }) => {
    const { trunk_id: trunk, current_asr, threshold, period } = measured;
    const company = `select c.hubspot_id as id from trunks t join customers c on c.id = t.customer_id
      where t.trunk_id = $1 and c.ban = $2`;
    const { id } = known(await one<{ id: string | null }>(company, [trunk, ban]), "trunk of that customer");
    const percent = `${Math.round(current_asr * 100)}%`;
    const ticket: TicketInput = {
      subject: `Low ASR Alert - Trunk ${trunk}`,
      content: `ASR dropped to ${percent} in the ${period.replaceAll("_", " ")}`,
      priority: "HIGH",
      properties: {
        ...{ warp_issue_type: "voice", warp_category: "Voice: Call failures", warp_severity: "high" },
        ...{ warp_trunk_id: trunk, warp_technical_details: JSON.stringify({ ban, ...measured }) },
      },
      to: id === null ? [] : [{ object: "companies", id }],
    };
    const changed = (to: "opened" | "over", key: string) => {
      const type = to === "opened" ? "ticket_created" : "ticket_resolved";
      return happened(data, { key, ban, type, properties: { trunk, asr: current_asr } });
    };
    const outage = `asr_below_threshold:${trunk}`;
    const finding = { outage, ticket: current_asr < threshold ? ticket : null, content: `${percent} again`, changed };
    return { ticket: await hubspoke.tickets.report(finding, { tenant }) };
  });
  told("/events", shapes.event, async ({ customer_id: ban, ...event }) => {
    // The caller's own keys: those of another customer, and WARP's, are others.
    known((await happened(data, { ...event, key: `${ban}:${event.key}`, ban })) || null, "customer");
  });

  /** Asked twice it is one trunk, by the name it was asked for under; sales may call it otherwise later. */
  app.post("/trunks", async (req, res) => {
    const { customer_id: ban, name: called, concurrent_calls, ip_addresses } = checkedBody(shapes.trunk, req.body);
    const made = await one<{ trunk_id: string; fresh: boolean }>(
      `insert into trunks (customer_id, name, asked_as, concurrent_calls, ip_addresses, spend_cap)
       select id, $2, $2, $3, nullif($4, ''), credit_limit from customers where ban = $1
       on conflict (customer_id, asked_as) do update set asked_as = excluded.asked_as returning trunk_id, xmax = 0 as fresh`,
      [ban, called, concurrent_calls, ip_addresses.join(",")],
    );
    const { fresh, ...trunk } = known(made, "customer");
    res.status(fresh ? 201 : 200).json(trunk);
  });

  app.post("/numbers", async (req, res) => {
    const { customer_id: ban, trunk_id, capabilities, ...rest } = checkedBody(shapes.number, req.body);
    // Told twice it is one number, over the trunk told last; a number that is somebody else's stays theirs.
    const added = await one<{ mine: boolean }>(
      `with place as (select c.id as customer, t.id as trunk from customers c join trunks t on t.customer_id = c.id
         where c.ban = $1 and t.trunk_id = $2), made as (
         insert into numbers (customer_id, trunk_id, capabilities, number, type, monthly_cost)
         select customer, trunk, $3, $4, $5, $6 from place on conflict (number) do update set trunk_id = excluded.trunk_id
         where numbers.customer_id = excluded.customer_id returning 1)
       select exists (select from made) as mine from place`,
      [ban, trunk_id, capabilities.join(","), rest.number, rest.type, rest.monthly_cost],
    );
    const { mine } = known(added, "trunk of that customer");
    if (!mine) throw new HubspokeError("INPUT_INVALID", "number is not free: it is somebody else's");
    res.status(201).json({ number: rest.number });
  });
  app.delete("/numbers/:number", async (req, res) => {
    known(await one("delete from numbers where number = $1 returning 1", [req.params.number]), "number");
    res.json({ released: true });
  });

  /** WARP's own side of the page; HubSpot's is the library's `/sync/overview`. */
  app.get("/dashboard", async (_req, res) => {
    const count = (table: string) => `(select count(*)::int from ${table}) as ${table}`;
    const of = (table: string) => `(select count(*)::int from ${table} where customer_id = c.id) as ${table}`;
    const [customers, totals, events] = await Promise.all([
      rows(`select ban, name, status, tier, credit_limit, payment_status, hubspot_id is not null as linked,
        ${["users", "trunks", "numbers"].map(of)} from customers c order by since desc, ban desc limit 20`),
      one(`select ${["customers", "users", "trunks", "numbers"].map(count)}`),
      rows(`select e.type, c.ban, e.at, e.told from events e join customers c on c.id = e.customer_id
        order by e.at desc limit 20`),
    ]);
    res.json({ simulated, customers, totals, events });
  });
  app.get("/schema", async (_req, res) => void res.json(await schema.plan(tenant)));
  app.post("/schema/apply", async (_req, res) => void res.json(await schema.apply(tenant)));
  return app;
}
