import type { LocalRecord, LocalValue, LocalWrite, LocalWriteResult, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import type { CreateOnce } from "./creates.ts";
import { attempt, columnsNamed, failed, isConstraintViolation } from "./failures.ts";
import type { Assignment, ChangeFeed } from "./feed.ts";
import type { Field, Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { notDeleted, type OfRow, type Row, recordColumns, tableOf, theRow, toRecord } from "./rows.ts";
import { type Places, type Statement, statement } from "./statement.ts";
import { type SqlValue, toSql } from "./values.ts";

/** What the write statements need to know; made once, at first use. */
export interface Writing {
  readonly db: HostDb;
  readonly layout: Layout;
  readonly feed: ChangeFeed;
  readonly createOnce: CreateOnce;
  readonly newId: () => string;
  readonly read: (db: HostDb, tenant: Tenant, id: string) => Promise<LocalRecord | undefined>;
  readonly statements: Guarded;
}

interface OfVersion extends OfRow {
  readonly expected: string;
}

/** Column → value. */
type Assigned = ReadonlyMap<string, SqlValue>;

/** The guard is on the statement that writes: nothing can come between the look and the write. */
export interface Guarded {
  /** The values are in the order of the columns. */
  readonly update: Statement<OfVersion & { readonly values: readonly SqlValue[] }, readonly string[], Row>;
  readonly remove: Statement<OfVersion>;
  readonly exists: Statement<OfRow>;
  /** What a write of a page that is undone falls back to. */
  readonly savepoint: Readonly<Record<"set" | "rollback" | "release", Statement<object>>>;
}

export function guardedStatements(layout: Layout, feed: ChangeFeed): Guarded {
  const table = tableOf(layout);
  const isThere = <V extends OfRow>(places: Places<V>) => sql`${theRow(layout, places)} and ${notDeleted(layout)}`;
  const isAsExpected = <V extends OfVersion>(places: Places<V>) =>
    sql`${isThere(places)} and cast(${feed.version} as text) = ${places.value(({ expected }) => expected)}`;
  const set = (assignments: readonly Assignment[]) =>
    sql.join(assignments.map(({ column, value }) => sql`${sql.id(column)} = ${value}`));
  return {
    update: statement(layout, (places, columns) => {
      const given = columns.map((column, i) => ({ column, value: places.value(({ values }) => values[i]) }));
      return sql`
        update ${table} set ${set([...given, ...feed.touch])} where ${isAsExpected(places)}
        returning ${recordColumns(layout, feed.factsAfter)}`;
    }),
    remove: statement(layout, (places) => {
      if (layout.deletedAt === null) return sql`delete from ${table} where ${isAsExpected(places)}`;
      const { column, format } = layout.deletedAt;
      const now = layout.words.now(layout.typeOf(column), format);
      return sql`update ${table} set ${set([{ column, value: now }, ...feed.touch])} where ${isAsExpected(places)}`;
    }),
    exists: statement(layout, (places) => sql`select 1 from ${table} where ${isThere(places)}`),
    savepoint: {
      set: statement(layout, () => sql`savepoint hubspoke_write`),
      rollback: statement(layout, () => sql`rollback to savepoint hubspoke_write`),
      release: statement(layout, () => sql`release savepoint hubspoke_write`),
    },
  };
}

type Rejected = Extract<LocalWriteResult, { outcome: "rejected" }>;

export async function writeOne(writing: Writing, tenant: Tenant, write: LocalWrite): Promise<LocalWriteResult> {
  const assignments = assign(writing.layout, write.values);
  if ("outcome" in assignments) return assignments;
  try {
    return write.kind === "create"
      ? await createOne(writing, tenant, write.idempotencyKey, assignments)
      : await updateOne(writing, tenant, write.id, write.expectedVersion, assignments);
  } catch (error) {
    if (!isConstraintViolation(error)) throw error;
    return refusedBy(error, writing.layout);
  }
}

/** What a constraint's violation says about a row. */
export function refusedBy(error: unknown, { fields }: Layout): Rejected {
  const columns = columnsNamed(
    error,
    fields.map((field) => field.column),
  );
  const named = fields.filter((field) => columns.includes(field.column));
  return { outcome: "rejected", reason: "CONSTRAINT", fields: named.map((field) => field.name) };
}

async function updateOne(
  writing: Writing,
  tenant: Tenant,
  id: string,
  expected: string,
  assigned: Assigned,
): Promise<LocalWriteResult> {
  const { db, layout, statements } = writing;
  if (assigned.size === 0) {
    const record = await writing.read(db, tenant, id);
    if (record === undefined) return { outcome: "gone" };
    return record.version === expected ? { outcome: "written", record } : { outcome: "stale" };
  }
  const values = { tenant, id, expected, values: [...assigned.values()] };
  const { rows } = await attempt(layout.table, "update a row", () =>
    statements.update(db, values, [...assigned.keys()]),
  );
  const [row] = rows;
  const record = row === undefined ? undefined : await written(writing, tenant, row);
  if (record !== undefined) return { outcome: "written", record };
  return { outcome: (await exists(writing, tenant, id)) ? "stale" : "gone" };
}

async function createOne(writing: Writing, tenant: Tenant, key: string, assigned: Assigned): Promise<LocalWriteResult> {
  const { db, layout } = writing;
  const { words, typeOf } = layout;
  // "05" would become 5 in a column of numbers, and the row another tenant's.
  if (!(words.keeps ?? words.canHold)(typeOf(layout.tenant), tenant))
    throw failed(layout.table, `the column "${layout.tenant}" can not hold the name of this tenant as it is`);
  const row = new Map<string, SqlValue>([[layout.tenant, tenant], ...assigned]);
  if (!layout.idIsGenerated) row.set(layout.id, writing.newId());
  const outcome = await attempt(layout.table, "insert a row", () => writing.createOnce(db, tenant, key, row));
  const id = outcome.made ? String(outcome.row.row_id) : outcome.id;
  const record = await (outcome.made ? written(writing, tenant, outcome.row) : writing.read(db, tenant, id));
  return record === undefined ? { outcome: "gone", id } : { outcome: "written", record };
}

/** What a write has answered, as a record. Read again where the write could not tell its version. */
async function written(writing: Writing, tenant: Tenant, row: Row): Promise<LocalRecord | undefined> {
  const { db, layout, feed, read } = writing;
  return row.row_version === null ? read(db, tenant, String(row.row_id)) : toRecord(layout, feed.factsAfter, row);
}

export async function deleteOne(
  writing: Writing,
  tenant: Tenant,
  id: string,
  expected: string,
): Promise<"deleted" | "stale" | "gone"> {
  const { db, layout, statements } = writing;
  const { numAffectedRows } = await attempt(layout.table, "delete a row", () =>
    statements.remove(db, { tenant, id, expected }),
  );
  if ((numAffectedRows ?? 0n) > 0n) return "deleted";
  return (await exists(writing, tenant, id)) ? "stale" : "gone";
}

async function exists({ db, layout, statements }: Writing, tenant: Tenant, id: string): Promise<boolean> {
  const { rows } = await attempt(layout.table, "look for a row", () => statements.exists(db, { tenant, id }));
  return rows.length > 0;
}

function assign(layout: Layout, values: Readonly<Record<string, LocalValue>>): Assigned | Rejected {
  const known = new Map(layout.fields.map((field) => [field.name, field]));
  const names = Object.keys(values);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) return { outcome: "rejected", reason: "UNKNOWN_FIELD", fields: unknown };
  const encoded = names.map((name) => {
    const field = known.get(name) as Field;
    return { name, column: field.column, value: toSql(field, values[name] ?? null) };
  });
  const wrong = encoded.filter(({ value }) => value === undefined).map(({ name }) => name);
  if (wrong.length > 0) return { outcome: "rejected", reason: "WRONG_TYPE", fields: wrong };
  return new Map(encoded.map(({ column, value = null }) => [column, value]));
}
