import type { Kysely } from "kysely";
import { asItIs, refuseSchema } from "../as-it-is.ts";
import { wordsOf } from "../database/words-of.ts";
import { attempt, invalid } from "../failures.ts";
import { columnsOf } from "../layout.ts";
import type { HostDb } from "../options.ts";
import { outboxOf } from "./outbox-of.ts";
import type { OutboxShape } from "./shape.ts";

/** The table whose changes are noted, and which of its columns count. */
export interface OutboxOptions<DB = Record<string, unknown>> {
  /** As the database calls it; triggers are made on it, so that edits by any program are noted. */
  readonly table: keyof DB & string;
  /** The same as the source's: notes of changes carry its value. */
  readonly tenantColumn: string;
  /** Default: `id`. */
  readonly idColumn?: string;
  /** Columns whose edits count. Default: all there are; name them to keep a busy column nobody syncs from waking the sync. */
  readonly columns?: readonly string[];
}

/**
 * Makes a table of yours tell what happens to it, whoever writes: triggers that note each changed record, in the same
 * transaction as the change. Run it with your migrations, on their transaction or on none, and again when columns were
 * added or the table was renamed; running it twice is harmless. A row without a tenant is not noted. It adds tables named
 * `hubspoke_*` and triggers named `hubspoke_<table>_*`, and touches nothing else.
 *
 * On Postgres the triggers note with the rights of the role that installs them, `truncate` is seen as well, and a change
 * is told once every transaction that is older than it has ended.
 *
 * Not seen on SQLite: a row that `insert or replace` throws out for a unique column other than its id, unless the connection has
 * `pragma recursive_triggers = on`. A reconciliation finds such a row by its absence.
 *
 * Errors: SYNC_DECLARATION_INVALID for a table or column that is not there; SYNC_LOCAL_FAILED when the database refuses.
 */
export async function installOutbox<DB>(db: Kysely<DB>, options: OutboxOptions<DB>): Promise<void> {
  refuseSchema(db, options.table);
  const host = asItIs(db);
  const shape = await shapeFor(host, options);
  await attempt(shape.table, "install the outbox", () =>
    inTransaction(host, (tx) => outboxOf(wordsOf(tx)).install(tx, shape)),
  );
}

/** Takes the triggers off the table and forgets what they noted. The sync needs another feed from then on. */
export async function removeOutbox<DB>(db: Kysely<DB>, table: keyof DB & string): Promise<void> {
  refuseSchema(db, table);
  const host = asItIs(db);
  await attempt(table, "remove the outbox", () => inTransaction(host, (tx) => outboxOf(wordsOf(tx)).remove(tx, table)));
}

/** In the caller's, where there is one: Kysely gives a migration a transaction, and one inside another is refused. */
async function inTransaction(db: HostDb, work: (tx: HostDb) => Promise<void>): Promise<void> {
  await (db.isTransaction ? work(db) : db.transaction().execute(work));
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
