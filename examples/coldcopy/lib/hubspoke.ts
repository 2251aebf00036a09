import { join } from "node:path";
import { createHubSpoke, type Hubspoke, type HubspokeOptions, type SetupHandle } from "@hubspoke/core";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { kyselySource } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { Kysely } from "kysely";
import type { Tables } from "./database.ts";

export interface Integration {
  readonly hubspoke: Hubspoke;
  readonly leads: SyncHandle;
  readonly companies: SyncHandle;
  /** What a workspace that has just connected needs: properties, then first contact of both syncs. The worker does it. */
  readonly setup: SetupHandle;
}

/** What ColdCopy wants of HubSpot, declared once; a workspace is a tenant. */
export function integrate(db: Kysely<Tables>, folder: string, env: Omit<HubspokeOptions, "storage">): Integration {
  const hubspoke = createHubSpoke({
    ...env,
    storage: sqliteStorage({ path: join(folder, "hubspoke.db") }),
    engagement: {
      weights: { open: 1, click: 3, reply: 10 },
      levels: { high: 10 },
      property: "coldcopy_engagement_score",
    },
    workflows: {
      sentiment: ({ data }) => (/\b(yes|great|interested)\b/i.test(String(data.text)) ? "positive" : "neutral"),
    },
  });
  const companies = hubspoke.sync({
    name: "companies",
    object: "companies",
    local: kyselySource(db, { table: "companies", tenantColumn: "workspace_id" }),
    match: ["domain"],
    // HubSpot has no unique property for companies unless one is made: two of one domain can be merged there.
    create: { inHubspot: "at-least-once" },
    fields: { domain: field("domain", { owner: "hubspot" }), name: field("name", { rule: "latest" }) },
  });
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(db, { table: "leads", tenantColumn: "workspace_id" }),
    match: ["email"],
    fields: {
      email: field("email", { owner: "hubspot" }),
      first_name: field("firstname", { rule: "latest" }),
      last_name: field("lastname", { rule: "review" }),
    },
    // The rest is the workspace's to choose, on the page.
    mappings: true,
    associations: { company: { sync: "companies", localField: "company_id" } },
    reconcile: { every: "1d" },
  });
  const setup = hubspoke.setup({
    schema: hubspoke.schema({
      group: { name: "coldcopy", label: "ColdCopy" },
      objects: {
        contacts: { properties: [{ name: "coldcopy_engagement_score", label: "ColdCopy engagement", type: "number" }] },
      },
    }),
    // Companies first, because leads name them.
    syncs: ["companies", "leads"],
  });
  return { hubspoke, leads, companies, setup };
}
