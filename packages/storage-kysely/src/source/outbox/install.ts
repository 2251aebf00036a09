import { type Kysely, sql } from "kysely";
import { attempt, invalid } from "../failures.ts";
import { columnsOf } from "../layout.ts";
import type { HostDb } from "../options.ts";
import { changesTable, createOutboxTables } from "./tables.ts";
import { type OutboxShape, shapeIn, triggerEvents, triggerName, triggersOf } from "./triggers.ts";

export interface OutboxOptions<DB = Record<string, unknown>> {
  readonly table: keyof DB & string;
  readonly tenantColumn: string;
  /** Default: `id`. */
  readonly idColumn?: string;
  /** Columns whose edits count. Default: all there are; name them to keep a busy column nobody syncs from waking the sync. */
  readonly columns?: readonly string[];
}

/**
 * Makes a table of yours tell what happens to it, whoever writes: triggers that note each changed record, in the same
 * transaction as the change. Run it with your migrations, and again when columns were added; running it twice is
 * harmless. It adds tables named `hubspoke_*` and triggers named `hubspoke_<table>_*`, and touches nothing else.
 *
 * Not seen: a row that `insert or replace` throws out for a unique column other than its id, unless the connection has
 * `pragma recursive_triggers = on`. A reconciliation finds such a row by its absence.
 *
 * Errors: SYNC_DECLARATION_INVALID for a table or column that is not there; SYNC_LOCAL_FAILED when the database refuses.
 */
export async function installOutbox<DB>(db: Kysely<DB>, options: OutboxOptions<DB>): Promise<void> {
  const host = db as unknown as HostDb;
  const shape = await shapeFor(host, options);
  await attempt(shape.table, "install the outbox", () =>
    host.transaction().execute(async (tx) => {
      await createOutboxTables(tx);
      await dropTriggers(tx, shape.table);
      for (const trigger of triggersOf(shape)) await trigger.create.execute(tx);
    }),
  );
}

/** Takes the triggers off the table and forgets what they noted. The sync needs another feed from then on. */
export async function removeOutbox<DB>(db: Kysely<DB>, table: keyof DB & string): Promise<void> {
  const host = db as unknown as HostDb;
  await attempt(table, "remove the outbox", () =>
    host.transaction().execute(async (tx) => {
      await dropTriggers(tx, table);
      const known = await sql`select 1 from sqlite_master where type = 'table' and name = ${changesTable}`.execute(tx);
      if (known.rows.length > 0) await sql`delete from ${sql.id(changesTable)} where source = ${table}`.execute(tx);
    }),
  );
}

/** What the installed triggers see; null when any of them is missing. */
export async function installedShape(db: HostDb, table: string): Promise<OutboxShape | null> {
  const names = triggerEvents.map((event) => triggerName(table, event));
  const query = sql<{
    sql: string;
  }>`select sql from sqlite_master where type = 'trigger' and tbl_name = ${table} and name in (${sql.join(names)})`;
  const { rows } = await attempt(table, "look for the outbox", () => query.execute(db));
  const [first] = rows;
  return first === undefined || rows.length !== names.length ? null : shapeIn(first.sql);
}

async function shapeFor<DB>(db: HostDb, options: OutboxOptions<DB>): Promise<OutboxShape> {
  const { table, tenantColumn: tenant, idColumn: id = "id" } = options;
  const there = (await columnsOf(db, table)).map((column) => column.name);
  if (there.length === 0) throw invalid(table, "there is no such table");
  const columns = options.columns ?? there.filter((name) => name !== tenant && name !== id);
  const missing = [tenant, id, ...columns].filter((name) => !there.includes(name));
  if (missing.length > 0) throw invalid(table, `it has no column ${missing.map((name) => `"${name}"`).join(", ")}`);
  const unwatchable = columns.filter((name) => /["\\]/.test(name));
  if (unwatchable.length > 0)
    throw invalid(table, "a column with a quote or backslash in its name can not be watched; name the `columns`");
  return { table, tenant, id, columns };
}

async function dropTriggers(db: HostDb, table: string): Promise<void> {
  for (const event of triggerEvents) await sql`drop trigger if exists ${sql.id(triggerName(table, event))}`.execute(db);
}
