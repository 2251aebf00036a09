import { type RawBuilder, sql } from "kysely";
import { cursorRefused } from "../feed.ts";
import type { HostDb } from "../options.ts";
import type { OfTenant } from "../rows.ts";
import { statement } from "../statement.ts";
import { type Outbox, untold } from "./outbox.ts";
import { type OutboxShape, sawAllOf } from "./shape.ts";
import { changesTable, createOutboxTables, sequenceTable } from "./tables.ts";
import { shapeIn, sinceIn, triggerEvents, triggerName, triggersOf } from "./triggers.ts";

const sequence = sql`(select seq from ${sql.id(sequenceTable)})`;

export const sqliteOutbox: Outbox = {
  async install(tx, shape) {
    await createOutboxTables(tx);
    const since = await seesAllSince(tx, shape);
    await dropTriggers(tx, shape.table);
    for (const trigger of triggersOf(shape, since)) await trigger.create.execute(tx);
  },
  async remove(tx, table) {
    await dropTriggers(tx, table);
    const known = await sql`select 1 from sqlite_master where type = 'table' and name = ${changesTable}`.execute(tx);
    if (known.rows.length > 0) await sql`delete from ${sql.id(changesTable)} where source = ${table}`.execute(tx);
  },
  async shape(db, table) {
    const text = await installedText(db, table);
    return text === null ? null : shapeIn(text);
  },
  feed(layout, softlyDeleted, refuseUnseen) {
    interface Asked extends OfTenant {
      readonly position: unknown;
      readonly limit: number;
    }
    const notesAfter = statement<Asked, undefined, { id: string; seq: number; deleted: number }>(
      layout,
      ({ value }) => sql`
        select c.id, c.seq, (c.deleted or ${softlyDeleted}) as deleted from ${sql.id(changesTable)} c
        where c.source = ${layout.table} and c.tenant = ${value(({ tenant }) => tenant)}
          and c.seq > ${value(({ position }) => Number(position))}
        order by c.seq limit ${value(({ limit }) => limit + 1)} + 0`,
    );
    const latest = statement<object, undefined, { seq: number }>(layout, () => sql`select ${sequence} as seq`);
    const standing = statement<object, undefined, { seq: number; text: string | null }>(
      layout,
      () => sql`select ${sequence} as seq, ${textOf(layout.table)} as text`,
    );
    let lookedAt: string | undefined;
    /** A table that is rebuilt loses its triggers, and an outbox can be installed for other columns, at any time. */
    const seen = async (db: HostDb): Promise<{ readonly seq: number; readonly since: number }> => {
      const { seq = 0, text = null } = (await standing(db, {})).rows[0] ?? {};
      if (text === null || text !== lookedAt) refuseUnseen(text === null ? null : shapeIn(text));
      lookedAt = text ?? undefined;
      return { seq: Number(seq), since: sinceIn(text ?? "") };
    };
    const refuseUntold = async (db: HostDb, position: number): Promise<void> => {
      const { seq, since } = await seen(db);
      if (position > seq) throw cursorRefused(layout.table, untold.restored);
      if (position < since) throw cursorRefused(layout.table, untold.anew);
    };
    return {
      async refuseBlind(db) {
        await seen(db);
      },
      async start(db) {
        const { rows } = await latest(db, {});
        return Number(rows[0]?.seq ?? 0);
      },
      async after(db, tenant, position, limit) {
        await refuseUntold(db, Number(position));
        const { rows } = await notesAfter(db, { tenant, position, limit });
        const page = rows.slice(0, limit);
        return {
          changes: page.map((row) => ({ id: row.id, deleted: Number(row.deleted) === 1 })),
          position: Number(page.at(-1)?.seq ?? position),
          more: rows.length > limit,
        };
      },
    };
  },
};

/** What the triggers of a table say; null when any of them is missing. */
function textOf(table: string): RawBuilder<unknown> {
  const names = triggerEvents.map((event) => triggerName(table, event));
  return sql`(select case when count(*) = ${sql.lit(names.length)} then max(sql) end from sqlite_master
    where type = 'trigger' and tbl_name = ${table} and name in (${sql.join(names)}))`;
}

async function installedText(db: HostDb, table: string): Promise<string | null> {
  const { rows } = await sql<{ text: string | null }>`select ${textOf(table)} as text`.execute(db);
  return rows[0]?.text ?? null;
}

/** The number before which triggers of this shape may have missed an edit: now, unless those that are there see as much. */
async function seesAllSince(tx: HostDb, shape: OutboxShape): Promise<number> {
  const text = await installedText(tx, shape.table);
  if (text !== null && sawAllOf(shapeIn(text), shape)) return sinceIn(text);
  await sql`update ${sql.id(sequenceTable)} set seq = seq + 1`.execute(tx);
  const { rows } = await sql<{ seq: number }>`select ${sequence} as seq`.execute(tx);
  return Number(rows[0]?.seq);
}

async function dropTriggers(db: HostDb, table: string): Promise<void> {
  for (const event of triggerEvents) await sql`drop trigger if exists ${sql.id(triggerName(table, event))}`.execute(db);
}
