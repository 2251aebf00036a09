import { type RawBuilder, sql } from "kysely";
import { attempt, invalid } from "./failures.ts";
import type { Assignment, ChangeFeed } from "./feed.ts";
import type { Layout } from "./layout.ts";
import type { HostDb, KyselySourceOptions } from "./options.ts";
import { columnOf, keyOf, type OfTenant, ofTenant, type RowFacts, tableOf } from "./rows.ts";
import { statement } from "./statement.ts";
import { timeFromSql, timeToSql } from "./values.ts";

/** Where a pass over the column stands: after the row `id` at `at`, or, without an id, from `at` on. */
interface Position {
  readonly at: string | number;
  readonly id: string | null;
  /** The database's time when the pass under way began; null between passes. */
  readonly since: number | null;
}

interface Shape {
  /** After a row, and not from a time on. */
  readonly within: boolean;
  readonly limit: number;
}

interface Found {
  readonly id: string;
  readonly at: string | number;
  readonly deleted: number;
}

/**
 * Follows a column of times. A row is stamped before it is committed, so one committed late carries a time that was
 * already passed: every pass therefore goes back by `lookBackMs` from the moment the last one began, and what was
 * edited lately is reported again, and so is a row of a time to come, `infinity` included, by every pass. Hard deletes are
 * not seen; rows without a time are seen by the first walk only.
 */
export function updatedAtFeed(layout: Layout, options: KyselySourceOptions): ChangeFeed {
  const { table } = layout;
  const { updatedAtColumn: column, updatedAtFormat: declared = "iso", versionColumn, lookBackMs = 60_000 } = options;
  if (column === undefined) throw invalid(table, 'changes: "updated_at" needs updatedAtColumn');
  const { words } = layout;
  const type = layout.typeOf(column);
  const format = words.formatOf(type, declared);
  // Of a whole day's edits none would be told from what was read before, and no time fits in to be written.
  if (words.database === "postgres" && type === "date")
    throw invalid(
      table,
      `"${column}" is a date, which tells no two edits of a day apart; use a timestamp, or the outbox`,
    );
  if (versionColumn === undefined && (declared === "s" || declared === "sql" || !words.keepsMs(type))) {
    throw invalid(table, "whole seconds can not tell two edits apart; add a versionColumn, or use the outbox");
  }
  const updatedAt = columnOf(layout, column);
  const exactly = words.exactTime(type, updatedAt);
  const counter = versionColumn === undefined ? null : columnOf(layout, versionColumn);
  // A row that no writer has stamped yet has a version as well: null equals nothing, and it could never be written.
  const version = sql`coalesce(cast(${counter ?? exactly} as text), 'null')`;
  const deleted =
    layout.deletedAt === null ? sql`false` : sql`${columnOf(layout, layout.deletedAt.column)} is not null`;
  const back = (from: number): string | number => timeToSql(format, from - lookBackMs);
  const counted = (value: RawBuilder<unknown>): Assignment[] =>
    versionColumn === undefined ? [] : [{ column: versionColumn, value }];

  /** Where the next pass begins: where this one ended, but never closer to now than the look-back, nor at what is no time. */
  const between = (reached: Position, since: number): Position => {
    const earliest = back(since);
    return reached.at <= earliest && timeFromSql(format, reached.at) !== null
      ? { ...reached, since: null }
      : { at: earliest, id: null, since: null };
  };

  const id = keyOf(layout, layout.id);
  const updatedAfter = statement<OfTenant & { readonly from: Position }, Shape, Found>(
    layout,
    (places, { within, limit }) => {
      const at = () => places.value(({ from }) => from.at);
      const beyond = within
        ? sql`(${updatedAt} > ${at()} or (${updatedAt} = ${at()} and ${id} > ${places.value(({ from }) => from.id)}))`
        : sql`${updatedAt} >= ${at()}`;
      return sql`
        select cast(${id} as text) as id, ${exactly} as at, ${deleted} as deleted from ${tableOf(layout)}
        where ${ofTenant(layout, places)} and ${beyond} order by ${updatedAt}, ${id} limit ${sql.lit(limit + 1)}`;
    },
  );
  const timeNow = statement<object, undefined, { now: number }>(layout, () => sql`select ${words.nowMs} as now`);
  const timeOf = async (db: HostDb): Promise<number> => {
    const { rows } = await attempt(table, "tell the time", () => timeNow(db, {}));
    return Number(rows[0]?.now);
  };
  const facts: RowFacts = {
    version,
    updatedAt: exactly,
    fieldTimes: sql`null`,
    readTime: (value) => timeFromSql(format, words.read(type, value)),
  };
  return {
    deletes: layout.deletedAt === null ? "scan" : "feed",
    editTimes: "record",
    version,
    beside: sql``,
    facts,
    factsAfter: facts,
    touch: [{ column, value: words.nowAfter(type, format, updatedAt) }, ...counted(sql`coalesce(${counter}, 0) + 1`)],
    touchNew: [{ column, value: words.now(type, format) }, ...counted(sql`1`)],
    async prepare() {},
    async beforeWrites() {},
    isPosition: (position) => typeof position === "object" && position !== null && "since" in position,
    async start(db) {
      const position: Position = { at: back(await timeOf(db)), id: null, since: null };
      return position;
    },
    async after(db, tenant, from, limit) {
      const position = from as Position;
      const since = position.since ?? (await timeOf(db));
      const shape = { within: position.id !== null, limit };
      const { rows } = await attempt(table, "read what was updated", () =>
        updatedAfter(db, { tenant, from: position }, shape),
      );
      const page = rows.slice(0, limit);
      const more = rows.length > limit;
      const last = page.at(-1);
      const reached: Position =
        last === undefined
          ? { ...position, since }
          : { at: (words.read(type, last.at) ?? String(last.at)) as Position["at"], id: last.id, since };
      return {
        changes: page.map((row) => ({ id: row.id, deleted: Number(row.deleted) === 1 })),
        position: more ? reached : between(reached, since),
        more,
      };
    },
  };
}
