import type { Hubspoke, TriggeredFlow } from "@hubspoke/core";
import * as z from "zod";
import type { Database } from "./database.ts";
import { tenant } from "./hubspoke.ts";

export interface WonDeal {
  readonly dealId: string;
}
const input: z.ZodType<WonDeal> = z.object({ dealId: z.string() });
type Company = { readonly id: string; readonly name: string; readonly ban: string | null };
type Account = { readonly ban: string; readonly id: string };

/** A won deal becomes a customer: each step once, whatever is down or killed in between. */
export function onboarding({ rows }: Database, hubspoke: Hubspoke): TriggeredFlow<WonDeal> {
  const hs = hubspoke.client({ tenant });
  return hubspoke.flow<WonDeal>({
    name: "onboarding",
    input,
    startsWhen: {
      object: "deals",
      properties: { hs_is_closed_won: true },
      changed: ["dealstage"],
      input: (dealId) => ({ dealId }),
    },
    steps: [
      {
        name: "company",
        async run({ input: { dealId } }): Promise<Company> {
          const [linked] = await hs.associations.batchRead("deals", "companies", [dealId]);
          if (linked?.ok === false) throw linked.error;
          const there = linked?.value[0]?.toId;
          const properties = ["name", "warp_ban"] as const;
          if (there !== undefined) return companyOf(await hs.companies.get(there, { properties }));
          const deal = await hs.deals.get(dealId, { properties: ["dealname"] });
          // By a unique property: asked again, HubSpot answers with the company of the first time.
          const made = { warp_deal_id: dealId, name: deal.properties.dealname ?? `Deal ${dealId}` };
          const by = { idProperty: "warp_deal_id" as never };
          const [company] = await hs.companies.batchUpsert([{ id: dealId, properties: made as never }], by);
          if (company?.ok !== true) throw company?.error ?? new Error("no outcome");
          await hs.associations.link({ object: "deals", id: dealId }, { object: "companies", id: company.value.id });
          return { id: company.value.id, name: made.name, ban: null };
        },
      },
      {
        name: "account",
        async run({ input: { dealId }, results }): Promise<Account> {
          const { id, name, ban } = results.company as Company;
          // A deal with a customer is no second account.
          const known = await rows<Account>("select ban, id from customers where ban = $1 or hubspot_id = $2", [
            ban,
            id,
          ]);
          if (ban !== null || known.length > 0) return one(known, id);
          const opened = `insert into customers (deal_id, hubspot_id, name, status) values ($1, $2, $3, 'onboarding')
            on conflict (deal_id) do update set hubspot_id = excluded.hubspot_id returning ban, id`;
          return one(await rows<Account>(opened, [dealId, id, name]), dealId);
        },
      },
      {
        name: "tell-hubspot",
        async run({ results }) {
          const { id, ban } = results.company as Company;
          if (ban !== null) return;
          const properties = { warp_ban: (results.account as Account).ban, warp_status: "active" };
          await hs.companies.update(id, properties as never);
        },
      },
      {
        name: "customer",
        run: ({ results }) =>
          rows("update customers set status = 'active' where id = $1 and status = 'onboarding'", [account(results)]),
      },
      {
        name: "welcome",
        run: ({ input: { dealId }, results, idempotencyKey }) =>
          rows(
            `insert into mails (key, customer_id, template) select $1, id, 'welcome' from customers
             where id = $2 and deal_id = $3 on conflict (key) do nothing`,
            [idempotencyKey, account(results), dealId],
          ),
      },
      {
        name: "first-trunk",
        run: ({ results }) =>
          rows(
            `insert into trunks (first_of, customer_id, name, status, concurrent_calls, spend_cap)
             select id, id, name || ' SIP Trunk', 'active', 10, credit_limit from customers where id = $1
             and not exists (select from trunks where customer_id = $1) on conflict (first_of) do nothing`,
            [account(results)],
          ),
      },
      {
        name: "timeline",
        async run({ results, idempotencyKey }) {
          const { id } = results.company as Company;
          const { ban } = results.account as Account;
          const event = { type: "onboarded", to: [{ object: "companies", id }], properties: { ban } };
          await hubspoke.events.send(event, { tenant, idempotencyKey });
        },
      },
    ],
  });
}

function companyOf({ id, properties }: { id: string; properties: object }): Company {
  const { name = null, warp_ban = null } = properties as { name?: string | null; warp_ban?: string | null };
  return { id, name: name ?? `Company ${id}`, ban: warp_ban === "" ? null : warp_ban };
}

const account = (results: Readonly<Record<string, unknown>>): string => (results.account as Account).id;

function one<T>([row]: readonly T[], about: string): T {
  // Not here yet: the step is tried again.
  if (row === undefined) throw new Error(`no account for ${about}`);
  return row;
}
