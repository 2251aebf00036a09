import type { LocalRecord, LocalValue, Tenant } from "@hubspoke/core/ports";
import { type RawBuilder, sql } from "kysely";
import type { Layout } from "./layout.ts";
import type { Places } from "./statement.ts";
import { fromSql } from "./values.ts";

/** What a feed knows of a row beside its values, as SQL expressions. */
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

/** A tenant's or an id's column, to be compared with its text. */
export function keyOf({ table, words, typeOf }: Layout, column: string): RawBuilder<unknown> {
  const key = sql.id(table, column);
  return words.key?.(typeOf(column), key) ?? key;
}

/** What every statement about rows is given. */
export interface OfTenant {
  readonly tenant: Tenant;
}

export interface OfRow extends OfTenant {
  readonly id: string;
}

/** The rows of one tenant, by the exact spelling of its name; of those that are found by `column`, if one is named. */
export function ofTenant<V extends OfTenant>(layout: Layout, { is }: Places<V>, column?: string): RawBuilder<unknown> {
  const isFoundByKey = column === layout.id && layout.idIsKey;
  return is(layout.tenant, ({ tenant }) => tenant, isFoundByKey ? column : layout.tenant);
}

export function theRow<V extends OfRow>(layout: Layout, places: Places<V>): RawBuilder<unknown> {
  return sql`(${ofTenant(layout, places)} and ${places.is(layout.id, ({ id }) => id)})`;
}

export function notDeleted(layout: Layout): RawBuilder<unknown> {
  return layout.deletedAt === null ? sql`1 = 1` : sql`${columnOf(layout, layout.deletedAt.column)} is null`;
}

/** The columns of a record, under names of ours. */
export function recordColumns(layout: Layout, facts: RowFacts): RawBuilder<unknown> {
  const fields = layout.fields.map(({ column: name, alias, type }) => {
    const column = columnOf(layout, name);
    return sql`${layout.words.exact?.(type, column) ?? column} as ${sql.id(alias)}`;
  });
  return sql.join([
    sql`cast(${columnOf(layout, layout.id)} as text) as row_id`,
    sql`cast(${facts.version} as text) as row_version`,
    sql`${facts.updatedAt} as row_updated_at`,
    sql`${facts.fieldTimes} as row_field_times`,
    ...fields,
  ]);
}

// Plain loops: these run for every row that is read or written.
export function toRecord(layout: Layout, facts: RowFacts, row: Row): LocalRecord {
  const { fields, table, words } = layout;
  const values: Record<string, LocalValue> = {};
  for (const { name, alias, kind, type } of fields)
    values[name] = fromSql(kind, words.read(type, row[alias]), table, name);
  const { row_id: id, row_version: version, row_updated_at: at, row_field_times: times } = row;
  const record = { id: String(id), version: String(version), values, updatedAt: facts.readTime(at) };
  return times === null ? record : { ...record, fieldTimes: timesOf(layout, String(times)) };
}

function timesOf(layout: Layout, json: string): Readonly<Record<string, number>> {
  const byColumn = JSON.parse(json) as Readonly<Record<string, unknown>>;
  const times: Record<string, number> = {};
  for (const { name, column } of layout.fields) {
    const at = byColumn[column];
    if (typeof at === "number") times[name] = at;
  }
  return times;
}
