import type { Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { wordsOf } from "./database/words-of.ts";
import { failed } from "./failures.ts";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { ofTenant, type Row, tableOf } from "./rows.ts";

/** Column → value of a new row, tenant and id included. */
export type NewRow = ReadonlyMap<string, RawBuilder<unknown>>;

export type CreateOutcome =
  | { readonly made: true; readonly row: Row }
  /** An earlier create had the same key; `id` is the record it made. */
  | { readonly made: false; readonly id: string };

type Made = Extract<CreateOutcome, { made: true }>;

export type CreateOnce = (
  db: HostDb,
  tenant: Tenant,
  key: string,
  row: NewRow,
  returning: RawBuilder<unknown>,
) => Promise<CreateOutcome>;

const createsTable = "hubspoke_creates";

/** By a unique column of the host's: one statement, so no transaction is opened on the host's connection. */
export function createByColumn(layout: Layout, keyColumn: string): CreateOnce {
  const find = async (db: HostDb, tenant: Tenant, key: string): Promise<string | undefined> => {
    const { rows } = await sql<{ id: string }>`
      select cast(${sql.id(layout.id)} as text) as id from ${tableOf(layout)}
      where ${ofTenant(layout, tenant)} and ${sql.id(keyColumn)} = ${key}`.execute(db);
    return rows[0]?.id;
  };
  return async (db, tenant, key, row, returning) => {
    const known = await find(db, tenant, key);
    if (known !== undefined) return { made: false, id: known };
    const keyed = new Map([...row, [keyColumn, sql`${key}`]]);
    // No error, which on Postgres would end the host's transaction: another worker may have been first since we looked.
    const made = await insert(db, layout, keyed, returning, sql`on conflict do nothing`);
    if (made !== undefined) return made;
    const winner = await find(db, tenant, key);
    // Another unique column stands in the way: said again, for the database to name it.
    return winner === undefined ? insertOrThrow(db, layout, keyed, returning) : { made: false, id: winner };
  };
}

/** The table behind `createByTable`; made before the first write, outside of any savepoint that may be undone. */
export async function installCreates(db: HostDb): Promise<void> {
  const { installLock, tableExists } = wordsOf(db);
  if (installLock === null) return makeCreates(db);
  if ((await tableExists(createsTable).execute(db)).rows.length > 0) return;
  const locked = async (tx: HostDb): Promise<void> => {
    await installLock.execute(tx);
    await makeCreates(tx);
  };
  await (db.isTransaction ? locked(db) : db.transaction().execute(locked));
}

async function makeCreates(db: HostDb): Promise<void> {
  await sql`create table if not exists ${sql.id(createsTable)} (
    source text not null, tenant text not null, create_key text not null, id text, primary key (source, tenant, create_key))`.execute(
    db,
  );
}

/** By a table of ours. The caller's transaction holds it and the row together: both are there or neither. */
export function createByTable(layout: Layout): CreateOnce {
  const creates = sql.id(createsTable);
  return async (db, tenant, key, row, returning) => {
    const where = sql`source = ${layout.table} and tenant = ${tenant} and create_key = ${key}`;
    const claim = await sql`insert into ${creates} (source, tenant, create_key)
      values (${layout.table}, ${tenant}, ${key}) on conflict do nothing`.execute(db);
    if (claim.numAffectedRows === 0n) {
      const { rows } = await sql<{ id: string }>`select id from ${creates} where ${where}`.execute(db);
      return { made: false, id: String(rows[0]?.id) };
    }
    const made = await insertOrThrow(db, layout, row, returning);
    await sql`update ${creates} set id = ${String(made.row.row_id)} where ${where}`.execute(db);
    return made;
  };
}

async function insert(
  db: HostDb,
  layout: Layout,
  row: NewRow,
  returning: RawBuilder<unknown>,
  conflict: RawBuilder<unknown> = sql``,
): Promise<Made | undefined> {
  const { rows } = await sql<Row>`
    insert into ${tableOf(layout)} (${sql.join([...row.keys()].map((column) => sql.id(column)))})
    values (${sql.join([...row.values()])}) ${conflict} returning ${returning}`.execute(db);
  return rows[0] === undefined ? undefined : { made: true, row: rows[0] };
}

async function insertOrThrow(db: HostDb, layout: Layout, row: NewRow, returning: RawBuilder<unknown>): Promise<Made> {
  const made = await insert(db, layout, row, returning);
  if (made === undefined) throw failed(layout.table, "a new row was not inserted; a trigger of yours leaves it out");
  return made;
}
