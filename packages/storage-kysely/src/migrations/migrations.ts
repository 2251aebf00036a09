import type { Migration } from "./migration.ts";
import { v1 } from "./v1.ts";
import { v2 } from "./v2.ts";
import { v3 } from "./v3.ts";
import { v4 } from "./v4.ts";
import { v5 } from "./v5.ts";
import { v6 } from "./v6.ts";
import { v7 } from "./v7.ts";
import { v8 } from "./v8.ts";
import { v9 } from "./v9.ts";

/** Oldest first, without gaps. Versions are added, never edited. */
export const migrations: readonly Migration[] = [v1, v2, v3, v4, v5, v6, v7, v8, v9];

/** The version this library reads and writes. */
export const latestVersion: number = migrations.length;

/** Every table that has rows of a tenant: what `tenants.deleteAll` empties. The pin itself goes last. */
export const tenantTables: readonly string[] = [
  "hubspoke_contact_cache",
  "hubspoke_audit",
  "hubspoke_work",
  "hubspoke_work_queues",
  "hubspoke_links",
  "hubspoke_intents",
  "hubspoke_cursors",
  "hubspoke_conflicts",
  "hubspoke_quarantine",
  "hubspoke_sync_runs",
  "hubspoke_sync_log",
  "hubspoke_tokens",
  "hubspoke_oauth_states",
  "hubspoke_flags",
  "hubspoke_history",
  "hubspoke_alerts",
  "hubspoke_suppression",
  "hubspoke_secrets",
  "hubspoke_outbox",
  "hubspoke_triggers",
  "hubspoke_executions",
  "hubspoke_flows",
  "hubspoke_engagement_events",
  "hubspoke_engagement_scores",
  "hubspoke_schedules",
  "hubspoke_mappings",
  "hubspoke_tenants",
];
