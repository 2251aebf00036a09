import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HubspokeError } from "@hubspoke/core/errors";
import { type OwnTables, openTables } from "@hubspoke/example-kit/schema-pool";
import { installOutbox } from "@hubspoke/storage-kysely";
import { Kysely, PostgresDialect } from "kysely";

/** There is one: the platform is one workspace, with one HubSpot account. */
export const tenant = "warp";
export const syncedTables = ["customers", "users", "trunks", "numbers"] as const;
export type Tables = Readonly<Record<(typeof syncedTables)[number], Readonly<Record<string, unknown>>>>;

export interface Database extends OwnTables {
  /** For Hubspoke: the synced tables. */
  readonly db: Kysely<Tables>;
}

/**
 * WARP's tables, in a schema of their own; what happens to the synced ones is noted by triggers, whoever writes. `passing`:
 * they begin anew, and are gone after `close`, because what was in step with a simulated HubSpot is of no use to another.
 */
export async function openDatabase(url: string, schema: string, passing: boolean): Promise<Database> {
  const own = await openTables(url, schema, readFileSync(join(import.meta.dirname, "tables.sql"), "utf8"), passing);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: own.pool }) });
  for (const table of syncedTables) await installOutbox(db, { table, tenantColumn: "tenant" });
  return { ...own, db };
}

/** What was asked for. Errors: NOT_FOUND. */
export function known<T>(found: T | null, what: string): T {
  if (found === null) throw new HubspokeError("NOT_FOUND", `there is no such ${what}`);
  return found;
}
