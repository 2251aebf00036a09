import {
  createHubSpoke,
  type Hubspoke,
  type HubspokeOptions,
  type SchemaHandle,
  type TicketInput,
} from "@hubspoke/core";
import type { Alert } from "@hubspoke/core/ports";
import { codec, type FieldSpecs, field, type SyncDefinition, type SyncHandle } from "@hubspoke/core/sync";
import { kyselySource } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { crmSchema } from "./crm-schema.ts";
import type { Database, Tables } from "./database.ts";

export const tenant = "warp";

/** What the environment, or the simulated HubSpot, decides. */
export type Surroundings = Omit<HubspokeOptions, "storage">;

export interface Integration {
  readonly hubspoke: Hubspoke;
  readonly schema: SchemaHandle;
  /** A table that is kept equal to an object of HubSpot's. */
  sync(
    table: keyof Tables & string,
    declared: Pick<SyncDefinition, "object" | "match" | "fields" | "filters" | "associations" | "deletes">,
  ): SyncHandle;
}

// HubSpot's word on who the customer is and what was sold; WARP's on how it is run.
const sold = { owner: "hubspot" } as const;
const run = { owner: "local" } as const;
const told = { direction: "to-hubspot" } as const;

/** What WARP wants of HubSpot, declared once. */
export function integrate({ db }: Database, url: string, schemaName: string, surroundings: Surroundings): Integration {
  const hubspoke = createHubSpoke({
    ...surroundings,
    storage: postgresStorage({ url, schema: schemaName }),
    // Beside what is refused anyway: these names, whatever is in them.
    guard: { deny: ["warp_api_keys", "payment_card*"] },
    tickets: { tenant, fromAlert: ticketOf },
  });
  const sync: Integration["sync"] = (table, declared) => {
    const named = Object.values(declared.associations ?? {}).map(({ localField }) => localField);
    const fields = [...Object.keys(declared.fields), ...named];
    return hubspoke.sync({
      name: table,
      // Only these columns are ever read: what `users.api_keys` holds never leaves the database.
      local: kyselySource(db, { table, tenantColumn: "tenant", fields }),
      reconcile: { every: "1d", at: "03:00" },
      poll: { localMs: 1_000 },
      ...declared,
    });
  };
  const integration = { hubspoke, schema: hubspoke.schema(crmSchema), sync };
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
      ban: field("warp_ban", run),
      name: field("name", sold),
      domain: field("domain", sold),
      industry: field("industry", sold),
      status: field("warp_status", sold),
      tier: field("warp_tier", sold),
      contract_end: field("warp_contract_end", sold),
      credit_limit: field("warp_credit_limit", sold),
      payment_terms: field("warp_payment_terms", sold),
      payment_method: field("warp_payment_method", sold),
      payment_status: field("warp_payment_status", sold),
      service_tier: field("warp_service_tier", told),
      api_enabled: field("warp_api_enabled", run),
      sms_enabled: field("warp_sms_enabled", run),
      tcr_brand_id: field("warp_tcr_brand_id", run),
      resporg_status: field("warp_resporg_status", run),
    },
  });
  sync("users", {
    object: "contacts",
    match: ["email"],
    fields: {
      email: field("email", sold),
      first_name: field("firstname", sold),
      last_name: field("lastname", sold),
      phone: field("phone", sold),
      role: field("warp_role", run),
      user_id: field("warp_user_id", told),
      twofa_enabled: field("warp_2fa_enabled", told),
      api_key_count: field("warp_api_key_count", told),
      last_login: field("warp_last_login", told),
      last_api_call: field("warp_last_api_call", told),
    },
    associations: { customer: { sync: "customers", localField: "customer_id" } },
  });
  return integration;
}

/** The two custom objects, once the account has said under which ids it keeps them. Answers the trunks'. */
export async function customObjects({ schema, sync }: Integration): Promise<`2-${number}`> {
  const typeOf = async (name: string) => (await schema.typeId(name, tenant)) as `2-${number}`;
  const [trunk, number] = [await typeOf("trunk"), await typeOf("number")];
  const customer = { sync: "customers", localField: "customer_id", ...run } as const;
  sync("trunks", {
    object: trunk,
    match: ["trunk_id"],
    fields: {
      trunk_id: field("trunk_id", run),
      name: field("name", { rule: "latest" }),
      status: field("status", run),
      ip_addresses: list("ip_addresses", "\n"),
      concurrent_calls: field("concurrent_calls", run),
      monthly_minutes: field("monthly_minutes", sold),
      spend_cap: field("spend_cap", told),
      created_date: field("created_date", told),
      partition_id: field("partition_id", run),
    },
    associations: { customer: { ...customer, label: "Serves" } },
    deletes: { fromLocal: "archive" },
  });
  sync("numbers", {
    object: number,
    match: ["number"],
    fields: {
      number: field("number", run),
      type: field("type", run),
      capabilities: list("capabilities", ";"),
      monthly_cost: field("monthly_cost", sold),
      e911_address: field("e911_address", run),
      // What callees see: sales and the carrier both have a say, and people decide.
      cnam: field("cnam", { rule: "review" }),
    },
    associations: { customer, trunk: { sync: "trunks", localField: "trunk_id", label: "Routed over", ...run } },
    deletes: { fromLocal: "archive" },
  });
  return trunk;
}

/** A list that a column keeps with commas, in the form HubSpot has it. */
function list(property: string, separator: string): FieldSpecs[string] {
  const joined = (value: string | null, from: string, to: string): string | null =>
    value === null || value === "" ? null : [...new Set(value.split(from).map((one) => one.trim()))].sort().join(to);
  return codec([property], {
    ...run,
    encode: (value) => ({ [property]: joined(value, ",", separator) }),
    decode: (values) => joined(values[property] ?? null, separator, ","),
    samples: ["voice,sms"],
  });
}

/** Troubles of the integration that somebody has to look into, as tickets in HubSpot. */
function ticketOf({ name, severity, message }: Alert): TicketInput | null {
  if (severity !== "critical" && !["outbox.failed", "sync.quarantined"].includes(name)) return null;
  const properties = { warp_issue_type: "api", warp_severity: severity === "critical" ? "critical" : "medium" };
  return { subject: `WARP: ${name}`, content: message, priority: "HIGH" as const, properties };
}
