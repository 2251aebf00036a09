import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installOutbox } from "@hubspoke/storage-kysely";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";

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
  const pool = new Pool({ connectionString: url, options: `-c search_path="${schema}"`, max: 10 });
  // A connection that breaks while idle is replaced by the next query.
  pool.on("error", ({ message }) => console.error(`postgres: ${message}`));
  const tables = readFileSync(join(import.meta.dirname, "tables.sql"), "utf8");
  // Processes that start at once make the tables one after the other.
  const alone = `select pg_advisory_xact_lock(hashtext('${schema}'))`;
  const drop = anew
    ? `drop schema if exists "${schema}" cascade; drop schema if exists "${schema}_hubspoke" cascade;`
    : "";
  await pool.query(`begin; ${alone}; ${drop} create schema if not exists "${schema}"; ${tables} commit`);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  for (const table of syncedTables) await installOutbox(db, { table, tenantColumn: "tenant" });
  return {
    db,
    rows: async <T extends object>(text: string, values: readonly unknown[] = []) =>
      (await pool.query<T>(text, [...values])).rows,
    close: () => db.destroy(),
  };
}
