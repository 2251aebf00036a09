import { sql } from "kysely";
import type { HostDb } from "../options.ts";
import type { OfTenant } from "../rows.ts";
import { statement } from "../statement.ts";
import type { Outbox } from "./outbox.ts";
import { changesTable, createOutboxTables, sequenceTable } from "./tables.ts";
import { shapeIn, triggerEvents, triggerName, triggersOf } from "./triggers.ts";

export const sqliteOutbox: Outbox = {
  async install(tx, shape) {
    await createOutboxTables(tx);
    await dropTriggers(tx, shape.table);
    for (const trigger of triggersOf(shape)) await trigger.create.execute(tx);
  },
  async remove(tx, table) {
    await dropTriggers(tx, table);
    const known = await sql`select 1 from sqlite_master where type = 'table' and name = ${changesTable}`.execute(tx);
    if (known.rows.length > 0) await sql`delete from ${sql.id(changesTable)} where source = ${table}`.execute(tx);
  },
  async shape(db, table) {
    const names = triggerEvents.map((event) => triggerName(table, event));
    const { rows } = await sql<{ sql: string }>`
      select sql from sqlite_master
      where type = 'trigger' and tbl_name = ${table} and name in (${sql.join(names)})`.execute(db);
    const [first] = rows;
    return first === undefined || rows.length !== names.length ? null : shapeIn(first.sql);
  },
  feed(layout, softlyDeleted) {
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
    const latest = statement<object, undefined, { seq: number }>(
      layout,
      () => sql`select seq from ${sql.id(sequenceTable)}`,
    );
    return {
      async start(db) {
        const { rows } = await latest(db, {});
        return Number(rows[0]?.seq ?? 0);
      },
      async after(db, tenant, position, limit) {
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

async function dropTriggers(db: HostDb, table: string): Promise<void> {
  for (const event of triggerEvents) await sql`drop trigger if exists ${sql.id(triggerName(table, event))}`.execute(db);
}
