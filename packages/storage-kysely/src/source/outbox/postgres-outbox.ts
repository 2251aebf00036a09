import { sql } from "kysely";
import { cursorRefused } from "../feed.ts";
import type { HostDb } from "../options.ts";
import type { OfTenant } from "../rows.ts";
import { statement } from "../statement.ts";
import type { Outbox } from "./outbox.ts";
import { createNotes, dropTriggers, triggerName, truncateTriggerName, watch } from "./postgres-triggers.ts";
import { described, shapeFrom } from "./shape.ts";
import { changesTable } from "./tables.ts";

/** After the note `seq` of the transaction `tx`. As text: both can be larger than a number is exact. */
interface Position {
  readonly tx: string;
  readonly seq: string;
}

const changes = sql.id(changesTable);
const relation = (table: string) => sql`to_regclass(quote_ident(${table}))`;

/**
 * Notes carry their transaction, and a reader stops before the oldest transaction that is still open. By their number
 * alone a reader would pass a note that was written first and committed last, and never come back for it.
 */
export const postgresOutbox: Outbox = {
  async install(tx, shape) {
    await createNotes(tx);
    await keepNotes(tx, shape.table);
    await dropTriggers(tx, shape.table);
    await watch(tx, shape);
    const trigger = sql`trigger ${sql.id(triggerName)} on ${sql.id(shape.table)}`;
    await sql`comment on ${trigger} is ${sql.lit(described(shape))}`.execute(tx);
  },
  async remove(tx, table) {
    await dropTriggers(tx, table);
    const known = await sql`select 1 where ${relation(changesTable)} is not null`.execute(tx);
    if (known.rows.length > 0) await sql`delete from ${changes} where source = ${table}`.execute(tx);
  },
  async shape(db, table) {
    const { rows } = await sql<{ name: string; says: string | null }>`
      select tgname as name, obj_description(oid, 'pg_trigger') as says from pg_trigger
      where tgrelid = ${relation(table)} and tgname in (${triggerName}, ${truncateTriggerName}) and tgenabled <> 'D'`.execute(
      db,
    );
    const says = rows.find((row) => row.name === triggerName)?.says ?? null;
    return rows.length === 2 && says !== null ? shapeFrom(says) : null;
  },
  feed(layout, softlyDeleted) {
    interface Asked extends OfTenant {
      readonly from: Position;
      readonly oldest: string;
      readonly limit: number;
    }
    const notesAfter = statement<Asked, undefined, { id: string; tx: string; seq: string; deleted: boolean }>(
      layout,
      ({ value }) => sql`
        select c.id, cast(c.tx as text) as tx, cast(c.seq as text) as seq, (c.deleted or ${softlyDeleted}) as deleted
        from ${changes} c
        where c.source = ${layout.table} and c.tenant = ${value(({ tenant }) => tenant)}
          and (c.tx, c.seq) > (cast(${value(({ from }) => from.tx)} as xid8), cast(${value(({ from }) => from.seq)} as bigint))
          and c.tx < cast(${value(({ oldest }) => oldest)} as xid8)
        order by c.tx, c.seq limit ${value(({ limit }) => limit + 1)}`,
    );
    // The oldest transaction that is open, and the one that will begin next.
    const asOfNow = statement<object, undefined, { oldest: string; next: string }>(
      layout,
      () => sql`
        select cast(pg_snapshot_xmin(now) as text) as oldest, cast(pg_snapshot_xmax(now) as text) as next
        from pg_current_snapshot() as now`,
    );
    const horizon = async (db: HostDb) => (await asOfNow(db, {})).rows[0] ?? { oldest: "0", next: "0" };
    return {
      async start(db): Promise<Position> {
        // The walk that follows sees all that was committed before this transaction; the notes of all later ones are kept.
        return { tx: (await horizon(db)).oldest, seq: "0" };
      },
      async after(db, tenant, position, limit) {
        const from = position as Position;
        const { oldest, next } = await horizon(db);
        if (BigInt(from.tx) > BigInt(next)) {
          throw cursorRefused(layout.table, "the database is older than the cursor, as after a restore");
        }
        const { rows } = await notesAfter(db, { tenant, from, oldest, limit });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
          changes: page.map(({ id, deleted }) => ({ id, deleted })),
          position: last === undefined ? from : { tx: last.tx, seq: last.seq },
          more: rows.length > limit,
        };
      },
    };
  },
};

/** Of a table that was renamed since its triggers were made: an edit they noted under its old name may not be read yet. */
async function keepNotes(tx: HostDb, table: string): Promise<void> {
  const before = (await postgresOutbox.shape(tx, table))?.table ?? table;
  // Under the old name there may be another table by now, and the notes of both.
  if (before === table || (await postgresOutbox.shape(tx, before)) !== null) return;
  await sql`delete from ${changes} where source = ${table}`.execute(tx);
  await sql`update ${changes} set source = ${table} where source = ${before}`.execute(tx);
}
