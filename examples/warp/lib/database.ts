import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dropSchemas, openSchema } from "@hubspoke/example-kit/schema-pool";
import { installOutbox } from "@hubspoke/storage-kysely";
import { Kysely, PostgresDialect } from "kysely";

export const syncedTables = ["customers", "users", "trunks", "numbers"] as const;
export type Tables = Readonly<Record<(typeof syncedTables)[number], Readonly<Record<string, unknown>>>>;

export interface Database {
  /** For Hubspoke: the synced tables. */
  readonly db: Kysely<Tables>;
  rows<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

/** WARP's tables, in a schema of their own; what happens to the synced ones is noted by triggers, whoever writes. */
export async function openDatabase(
  url: string,
  schema: string,
  { anew = false }: { readonly anew?: boolean } = {},
): Promise<Database> {
  const tables = readFileSync(join(import.meta.dirname, "tables.sql"), "utf8");
  const pool = await openSchema(url, schema, tables, { anew });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  for (const table of syncedTables) await installOutbox(db, { table, tenantColumn: "tenant" });
  return {
    db,
    rows: async <T extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<T>(text, [...values])).rows,
    async close() {
      // What was in step with a simulated HubSpot is of no use to another.
      if (anew) await dropSchemas(pool, schema);
      await db.destroy();
    },
  };
}
