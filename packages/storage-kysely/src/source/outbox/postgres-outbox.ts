import { type RawBuilder, sql } from "kysely";
import { cursorRefused } from "../feed.ts";
import type { HostDb } from "../options.ts";
import type { OfTenant } from "../rows.ts";
import { statement } from "../statement.ts";
import { type Outbox, untold } from "./outbox.ts";
import { createNotes, dropTriggers, triggerName, truncateTriggerName, watch } from "./postgres-triggers.ts";
import { described, type OutboxShape, sawAllOf, shapeFrom } from "./shape.ts";
import { changesTable } from "./tables.ts";

/** After the note `seq` of the transaction `tx`. As text: both can be larger than a number is exact. */
interface Position {
  readonly tx: string;
  readonly seq: string;
  /** The outbox's, as the cursor began: another has not seen all that came after it. */
  readonly since?: string | undefined;
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
    const former = await postgresOutbox.shape(tx, shape.table);
    await keepNotes(tx, shape.table, former);
    await dropTriggers(tx, shape.table);
    await watch(tx, shape);
    const since = sawAllOf(former, shape) ? former.since : await thisTransaction(tx);
    const trigger = sql`trigger ${sql.id(triggerName)} on ${sql.id(shape.table)}`;
    await sql`comment on ${trigger} is ${sql.lit(described({ ...shape, since }))}`.execute(tx);
  },
  async remove(tx, table) {
    await dropTriggers(tx, table);
    const known = await sql`select 1 where ${relation(changesTable)} is not null`.execute(tx);
    if (known.rows.length > 0) await sql`delete from ${changes} where source = ${table}`.execute(tx);
  },
  async shape(db, table) {
    const { rows } = await sql<Standing>`select ${saysOf(table)} as says`.execute(db);
    return shapeFrom(rows[0]?.says ?? "");
  },
  feed(layout, softlyDeleted, refuseUnseen) {
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
    interface Horizon extends Standing {
      /** The oldest transaction that is open. */
      readonly oldest: string;
      /** The one that will begin next. */
      readonly next: string;
    }
    const asOfNow = statement<object, undefined, Horizon>(
      layout,
      () => sql`
        select cast(pg_snapshot_xmin(now) as text) as oldest, cast(pg_snapshot_xmax(now) as text) as next,
          ${saysOf(layout.table)} as says
        from pg_current_snapshot() as now`,
    );
    /** A table made anew has no triggers, and an outbox can be installed for other columns, at any time. */
    const horizon = async (db: HostDb) => {
      const { rows } = await asOfNow(db, {});
      const now = rows[0] ?? { oldest: "0", next: "0", says: null };
      const shape = shapeFrom(now.says ?? "");
      refuseUnseen(shape);
      return { ...now, since: shape?.since };
    };
    return {
      async start(db): Promise<Position> {
        // The walk that follows sees all that was committed before this transaction; the notes of all later ones are kept.
        const { oldest, since } = await horizon(db);
        return { tx: oldest, seq: "0", since };
      },
      async after(db, tenant, position, limit) {
        const from = position as Position;
        const { oldest, next, since } = await horizon(db);
        if (BigInt(from.tx) > BigInt(next)) throw cursorRefused(layout.table, untold.restored);
        if (from.since !== since) throw cursorRefused(layout.table, untold.anew);
        const { rows } = await notesAfter(db, { tenant, from, oldest, limit });
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
          changes: page.map(({ id, deleted }) => ({ id, deleted })),
          position: last === undefined ? from : { tx: last.tx, seq: last.seq, since },
          more: rows.length > limit,
        };
      },
    };
  },
};

interface Standing {
  readonly says: string | null;
}

/** What the triggers of a table say they were made for; null when any of them is missing or disabled. */
function saysOf(table: string): RawBuilder<unknown> {
  return sql`(select case when count(*) = 2 then max(obj_description(oid, 'pg_trigger')) end from pg_trigger
    where tgrelid = ${relation(table)} and tgname in (${triggerName}, ${truncateTriggerName}) and tgenabled <> 'D')`;
}

async function thisTransaction(tx: HostDb): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select cast(pg_current_xact_id() as text) as id`.execute(tx);
  return rows[0]?.id;
}

/** Of a table that was renamed since its triggers were made: an edit they noted under its old name may not be read yet. */
async function keepNotes(tx: HostDb, table: string, former: OutboxShape | null): Promise<void> {
  const before = former?.table ?? table;
  // Under the old name there may be another table by now, and the notes of both.
  if (before === table || (await postgresOutbox.shape(tx, before)) !== null) return;
  await sql`delete from ${changes} where source = ${table}`.execute(tx);
  await sql`update ${changes} set source = ${table} where source = ${before}`.execute(tx);
}
