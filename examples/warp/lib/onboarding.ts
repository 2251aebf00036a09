import type { Hubspoke, TriggeredFlow } from "@hubspoke/core";
import { type Database, tenant } from "./database.ts";

/** What the first two steps answer. */
interface Known {
  readonly company: { readonly id: string; readonly name: string; readonly ban: string | null };
  readonly account: { readonly id: string; readonly ban: string };
}

/** A won deal becomes a customer: each step once, whatever is down or killed in between. */
export function onboarding({ rows, one }: Database, hubspoke: Hubspoke): TriggeredFlow<unknown> {
  const hs = hubspoke.client({ tenant });
  const known = (results: object) => results as Known;
  /** A statement about the account; done twice it is done once. */
  const once = (statement: string) => (of: { readonly results: object }) =>
    rows(statement, [known(of.results).account.id]);
  return hubspoke.flow({
    name: "onboarding",
    // A run's key is the deal's id.
    startsWhen: { object: "deals", properties: { hs_is_closed_won: true }, changed: ["dealstage"] },
    steps: {
      async company({ key: dealId }): Promise<Known["company"]> {
        const deal = { object: "deals", id: dealId } as const;
        for await (const { toId: id } of hs.associations.list(deal, "companies")) {
          const { properties } = await hs.companies.get(id, { properties: ["name", "warp_ban"] });
          return { id, name: properties.name ?? `Company ${id}`, ban: String(properties.warp_ban ?? "") || null };
        }
        const { properties } = await hs.deals.get(dealId, { properties: ["dealname"] });
        const name = properties.dealname ?? `Deal ${dealId}`;
        // By a unique property: asked again, HubSpot answers with the company of the first time.
        const { id } = await hs.companies.upsert(dealId, { name }, { idProperty: "warp_deal_id" });
        await hs.associations.link(deal, { object: "companies", id });
        return { id, name, ban: null };
      },
      async account({ key: dealId, results }) {
        const { id, name, ban } = known(results).company;
        // A deal with a customer is no second account.
        const there = await one("select ban, id from customers where ban = $1 or hubspot_id = $2", [ban, id]);
        // Not here yet: the step is tried again.
        if (ban !== null && there === null) throw new Error(`no account for ${id}`);
        const opened = `insert into customers (deal_id, hubspot_id, name, status) values ($1, $2, $3, 'onboarding')
          on conflict (deal_id) do update set hubspot_id = excluded.hubspot_id returning ban, id`;
        return there ?? one(opened, [dealId, id, name]);
      },
      async "tell-hubspot"({ results }) {
        const { company, account } = known(results);
        if (company.ban !== null) return;
        await hs.companies.update(company.id, { warp_ban: account.ban, warp_status: "active" });
      },
      customer: once("update customers set status = 'active' where id = $1 and status = 'onboarding'"),
      welcome: ({ key: dealId, results, idempotencyKey }) =>
        rows(
          `insert into mails (key, customer_id, template) select $1, id, 'welcome' from customers
           where id = $2 and deal_id = $3 on conflict (key) do nothing`,
          [idempotencyKey, known(results).account.id, dealId],
        ),
      "first-trunk": once(`insert into trunks (first_of, customer_id, name, status, concurrent_calls, spend_cap)
        select id, id, name || ' SIP Trunk', 'active', 10, credit_limit from customers where id = $1
        and not exists (select from trunks where customer_id = $1) on conflict (first_of) do nothing`),
      async timeline({ results, idempotencyKey }) {
        const { company, account } = known(results);
        const to = [{ object: "companies", id: company.id }];
        const event = { type: "onboarded", to, properties: { ban: account.ban } };
        await hubspoke.events.send(event, { tenant, idempotencyKey });
      },
    },
  });
}
