import { sql } from "kysely";
import { attempt, invalid } from "../failures.ts";
import type { ChangeFeed } from "../feed.ts";
import type { Layout } from "../layout.ts";
import { columnOf, type RowFacts, tableOf } from "../rows.ts";
import { nowMs } from "../sql-times.ts";
import { installedShape } from "./install.ts";
import { changesTable, sequenceTable } from "./tables.ts";

/** Reads what the triggers noted: every change of every writer, in the order of commits, hard deletes included. */
export function outboxFeed(layout: Layout): ChangeFeed {
  const { table } = layout;
  const changes = sql.id(changesTable);
  const noted = (column: string) => sql`(
    select c.${sql.id(column)} from ${changes} c where c.source = ${table}
    and c.tenant = cast(${columnOf(layout, layout.tenant)} as text) and c.id = cast(${columnOf(layout, layout.id)} as text))`;
  const version = sql`coalesce(${noted("version")}, 0)`;
  const softlyDeleted =
    layout.deletedAt === null
      ? sql`0`
      : sql`exists (select 1 from ${tableOf(layout)} where ${sql.id(table, layout.tenant)} = c.tenant
          and cast(${sql.id(table, layout.id)} as text) = c.id and ${sql.id(table, layout.deletedAt.column)} is not null)`;
  const facts: RowFacts = {
    version,
    updatedAt: noted("at"),
    fieldTimes: noted("field_times"),
    readTime: (value) => (value === null ? null : Number(value)),
  };
  return {
    deletes: "feed",
    editTimes: "field",
    facts,
    // `returning` is answered before the triggers run, and each write of ours runs them once, within the same instant.
    factsAfter: { ...facts, version: sql`${version} + 1`, updatedAt: nowMs, fieldTimes: sql`null` },
    touch: [],
    touchNew: [],
    async prepare(db) {
      const shape = await installedShape(db, table);
      if (shape === null)
        throw invalid(table, "its outbox is not installed; run installOutbox(db, …) with your migrations");
      const unseen = layout.fields.map((field) => field.column).filter((column) => !shape.columns.includes(column));
      if (layout.deletedAt !== null && !shape.columns.includes(layout.deletedAt.column))
        unseen.push(layout.deletedAt.column);
      if (shape.tenant !== layout.tenant || shape.id !== layout.id) {
        throw invalid(
          table,
          `its outbox was installed for the columns "${shape.tenant}" and "${shape.id}"; run installOutbox again`,
        );
      }
      if (unseen.length > 0)
        throw invalid(table, `its outbox does not see "${unseen.join('", "')}"; run installOutbox again`);
    },
    async start(db) {
      const query = sql<{ seq: number }>`select seq from ${sql.id(sequenceTable)}`;
      const { rows } = await attempt(table, "read the outbox", () => query.execute(db));
      return Number(rows[0]?.seq ?? 0);
    },
    async after(db, tenant, position, limit) {
      const query = sql<{ id: string; seq: number; deleted: number }>`
        select c.id, c.seq, (c.deleted or ${softlyDeleted}) as deleted from ${changes} c
        where c.source = ${table} and c.tenant = ${tenant} and c.seq > ${Number(position)} order by c.seq limit ${limit + 1}`;
      const { rows } = await attempt(table, "read the outbox", () => query.execute(db));
      const page = rows.slice(0, limit);
      return {
        changes: page.map((row) => ({ id: row.id, deleted: Number(row.deleted) === 1 })),
        position: Number(page.at(-1)?.seq ?? position),
        more: rows.length > limit,
      };
    },
  };
}
