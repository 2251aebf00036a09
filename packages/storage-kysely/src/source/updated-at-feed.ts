import { type RawBuilder, sql } from "kysely";
import { attempt, invalid } from "./failures.ts";
import type { Assignment, ChangeFeed } from "./feed.ts";
import type { Layout } from "./layout.ts";
import type { HostDb, KyselySourceOptions } from "./options.ts";
import { columnOf, ofTenant, type RowFacts, tableOf } from "./rows.ts";
import { timeFromSql, timeToSql } from "./values.ts";

/** Where a pass over the column stands: after the row `id` at `at`, or, without an id, from `at` on. */
interface Position {
  readonly at: string | number;
  readonly id: string | null;
  /** The database's time when the pass under way began; null between passes. */
  readonly since: number | null;
}

/**
 * Follows a column of times. A row is stamped before it is committed, so one committed late carries a time that was
 * already passed: every pass therefore goes back by `lookBackMs` from the moment the last one began, and what was
 * edited lately is reported again. Hard deletes are not seen; rows without a time are seen by the first walk only.
 */
export function updatedAtFeed(layout: Layout, options: KyselySourceOptions): ChangeFeed {
  const { table } = layout;
  const { updatedAtColumn: column, updatedAtFormat: format = "iso", versionColumn, lookBackMs = 60_000 } = options;
  if (column === undefined) throw invalid(table, 'changes: "updated_at" needs updatedAtColumn');
  if (versionColumn === undefined && (format === "s" || format === "sql")) {
    throw invalid(table, "whole seconds can not tell two edits apart; add a versionColumn, or use the outbox");
  }
  const { words } = layout;
  const type = layout.typeOf(column);
  const updatedAt = columnOf(layout, column);
  const exactly = words.exactTime(type, updatedAt);
  const version = versionColumn === undefined ? exactly : columnOf(layout, versionColumn);
  const deleted =
    layout.deletedAt === null ? sql`false` : sql`${columnOf(layout, layout.deletedAt.column)} is not null`;
  const back = (from: number): string | number => timeToSql(format, from - lookBackMs);
  const counted = (value: RawBuilder<unknown>): Assignment[] =>
    versionColumn === undefined ? [] : [{ column: versionColumn, value }];

  const facts: RowFacts = {
    version,
    updatedAt: exactly,
    fieldTimes: sql`null`,
    readTime: (value) => timeFromSql(format, words.read(type, value)),
  };
  return {
    deletes: layout.deletedAt === null ? "scan" : "feed",
    editTimes: "record",
    facts,
    factsAfter: facts,
    touch: [{ column, value: words.nowAfter(type, format, updatedAt) }, ...counted(sql`coalesce(${version}, 0) + 1`)],
    touchNew: [{ column, value: words.now(type, format) }, ...counted(sql`1`)],
    async prepare() {},
    async start(db) {
      const position: Position = { at: back(await timeOf(db, layout)), id: null, since: null };
      return position;
    },
    async after(db, tenant, from, limit) {
      const position = from as Position;
      const since = position.since ?? (await timeOf(db, layout));
      const id = columnOf(layout, layout.id);
      const beyond =
        position.id === null
          ? sql`${updatedAt} >= ${position.at}`
          : sql`(${updatedAt} > ${position.at} or (${updatedAt} = ${position.at} and ${id} > ${position.id}))`;
      const query = sql<{ id: string; at: string | number; deleted: number }>`
        select cast(${id} as text) as id, ${exactly} as at, ${deleted} as deleted from ${tableOf(layout)}
        where ${ofTenant(layout, tenant)} and ${beyond} order by ${updatedAt}, ${id} limit ${sql.lit(limit + 1)}`;
      const { rows } = await attempt(table, "read what was updated", () => query.execute(db));
      const page = rows.slice(0, limit);
      const more = rows.length > limit;
      const last = page.at(-1);
      const reached: Position =
        last === undefined
          ? { ...position, since }
          : { at: words.read(type, last.at) as Position["at"], id: last.id, since };
      return {
        changes: page.map((row) => ({ id: row.id, deleted: Number(row.deleted) === 1 })),
        position: more ? reached : between(reached, back(since)),
        more,
      };
    },
  };
}

/** Where the next pass begins: where this one ended, but never closer to now than the look-back. */
function between(reached: Position, earliest: string | number): Position {
  return earliest < reached.at ? { at: earliest, id: null, since: null } : { ...reached, since: null };
}

async function timeOf(db: HostDb, { table, words }: Layout): Promise<number> {
  const { rows } = await attempt(table, "tell the time", () =>
    sql<{ now: number }>`select ${words.nowMs} as now`.execute(db),
  );
  return Number(rows[0]?.now);
}
