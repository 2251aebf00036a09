import type { Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { ofTenant, type Row, tableOf } from "./rows.ts";

/** Column → value of a new row, tenant and id included. */
export type NewRow = ReadonlyMap<string, RawBuilder<unknown>>;

export type CreateOutcome =
  | { readonly made: true; readonly row: Row }
  /** An earlier create had the same key; `id` is the record it made. */
  | { readonly made: false; readonly id: string };

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
    try {
      return await insert(db, layout, new Map([...row, [keyColumn, sql`${key}`]]), returning);
    } catch (error) {
      // Another worker may have been first since we looked; anything else is the caller's.
      const winner = await find(db, tenant, key);
      if (winner === undefined) throw error;
      return { made: false, id: winner };
    }
  };
}

/** By a table of ours, in one transaction with the row: both are there or neither. */
export function createByTable(layout: Layout): CreateOnce {
  const creates = sql.id(createsTable);
  let prepared = false;
  return async (db, tenant, key, row, returning) => {
    if (!prepared) {
      await sql`create table if not exists ${creates} (
        source text not null, tenant text not null, create_key text not null, id text, primary key (source, tenant, create_key))`.execute(
        db,
      );
      prepared = true;
    }
    const where = sql`source = ${layout.table} and tenant = ${tenant} and create_key = ${key}`;
    return together(db, async (tx) => {
      const claim = await sql`insert into ${creates} (source, tenant, create_key)
        values (${layout.table}, ${tenant}, ${key}) on conflict do nothing`.execute(tx);
      if (claim.numAffectedRows === 0n) {
        const { rows } = await sql<{ id: string }>`select id from ${creates} where ${where}`.execute(tx);
        return { made: false, id: String(rows[0]?.id) };
      }
      const made = await insert(tx, layout, row, returning);
      await sql`update ${creates} set id = ${String(made.row.row_id)} where ${where}`.execute(tx);
      return made;
    });
  };
}

async function insert(
  db: HostDb,
  layout: Layout,
  row: NewRow,
  returning: RawBuilder<unknown>,
): Promise<Extract<CreateOutcome, { made: true }>> {
  const { rows } = await sql<Row>`
    insert into ${tableOf(layout)} (${sql.join([...row.keys()].map((column) => sql.id(column)))})
    values (${sql.join([...row.values()])}) returning ${returning}`.execute(db);
  return { made: true, row: rows[0] as Row };
}

/** In a transaction of its own, or in the host's when the source was given one. */
function together<T>(db: HostDb, work: (tx: HostDb) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
