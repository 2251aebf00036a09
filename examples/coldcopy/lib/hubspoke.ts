import { join } from "node:path";
import { createHubSpoke, type Hubspoke, type HubspokeOptions } from "@hubspoke/core";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { kyselySource } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { Kysely } from "kysely";
import type { Tables } from "./database.ts";

export interface Integration {
  readonly hubspoke: Hubspoke;
  readonly leads: SyncHandle;
  readonly companies: SyncHandle;
  /** Why HubSpot could not be asked for this workspace when it was last asked; null: it answered. */
  trouble(workspace: string): string | null;
}

/** After so long nobody can say whether a refusal still holds. */
const forgottenMs = 300_000;

/** What ColdCopy wants of HubSpot, declared once; a workspace is a tenant. */
export function integrate(db: Kysely<Tables>, folder: string, env: Omit<HubspokeOptions, "storage">): Integration {
  const refused = new Map<string, { readonly code: string; readonly at: number }>();
  const hubspoke = createHubSpoke({
    ...env,
    onCall({ tenant, code, status }) {
      // What HubSpot says about one request is an answer; that it has none, or none for us, is trouble.
      const well = code === null || (status !== null && status < 500 && ![401, 403, 429].includes(status));
      if (well) refused.delete(tenant);
      else if (code !== "ABORTED") refused.set(tenant, { code, at: Date.now() });
    },
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
  const trouble = (workspace: string): string | null => {
    const last = refused.get(workspace);
    return last !== undefined && Date.now() - last.at < forgottenMs ? last.code : null;
  };
  return { hubspoke, leads, companies, trouble };
}

/** The score's property, and the key that lets every e-mail be logged once, in a workspace that has just connected. */
export async function provision({ hubspoke }: Integration, workspace: string): Promise<void> {
  const properties = [{ name: "coldcopy_engagement_score", label: "ColdCopy engagement", type: "number" as const }];
  await hubspoke
    .schema({ group: { name: "coldcopy", label: "ColdCopy" }, objects: { contacts: { properties } } })
    .apply(workspace);
}
