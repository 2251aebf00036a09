import type { Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import { wordsOf } from "./database/words-of.ts";
import { failed } from "./failures.ts";
import type { ChangeFeed } from "./feed.ts";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { type OfTenant, ofTenant, type Row, recordColumns, tableOf } from "./rows.ts";
import { statement } from "./statement.ts";
import type { SqlValue } from "./values.ts";

/** Column → value of a new row, tenant and id included. */
export type NewRow = ReadonlyMap<string, SqlValue>;

export type CreateOutcome =
  | { readonly made: true; readonly row: Row }
  /** An earlier create had the same key; `id` is the record it made. */
  | { readonly made: false; readonly id: string };

type Made = Extract<CreateOutcome, { made: true }>;

export type CreateOnce = (db: HostDb, tenant: Tenant, key: string, row: NewRow) => Promise<CreateOutcome>;

interface Keyed extends OfTenant {
  readonly key: string;
}

const createsTable = "hubspoke_creates";

/** By a unique column of the host's: one statement, so no transaction is opened on the host's connection. */
export function createByColumn(layout: Layout, feed: ChangeFeed, keyColumn: string): CreateOnce {
  const made = statement<Keyed, undefined, { id: string }>(
    layout,
    (places) => sql`
      select cast(${sql.id(layout.id)} as text) as id from ${tableOf(layout)}
      where ${ofTenant(layout, places)} and ${sql.id(keyColumn)} = ${places.value(({ key }) => key)}`,
  );
  // No error, which on Postgres would end the host's transaction: another worker may have been first since we looked.
  const insertUnlessThere = insertOf(layout, feed, sql`on conflict do nothing`);
  const insert = insertOf(layout, feed);
  const find = async (db: HostDb, tenant: Tenant, key: string): Promise<string | undefined> =>
    (await made(db, { tenant, key })).rows[0]?.id;
  return async (db, tenant, key, row) => {
    const known = await find(db, tenant, key);
    if (known !== undefined) return { made: false, id: known };
    const keyed = new Map([...row, [keyColumn, key]]);
    const inserted = await insertUnlessThere(db, keyed);
    if (inserted !== undefined) return inserted;
    const winner = await find(db, tenant, key);
    // Another unique column stands in the way: said again, for the database to name it.
    return winner === undefined ? insertOrThrow(db, layout, insert, keyed) : { made: false, id: winner };
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
export function createByTable(layout: Layout, feed: ChangeFeed): CreateOnce {
  const creates = sql.id(createsTable);
  const claim = statement<Keyed>(
    layout,
    ({ value }) => sql`insert into ${creates} (source, tenant, create_key)
      values (${layout.table}, ${value(({ tenant }) => tenant)}, ${value(({ key }) => key)}) on conflict do nothing`,
  );
  const known = statement<Keyed, undefined, { id: string }>(
    layout,
    ({ value }) => sql`select id from ${creates}
      where source = ${layout.table} and tenant = ${value(({ tenant }) => tenant)} and create_key = ${value(({ key }) => key)}`,
  );
  const settle = statement<Keyed & { readonly id: string }>(
    layout,
    ({ value }) => sql`update ${creates} set id = ${value(({ id }) => id)}
      where source = ${layout.table} and tenant = ${value(({ tenant }) => tenant)} and create_key = ${value(({ key }) => key)}`,
  );
  const insert = insertOf(layout, feed);
  return async (db, tenant, key, row) => {
    const { numAffectedRows } = await claim(db, { tenant, key });
    if (numAffectedRows === 0n) {
      const { rows } = await known(db, { tenant, key });
      return { made: false, id: String(rows[0]?.id) };
    }
    const made = await insertOrThrow(db, layout, insert, row);
    await settle(db, { tenant, key, id: String(made.row.row_id) });
    return made;
  };
}

type Insert = (db: HostDb, row: NewRow) => Promise<Made | undefined>;

function insertOf(layout: Layout, feed: ChangeFeed, conflict: RawBuilder<unknown> = sql``): Insert {
  const insert = statement<readonly SqlValue[], readonly string[], Row>(layout, ({ value }, columns) => {
    const given = columns.map((_, i) => value((values) => values[i]));
    const names = [...columns, ...feed.touchNew.map(({ column }) => column)];
    return sql<Row>`
      insert into ${tableOf(layout)} (${sql.join(names.map((name) => sql.id(name)))})
      values (${sql.join([...given, ...feed.touchNew.map((touched) => touched.value)])}) ${conflict}
      returning ${recordColumns(layout, feed.factsAfter)}`;
  });
  return async (db, row) => {
    const [made] = (await insert(db, [...row.values()], [...row.keys()])).rows;
    return made === undefined ? undefined : { made: true, row: made };
  };
}

async function insertOrThrow(db: HostDb, layout: Layout, insert: Insert, row: NewRow): Promise<Made> {
  const made = await insert(db, row);
  if (made === undefined) throw failed(layout.table, "a new row was not inserted; a trigger of yours leaves it out");
  return made;
}
