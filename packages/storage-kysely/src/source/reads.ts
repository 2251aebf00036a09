import type { LocalRecord, LocalValue, Tenant } from "@hubspoke/core/ports";
import { sql } from "kysely";
import { attempt, invalid } from "./failures.ts";
import type { ChangeFeed } from "./feed.ts";
import type { Field, Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";
import {
  columnOf,
  keyOf,
  notDeleted,
  type OfTenant,
  ofTenant,
  type Row,
  recordColumns,
  tableOf,
  toRecord,
} from "./rows.ts";
import { statement } from "./statement.ts";
import { type SqlValue, toSql } from "./values.ts";

/** Keys in one statement: with the rest of it well under D1's hundred parameters. */
const portion = 80;
/** As many as a statement has places for. A few sizes, so that few texts are made and kept, whatever calls bring. */
const sizes: readonly number[] = [1, 2, 5, 10, 20, 40, portion];

export interface Reads {
  byIds(db: HostDb, tenant: Tenant, ids: readonly string[]): Promise<readonly LocalRecord[]>;
  byValues(db: HostDb, tenant: Tenant, field: string, values: readonly LocalValue[]): Promise<readonly LocalRecord[]>;
  /** By the form in which keys are compared: what HubSpot makes of an address. Columns that are no text have no case. */
  byKeys(db: HostDb, tenant: Tenant, field: string, keys: readonly string[]): Promise<readonly LocalRecord[]>;
}

interface Wanted extends OfTenant {
  /** At least one. */
  readonly wanted: readonly SqlValue[];
}

interface Shape {
  readonly column: string;
  readonly folded: boolean;
  readonly places: number;
}

export function readsOf(layout: Layout, feed: ChangeFeed): Reads {
  const wantedRows = statement<Wanted, Shape, Row>(layout, (places, { column, folded, places: count }) => {
    // What there is no value for asks for the last one again.
    const one = (_: unknown, i: number) => places.value(({ wanted }) => wanted[Math.min(i, wanted.length - 1)]);
    const matched = layout.words.matched(
      layout.typeOf(column),
      (column === layout.id ? keyOf : columnOf)(layout, column),
    );
    const expression = folded ? sql`lower(trim(${columnOf(layout, column)}))` : matched;
    return sql<Row>`
      select ${recordColumns(layout, feed.facts)} from ${tableOf(layout)} ${feed.beside}
      where ${ofTenant(layout, places, folded ? undefined : column)} and ${notDeleted(layout)}
        and ${expression} in (${sql.join(Array.from({ length: count }, one))})`;
  });

  const select = async (
    db: HostDb,
    tenant: Tenant,
    of: Pick<Shape, "column" | "folded">,
    values: readonly SqlValue[],
  ): Promise<readonly LocalRecord[]> => {
    const found: LocalRecord[] = [];
    for (let from = 0; from < values.length; from += portion) {
      const wanted = values.slice(from, from + portion);
      const places = sizes.find((size) => size >= wanted.length) ?? portion;
      const read = () => wantedRows(db, { tenant, wanted }, { ...of, places });
      const { rows } = await attempt(layout.table, "read rows", read);
      for (const row of rows) found.push(toRecord(layout, feed.facts, row));
    }
    return found;
  };

  const selectEqual = (
    db: HostDb,
    tenant: Tenant,
    column: string,
    wanted: readonly (string | number)[],
  ): Promise<readonly LocalRecord[]> => {
    const type = layout.typeOf(column);
    const values = wanted.filter((value) => layout.words.canHold(type, value));
    return select(db, tenant, { column, folded: false }, values);
  };

  const fieldOf = (name: string): Field => {
    const field = layout.fields.find((one) => one.name === name);
    if (field === undefined) throw invalid(layout.table, `it has no field "${name}"`);
    return field;
  };

  return {
    async byIds(db, tenant, ids) {
      // A column of numbers would also answer to "05": only what was asked for is given.
      const asked = new Set(ids);
      const records = await selectEqual(db, tenant, layout.id, [...asked]);
      return records.filter((record) => asked.has(record.id));
    },
    async byValues(db, tenant, name, values) {
      const field = fieldOf(name);
      // Null equals nothing, and what the column can not hold is not in it.
      const stored = values.flatMap((value) => toSql(field, value) ?? []);
      return selectEqual(db, tenant, field.column, stored);
    },
    async byKeys(db, tenant, name, keys) {
      const field = fieldOf(name);
      if (!/char|text|clob/.test(field.type)) return [];
      return select(db, tenant, { column: field.column, folded: true }, keys);
    },
  };
}
