import type { LocalRecord, LocalValue, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import type { Layout } from "./layout.ts";
import { fromSql } from "./values.ts";

/** What a feed knows of a row beside its values, as SQL expressions over the row. */
export interface RowFacts {
  /** Changes with every write; compared as text. */
  readonly version: RawBuilder<unknown>;
  readonly updatedAt: RawBuilder<unknown>;
  /** JSON: column → milliseconds; SQL null where the feed does not know. */
  readonly fieldTimes: RawBuilder<unknown>;
  readonly readTime: (value: unknown) => number | null;
}

export type Row = Readonly<Record<string, unknown>>;

export const tableOf = (layout: Layout): RawBuilder<unknown> => sql.id(layout.table);
export const columnOf = (layout: Layout, column: string): RawBuilder<unknown> => sql.id(layout.table, column);

/** The rows of one tenant, by the exact spelling of its name. */
export function ofTenant(layout: Layout, tenant: Tenant): RawBuilder<unknown> {
  return layout.words.is(columnOf(layout, layout.tenant), layout.typeOf(layout.tenant), tenant);
}

export function theRow(layout: Layout, tenant: Tenant, id: string): RawBuilder<unknown> {
  const isRow = layout.words.is(columnOf(layout, layout.id), layout.typeOf(layout.id), id);
  return sql`(${ofTenant(layout, tenant)} and ${isRow})`;
}

export function notDeleted(layout: Layout): RawBuilder<unknown> {
  return layout.deletedAt === null ? sql`1 = 1` : sql`${columnOf(layout, layout.deletedAt.column)} is null`;
}

/** The columns of a record, under names of ours, so that no column of the host's can be taken for another. */
export function recordColumns(layout: Layout, facts: RowFacts): RawBuilder<unknown> {
  const fields = layout.fields.map((field, index) => sql`${columnOf(layout, field.column)} as ${sql.id(`f${index}`)}`);
  return sql.join([
    sql`cast(${columnOf(layout, layout.id)} as text) as row_id`,
    sql`cast(${facts.version} as text) as row_version`,
    sql`${facts.updatedAt} as row_updated_at`,
    sql`${facts.fieldTimes} as row_field_times`,
    ...fields,
  ]);
}

export function toRecord(layout: Layout, facts: RowFacts, row: Row): LocalRecord {
  const values: Record<string, LocalValue> = {};
  for (const [index, field] of layout.fields.entries()) {
    const value = layout.words.read(field.type, row[`f${index}`]);
    values[field.name] = fromSql(field.kind, value, layout.table, field.name);
  }
  const record = {
    id: String(row.row_id),
    version: String(row.row_version),
    values,
    updatedAt: facts.readTime(row.row_updated_at),
  };
  return row.row_field_times === null
    ? record
    : { ...record, fieldTimes: timesOf(layout, String(row.row_field_times)) };
}

function timesOf(layout: Layout, json: string): Readonly<Record<string, number>> {
  const byColumn = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const known = layout.fields.flatMap(({ name, column }) => {
    const at = byColumn[column];
    return typeof at === "number" ? [[name, at] as const] : [];
  });
  return Object.fromEntries(known);
}
