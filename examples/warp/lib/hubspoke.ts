import { createHubSpoke, type Hubspoke, type SchemaHandle } from "@hubspoke/core";
import { delimited, field, fields, localFields, type SyncDefinition, type SyncHandle } from "@hubspoke/core/sync";
import type { Surroundings } from "@hubspoke/example-kit/around";
import { kyselySource } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { crmSchema } from "./crm-schema.ts";
import { type Database, type Tables, tenant } from "./database.ts";

export interface Integration {
  readonly hubspoke: Hubspoke;
  readonly schema: SchemaHandle;
  /** A table that is kept equal to an object of HubSpot's. */
  sync(table: keyof Tables & string, declared: Omit<SyncDefinition, "name" | "local">): SyncHandle;
}

// HubSpot's word on who the customer is and what was sold; WARP's on how it is run. WARP's properties have its name before.
const sold = { owner: "hubspot" } as const;
const run = { owner: "local" } as const;
const told = { direction: "to-hubspot" } as const;
const ours = { prefix: "warp_" } as const;

/** What WARP wants of HubSpot, declared once. */
export function integrate({ db }: Database, url: string, schemaName: string, surroundings: Surroundings): Integration {
  const hubspoke = createHubSpoke({
    ...surroundings,
    storage: postgresStorage({ url, schema: schemaName }),
    // Beside what is refused anyway: these names, whatever is in them.
    guard: { deny: ["warp_api_keys", "payment_card*"] },
    tickets: {
      tenant,
      /** Troubles of the integration that somebody has to look into, as tickets in HubSpot. */
      fromAlert({ name, severity, message }) {
        if (severity !== "critical" && !["outbox.failed", "sync.quarantined"].includes(name)) return null;
        const properties = { warp_issue_type: "api", warp_severity: severity === "critical" ? "critical" : "medium" };
        return { subject: `WARP: ${name}`, content: message, priority: "HIGH", properties };
      },
    },
  });
  const sync: Integration["sync"] = (table, declared) =>
    hubspoke.sync({
      name: table,
      // Only these columns are ever read: what `users.api_keys` holds never leaves the database.
      local: kyselySource(db, { table, tenantColumn: "tenant", fields: localFields(declared) }),
      reconcile: { every: "1d", at: "03:00" },
      poll: { localMs: 1_000 },
      ...declared,
    });
  sync("customers", {
    object: "companies",
    match: ["ban"],
    // A company is a customer once it has an account; an account is HubSpot's to know once it is set up.
    filters: {
      hubspot: { properties: ["warp_ban"], accept: ({ warp_ban }) => (warp_ban ?? "") !== "" },
      local: ({ status }) => status !== "onboarding",
    },
    fields: {
      hubspot_id: field("hs_object_id", { direction: "from-hubspot", as: "text" }),
      ...fields(sold, "name", "domain", "industry"),
      ...fields({ ...sold, ...ours }, "status", "tier", "contract_end", "credit_limit"),
      ...fields({ ...sold, ...ours }, "payment_terms", "payment_method", "payment_status"),
      ...fields({ ...run, ...ours }, "ban", "api_enabled", "sms_enabled", "tcr_brand_id", "resporg_status"),
      service_tier: field("warp_service_tier", told),
    },
  });
  sync("users", {
    object: "contacts",
    match: ["email"],
    fields: {
      ...fields(sold, "email", "phone"),
      first_name: field("firstname", sold),
      last_name: field("lastname", sold),
      role: field("warp_role", run),
      twofa_enabled: field("warp_2fa_enabled", told),
      ...fields({ ...told, ...ours }, "user_id", "api_key_count", "last_login", "last_api_call"),
    },
    associations: { customer: { sync: "customers", localField: "customer_id" } },
  });
  return { hubspoke, schema: hubspoke.schema(crmSchema), sync };
}

/** The two custom objects, once the account has said under which ids it keeps them. Answers the trunks'. */
export async function customObjects({ schema, sync }: Integration): Promise<`2-${number}`> {
  const [trunk, number] = [await schema.typeId("trunk", tenant), await schema.typeId("number", tenant)];
  const customer = { sync: "customers", localField: "customer_id", ...run } as const;
  sync("trunks", {
    object: trunk,
    match: ["trunk_id"],
    fields: {
      ...fields(run, "trunk_id", "status", "concurrent_calls", "partition_id"),
      ...fields(told, "spend_cap", "created_date"),
      name: field("name", { rule: "latest" }),
      monthly_minutes: field("monthly_minutes", sold),
      ip_addresses: delimited("ip_addresses", { ...run, local: ",", hubspot: "\n" }),
    },
    associations: { customer: { ...customer, label: "Serves" } },
    deletes: { fromLocal: "archive" },
  });
  sync("numbers", {
    object: number,
    match: ["number"],
    fields: {
      ...fields(run, "number", "type", "e911_address"),
      monthly_cost: field("monthly_cost", sold),
      capabilities: delimited("capabilities", { ...run, local: "," }),
      // What callees see: sales and the carrier both have a say, and people decide.
      cnam: field("cnam", { rule: "review" }),
    },
    associations: { customer, trunk: { sync: "trunks", localField: "trunk_id", label: "Routed over", ...run } },
    deletes: { fromLocal: "archive" },
  });
  return trunk;
}
