import { type RawBuilder, sql } from "kysely";
import { sqliteWords } from "../database/sqlite.ts";
import { described, type OutboxShape, shapeFrom } from "./shape.ts";
import { changesTable, sequenceTable } from "./tables.ts";

export interface Trigger {
  readonly name: string;
  readonly create: RawBuilder<unknown>;
}

const { nowMs } = sqliteWords;
const changes = sql.id(changesTable);
const sequence = sql.id(sequenceTable);
const nextSeq = sql`update ${sequence} set seq = seq + 1`;
const seq = sql`(select seq from ${sequence})`;
/** SQLite lets a function have 127 arguments: times of many columns are set in portions. */
const portion = 50;

export function triggerName(table: string, event: string): string {
  return `hubspoke_${table}_${event}`;
}

export const triggerEvents = ["inserted", "updated", "moved", "deleted"] as const;
type TriggerEvent = (typeof triggerEvents)[number];

/**
 * The triggers of one table. They use no conflict clause anywhere: inside a trigger the clause of the host's own
 * statement would replace it, and an `insert or ignore` of the host's would then lose its change. Nor do they note a row
 * without a tenant or an id, which is nobody's record: the note would be refused, and the host's own statement with it.
 */
export function triggersOf(shape: OutboxShape, since: number): readonly Trigger[] {
  const table = sql.id(shape.table);
  const key = (row: "new" | "old"): RawBuilder<unknown> =>
    sql`source = ${sql.lit(shape.table)} and tenant = ${text(row, shape.tenant)} and id = ${text(row, shape.id)}`;
  const put = (row: "new" | "old", deleted: 0 | 1, times: Times): RawBuilder<unknown> => sql`
    ${nextSeq};
    update ${changes} set seq = ${seq}, version = version + 1, deleted = ${sql.lit(deleted)}, at = ${nowMs}, field_times = ${times.known}
      where ${key(row)};
    insert into ${changes} (source, tenant, id, seq, version, deleted, at, field_times)
      select ${sql.lit(shape.table)}, ${text(row, shape.tenant)}, ${text(row, shape.id)}, ${seq}, 1, ${sql.lit(deleted)}, ${nowMs}, ${times.unknown}
      where not exists (select 1 from ${changes} where ${key(row)});`;
  const watched = sql.join([...shape.columns, shape.tenant, shape.id].map((column) => sql.id(column)));
  const moves = (column: string) => sql`${text("old", column)} is not ${text("new", column)} collate binary`;
  const elsewhere = sql`(${moves(shape.tenant)} or ${moves(shape.id)})`;
  const isRecord = (row: "new" | "old") =>
    sql`${sql.raw(row)}.${sql.id(shape.tenant)} is not null and ${sql.raw(row)}.${sql.id(shape.id)} is not null`;
  const make = (event: TriggerEvent, on: RawBuilder<unknown>, body: RawBuilder<unknown>): Trigger => {
    const name = triggerName(shape.table, event);
    return {
      name,
      create: sql`create trigger ${sql.id(name)} ${on} begin
    ${sql.raw(`/* ${described(shape)} */ /* since ${since} */`)}${body}
    end`,
    };
  };
  return [
    make("inserted", sql`after insert on ${table} when ${isRecord("new")}`, put("new", 0, written(shape))),
    make("updated", sql`after update of ${watched} on ${table} when ${isRecord("new")}`, put("new", 0, edited(shape))),
    // A row that changes its tenant or its id has left where it was.
    make(
      "moved",
      sql`after update of ${sql.id(shape.tenant)}, ${sql.id(shape.id)} on ${table} when ${elsewhere} and ${isRecord("old")}`,
      put("old", 1, none),
    ),
    make("deleted", sql`after delete on ${table} when ${isRecord("old")}`, put("old", 1, none)),
  ];
}

/** The shape a trigger was made for, read from its text; null for a trigger of another format. */
export function shapeIn(triggerSql: string): OutboxShape | null {
  return shapeFrom(/\/\* (hubspoke:.+?) \*\//s.exec(triggerSql)?.[1] ?? "");
}

/** The number from which on a trigger has seen every edit. */
export function sinceIn(triggerSql: string): number {
  return Number(/\/\* since (\d+) \*\//.exec(triggerSql)?.[1] ?? 0);
}

function text(row: "new" | "old", column: string): RawBuilder<unknown> {
  return sql`cast(${sql.raw(row)}.${sql.id(column)} as text)`;
}

/** Fields' times, for a record that was noted before and for one that was not. */
interface Times {
  readonly known: RawBuilder<unknown>;
  readonly unknown: RawBuilder<unknown>;
}

const none: Times = { known: sql.lit("{}"), unknown: sql.lit("{}") };

/** A new row: every column was written now. */
function written(shape: OutboxShape): Times {
  const times = inPortions(shape, sql.lit("{}"), () => nowMs);
  return { known: times, unknown: times };
}

/** An edited row: what differs was written now, the rest when it was, if that is known. */
function edited(shape: OutboxShape): Times {
  // To the letter: a column that knows no case would take an edit of it for none.
  const differs = (column: string): RawBuilder<unknown> =>
    sql`old.${sql.id(column)} is not new.${sql.id(column)} collate binary`;
  return {
    known: inPortions(
      shape,
      sql`field_times`,
      (column) =>
        sql`case when ${differs(column)} then ${nowMs} else json_extract(field_times, ${sql.lit(path(column))}) end`,
    ),
    unknown: inPortions(shape, sql.lit("{}"), (column) => sql`case when ${differs(column)} then ${nowMs} end`),
  };
}

function inPortions(
  shape: OutboxShape,
  start: RawBuilder<unknown>,
  time: (column: string) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  let json = start;
  for (let from = 0; from < shape.columns.length; from += portion) {
    const pairs = shape.columns
      .slice(from, from + portion)
      .map((column) => sql`${sql.lit(path(column))}, ${time(column)}`);
    json = sql`json_set(${json}, ${sql.join(pairs)})`;
  }
  return json;
}

function path(column: string): string {
  return `$.${JSON.stringify(column)}`;
}
