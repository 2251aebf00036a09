import { HubspokeError } from "@hubspoke/core/errors";
import type { LocalRecord, LocalSource, LocalValue, LocalWrite, LocalWriteResult, Tenant } from "@hubspoke/core/ports";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { createByColumn, createByTable, installCreates } from "./creates.ts";
import { attempt, invalid } from "./failures.ts";
import { type ChangeFeed, changesOf } from "./feed.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { inOneCommit } from "./one-commit.ts";
import type { HostDb, KyselySourceOptions } from "./options.ts";
import { outboxFeed } from "./outbox/feed.ts";
import { columnOf, notDeleted, ofTenant, type Row, recordColumns, tableOf, toRecord } from "./rows.ts";
import { updatedAtFeed } from "./updated-at-feed.ts";
import { toSql } from "./values.ts";
import { deleteOne, type Writing, writeOne } from "./writes.ts";

export type { FieldKind, FieldSpec, KyselySourceOptions, TimeFormat } from "./options.ts";

/** Keys in one statement: with the rest of it well under D1's hundred parameters. */
const portion = 80;

/**
 * A table of yours as one side of a sync, on your own Kysely instance (SQLite or Postgres). The declaration is checked against the
 * table at first use; constructing does no I/O.
 *
 * Every statement names the tenant, and no write ever changes the tenant's column. Updates and deletes carry the version
 * they were decided on, in the statement that writes. Reads give the declared fields and no other column.
 *
 * Match keys are compared to the letter first, and then as `lower(trim(column))`: that is a scan of the tenant's rows for
 * every batch of new HubSpot records, unless the table has an index for it:
 * `create index … on leads (workspace, lower(trim(email)))`. SQLite's `lower` knows the letters A to Z only.
 *
 * Errors: SYNC_DECLARATION_INVALID when the options do not fit the table, SYNC_LOCAL_FAILED when the database refuses a
 * statement, READ_ONLY for a write to a `readOnly` source. What the database refuses about a *row* (a constraint) is no
 * error but the outcome `rejected`, naming the fields.
 */
export function kyselySource<DB>(db: Kysely<DB>, options: KyselySourceOptions<DB>): LocalSource {
  const host = db as unknown as HostDb;
  const declared: KyselySourceOptions = { ...options };
  const { table, readOnly = false } = declared;
  let preparing: Promise<Writing> | undefined;
  let createsInstalled = false;

  /** Shared by all callers; forgotten after a failure, so that a table made later is found. */
  const prepared = (): Promise<Writing> => {
    preparing ??= prepare(host, declared).catch((error: unknown) => {
      preparing = undefined;
      throw error;
    });
    return preparing;
  };

  const writing = async (): Promise<Writing> => {
    if (readOnly) throw new HubspokeError("READ_ONLY", `kyselySource("${table}") is readOnly`);
    const ready = await prepared();
    if (ready.layout.createdKey === null && !createsInstalled) {
      await attempt(table, "create hubspoke_creates", () => installCreates(host));
      createsInstalled = true;
    }
    return ready;
  };

  return {
    capabilities: {
      deletes: declared.changes === "updated_at" && declared.deletedAtColumn === undefined ? "scan" : "feed",
      editTimes: declared.changes === "updated_at" ? "record" : "field",
      readOnly,
    },
    async fields() {
      const { layout } = await prepared();
      return layout.fields.map(({ name }) => name);
    },
    async changes(tenant, cursor, limit) {
      const { layout, feed } = await prepared();
      return changesOf(host, layout, feed, tenant, cursor, Math.max(1, limit));
    },
    async read(tenant, ids) {
      const { layout, feed } = await prepared();
      return readByIds(host, layout, feed, tenant, ids);
    },
    async write(tenant, writes) {
      const ready = await writing();
      const write = (on: Writing, one: LocalWrite) => writeOne(on, tenant, one);
      const refused = ({ outcome }: LocalWriteResult) => outcome === "rejected";
      return inOneCommit(ready, writes, write, refused, ({ kind }) => kind === "update");
    },
    async delete(tenant, deletes) {
      const ready = await writing();
      const remove = (on: Writing, one: (typeof deletes)[number]) => deleteOne(on, tenant, one.id, one.expectedVersion);
      const [never, always] = [() => false, () => true];
      return inOneCommit(ready, deletes, remove, never, always);
    },
    async findBy(tenant, field, values) {
      const { layout, feed } = await prepared();
      return findByValues(host, layout, feed, tenant, field, values);
    },
    async findFolded(tenant, field, keys) {
      const { layout, feed } = await prepared();
      return findByKeys(host, layout, feed, tenant, field, keys);
    },
  };
}

async function prepare(db: HostDb, options: KyselySourceOptions): Promise<Writing> {
  const layout = await layoutOf(db, options);
  const feed = options.changes === "updated_at" ? updatedAtFeed(layout, options) : outboxFeed(layout);
  await feed.prepare(db);
  return {
    db,
    layout,
    feed,
    createOnce: layout.createdKey === null ? createByTable(layout) : createByColumn(layout, layout.createdKey),
    newId: options.newId ?? (() => crypto.randomUUID()),
    read: async (on, tenant, id) => (await readByIds(on, layout, feed, tenant, [id]))[0],
  };
}

async function readByIds(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  ids: readonly string[],
): Promise<readonly LocalRecord[]> {
  // A column of numbers would also answer to "05": only what was asked for is given.
  const asked = new Set(ids);
  const records = await select(db, layout, feed, tenant, layout.id, [...asked]);
  return records.filter((record) => asked.has(record.id));
}

async function findByValues(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  name: string,
  values: readonly LocalValue[],
): Promise<readonly LocalRecord[]> {
  const field = layout.fields.find((one) => one.name === name);
  if (field === undefined) throw invalid(layout.table, `it has no field "${name}"`);
  // Null equals nothing, and what the column can not hold is not in it.
  const stored = values.flatMap((value) => toSql(field.kind, value) ?? []);
  return select(db, layout, feed, tenant, field.column, stored);
}

/** By the form in which keys are compared: what HubSpot makes of an address. Columns that are no text have no case. */
async function findByKeys(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  name: string,
  keys: readonly string[],
): Promise<readonly LocalRecord[]> {
  const field = layout.fields.find((one) => one.name === name);
  if (field === undefined) throw invalid(layout.table, `it has no field "${name}"`);
  if (!/char|text|clob/.test(field.type)) return [];
  return selectIn(db, layout, feed, tenant, sql`lower(trim(${columnOf(layout, field.column)}))`, keys);
}

function select(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  column: string,
  wanted: readonly (string | number)[],
): Promise<readonly LocalRecord[]> {
  const values = wanted.filter((value) => layout.words.canHold(layout.typeOf(column), value));
  return selectIn(db, layout, feed, tenant, columnOf(layout, column), values);
}

async function selectIn(
  db: HostDb,
  layout: Layout,
  feed: ChangeFeed,
  tenant: Tenant,
  expression: RawBuilder<unknown>,
  values: readonly (string | number)[],
): Promise<readonly LocalRecord[]> {
  const found: LocalRecord[] = [];
  for (let from = 0; from < values.length; from += portion) {
    const some = sql.join(values.slice(from, from + portion));
    const query = rowsWhere(layout, feed, tenant, sql`${expression} in (${some})`);
    const { rows } = await attempt(layout.table, "read rows", () => query.execute(db));
    found.push(...rows.map((row) => toRecord(layout, feed.facts, row)));
  }
  return found;
}

function rowsWhere(layout: Layout, feed: ChangeFeed, tenant: Tenant, condition: RawBuilder<unknown>): RawBuilder<Row> {
  return sql<Row>`
    select ${recordColumns(layout, feed.facts)} from ${tableOf(layout)}
    where ${ofTenant(layout, tenant)} and ${notDeleted(layout)} and ${condition}`;
}
