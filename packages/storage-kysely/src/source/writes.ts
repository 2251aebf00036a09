import type { LocalRecord, LocalValue, LocalWrite, LocalWriteResult, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import type { CreateOnce } from "./creates.ts";
import { attempt, columnsNamed, isConstraintViolation } from "./failures.ts";
import type { Assignment, ChangeFeed } from "./feed.ts";
import type { Field, Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import { notDeleted, type Row, recordColumns, tableOf, theRow, toRecord } from "./rows.ts";
import { toSql } from "./values.ts";

/** What the write statements need to know; made once, at first use. */
export interface Writing {
  readonly db: HostDb;
  readonly layout: Layout;
  readonly feed: ChangeFeed;
  readonly createOnce: CreateOnce;
  readonly newId: () => string;
  readonly read: (db: HostDb, tenant: Tenant, id: string) => Promise<LocalRecord | undefined>;
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
    const columns = columnsNamed(
      error,
      writing.layout.fields.map((field) => field.column),
    );
    const fields = writing.layout.fields.filter((field) => columns.includes(field.column));
    return { outcome: "rejected", reason: "CONSTRAINT", fields: fields.map((field) => field.name) };
  }
}

/** The guard is on the statement that writes: nothing can come between the look and the write. */
async function updateOne(
  writing: Writing,
  tenant: Tenant,
  id: string,
  expected: string,
  assignments: readonly Assignment[],
): Promise<LocalWriteResult> {
  const { db, layout, feed } = writing;
  if (assignments.length === 0) {
    const record = await writing.read(db, tenant, id);
    if (record === undefined) return { outcome: "gone" };
    return record.version === expected ? { outcome: "written", record } : { outcome: "stale" };
  }
  const set = [...assignments, ...feed.touch].map(({ column, value }) => sql`${sql.id(column)} = ${value}`);
  const query = sql<Row>`
    update ${tableOf(layout)} set ${sql.join(set)}
    where ${theRow(layout, tenant, id)} and ${notDeleted(layout)} and cast(${feed.facts.version} as text) = ${expected}
    returning ${recordColumns(layout, feed.factsAfter)}`;
  const { rows } = await attempt(layout.table, "update a row", () => query.execute(db));
  const [row] = rows;
  if (row !== undefined) return { outcome: "written", record: toRecord(layout, feed.factsAfter, row) };
  return { outcome: (await exists(writing, tenant, id)) ? "stale" : "gone" };
}

async function createOne(
  writing: Writing,
  tenant: Tenant,
  key: string,
  assignments: readonly Assignment[],
): Promise<LocalWriteResult> {
  const { db, layout, feed } = writing;
  const row = new Map([
    [layout.tenant, sql`${tenant}`],
    ...assignments.map(({ column, value }) => [column, value] as const),
  ]);
  if (!layout.idIsGenerated) row.set(layout.id, sql`${writing.newId()}`);
  for (const { column, value } of feed.touchNew) row.set(column, value);
  const outcome = await attempt(layout.table, "insert a row", () =>
    writing.createOnce(db, tenant, key, row, recordColumns(layout, feed.factsAfter)),
  );
  if (outcome.made) return { outcome: "written", record: toRecord(layout, feed.factsAfter, outcome.row) };
  const record = await writing.read(db, tenant, outcome.id);
  return record === undefined ? { outcome: "gone", id: outcome.id } : { outcome: "written", record };
}

export async function deleteOne(
  writing: Writing,
  tenant: Tenant,
  id: string,
  expected: string,
): Promise<"deleted" | "stale" | "gone"> {
  const { db, layout, feed } = writing;
  const guard = sql`${theRow(layout, tenant, id)} and ${notDeleted(layout)} and cast(${feed.facts.version} as text) = ${expected}`;
  const soft =
    layout.deletedAt === null
      ? []
      : [{ column: layout.deletedAt.column, value: deletedNow(layout, layout.deletedAt) }, ...feed.touch];
  const query =
    soft.length === 0
      ? sql`delete from ${tableOf(layout)} where ${guard}`
      : sql`update ${tableOf(layout)} set ${sql.join(soft.map(({ column, value }) => sql`${sql.id(column)} = ${value}`))} where ${guard}`;
  const { numAffectedRows } = await attempt(layout.table, "delete a row", () => query.execute(db));
  if ((numAffectedRows ?? 0n) > 0n) return "deleted";
  return (await exists(writing, tenant, id)) ? "stale" : "gone";
}

function deletedNow(
  { words, typeOf }: Layout,
  { column, format }: NonNullable<Layout["deletedAt"]>,
): RawBuilder<unknown> {
  return words.now(typeOf(column), format);
}

async function exists({ db, layout }: Writing, tenant: Tenant, id: string): Promise<boolean> {
  const query = sql`select 1 from ${tableOf(layout)} where ${theRow(layout, tenant, id)} and ${notDeleted(layout)}`;
  return (await attempt(layout.table, "look for a row", () => query.execute(db))).rows.length > 0;
}

function assign(layout: Layout, values: Readonly<Record<string, LocalValue>>): readonly Assignment[] | Rejected {
  const known = new Map(layout.fields.map((field) => [field.name, field]));
  const names = Object.keys(values);
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) return { outcome: "rejected", reason: "UNKNOWN_FIELD", fields: unknown };
  const encoded = names.map((name) => {
    const field = known.get(name) as Field;
    return { name, column: field.column, value: toSql(field.kind, values[name] ?? null) };
  });
  const wrong = encoded.filter(({ value }) => value === undefined).map(({ name }) => name);
  if (wrong.length > 0) return { outcome: "rejected", reason: "WRONG_TYPE", fields: wrong };
  return encoded.map(({ column, value }) => ({ column, value: sql`${value}` }));
}
