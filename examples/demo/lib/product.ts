import { createHubSpoke, type Hubspoke, privateApp } from "@hubspoke/core";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { Kysely } from "kysely";
import { customersSource, openCrm, type Tables } from "./crm.ts";

/** What the server and the worker both need to know; the worker gets it through its environment. */
export interface Setup {
  readonly folder: string;
  readonly baseUrl: string;
  readonly token: string;
  readonly key: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
}

export interface Product {
  readonly hubspoke: Hubspoke;
  readonly crm: Kysely<Tables>;
  readonly customers: SyncHandle;
  close(): Promise<void>;
}

export const tenant = "acme";

/** One field per column, and who decides when both sides changed it. */
const fields = {
  email: field("email", { owner: "hubspot" }),
  first_name: field("firstname", { rule: "latest" }),
  last_name: field("lastname", { rule: "latest" }),
  company: field("company", { owner: "hubspot" }),
  phone: field("phone", { rule: "latest" }),
  plan: field("customer_plan", { owner: "local" }),
};

/** The whole integration: one instance, one declared sync. */
export function openProduct(setup: Setup): Product {
  const crm = openCrm(`${setup.folder}/crm.db`);
  const hubspoke = createHubSpoke({
    auth: privateApp(setup.token),
    baseUrl: setup.baseUrl,
    storage: sqliteStorage({ path: `${setup.folder}/hubspoke.db` }),
    keys: { current: "k1", keys: { k1: setup.key } },
    defaultRegion: "US",
    webhooks: { publicUrl: setup.webhookUrl, secrets: setup.webhookSecret },
    // A killed worker's lease has to run out before the next one goes on; the default of 30 s suits servers better.
    syncSettings: { leaseMs: 6_000, marginMs: 1_500 },
  });
  const customers = hubspoke.sync({
    name: "customers",
    object: "contacts",
    local: customersSource(crm),
    match: ["email"],
    fields,
    conflict: { default: "latest", tie: "local" },
  });
  return {
    hubspoke,
    crm,
    customers,
    async close() {
      await hubspoke.close();
      await crm.destroy();
    },
  };
}
