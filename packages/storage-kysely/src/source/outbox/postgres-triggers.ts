import { sql } from "kysely";
import { postgresWords } from "../database/postgres.ts";
import type { HostDb } from "../options.ts";
import type { OutboxShape } from "./shape.ts";
import { changesTable } from "./tables.ts";

/** Trigger names belong to their table. */
export const triggerName = "hubspoke_outbox";
export const truncateTriggerName = "hubspoke_outbox_truncate";

const noteFunction = "hubspoke_note_change";
const emptyFunction = "hubspoke_note_truncate";
const sequence = "hubspoke_changes_number";

/** The tables and functions behind every outbox of the schema that the connection creates tables in. */
export async function createNotes(tx: HostDb): Promise<void> {
  const { rows } = await sql<{ schema: string }>`select current_schema() as schema`.execute(tx);
  const schema = rows[0]?.schema ?? "public";
  const { text, integer } = postgresWords.types;
  const notes = sql.id(schema, changesTable);
  await postgresWords.installLock?.execute(tx);
  await sql`create table if not exists ${notes} (
    source ${sql.raw(text)} not null, tenant ${sql.raw(text)} not null, id ${sql.raw(text)} not null,
    tx xid8 not null, seq ${sql.raw(integer)} not null, version ${sql.raw(integer)} not null,
    deleted boolean not null, at ${sql.raw(integer)} not null, field_times jsonb not null,
    primary key (source, tenant, id))`.execute(tx);
  await sql`create index if not exists hubspoke_changes_tx on ${notes} (source, tenant, tx, seq)`.execute(tx);
  await sql`create sequence if not exists ${sql.id(schema, sequence)}`.execute(tx);
  for (const create of [noteChange(schema), noteTruncate(schema)]) await create.execute(tx);
}

/** The triggers of one table. */
export async function watch(tx: HostDb, { table, tenant, id, columns }: OutboxShape): Promise<void> {
  const on = sql.id(table);
  const given = sql.join([table, tenant, id, ...columns].map((one) => sql.lit(one)));
  await sql`create trigger ${sql.id(triggerName)} after insert or update or delete on ${on}
    for each row execute function ${sql.id(noteFunction)}(${given})`.execute(tx);
  // Before, while the rows are there to be named.
  await sql`create trigger ${sql.id(truncateTriggerName)} before truncate on ${on}
    for each statement execute function ${sql.id(emptyFunction)}(${sql.join([table, tenant, id].map((one) => sql.lit(one)))})`.execute(
    tx,
  );
}

export async function dropTriggers(tx: HostDb, table: string): Promise<void> {
  for (const name of [triggerName, truncateTriggerName])
    await sql`drop trigger if exists ${sql.id(name)} on ${sql.id(table)}`.execute(tx);
}

const next = (schema: string) => sql`nextval(${sql.lit(`"${schema.replaceAll('"', '""')}".${sequence}`)})`;

/**
 * Runs with the rights of who installed it, whoever writes to the table, and finds its names by their schema: a writer
 * without rights on our tables, or with another search path, must not have its own statement refused.
 */
const asInstaller = sql`language plpgsql security definer set search_path = pg_catalog, pg_temp`;

/**
 * A row without a tenant or an id is no record of anybody, and the host may well write it. An edit that moves a row into
 * another part of its table is a delete there and then an insert: what was left is kept for the transaction, and compared.
 * An edit of columns nobody watches is no change; a write of the same values is one, as the writer's version counts.
 */
function noteChange(schema: string) {
  const notes = sql.id(schema, changesTable);
  const put = (row: "is_now" | "was", deleted: boolean, times: "every_time" | "new_times" | "no_times") => sql`
    insert into ${notes} as c (source, tenant, id, tx, seq, version, deleted, at, field_times)
      select tg_argv[0], ${sql.raw(row)} ->> tg_argv[1], ${sql.raw(row)} ->> tg_argv[2], pg_current_xact_id(),
        ${next(schema)}, 1, ${sql.lit(deleted)}, moment, ${sql.raw(times)}
        where ${sql.raw(row)} ->> tg_argv[1] is not null and ${sql.raw(row)} ->> tg_argv[2] is not null
      on conflict (source, tenant, id) do update set tx = excluded.tx, seq = excluded.seq, version = c.version + 1,
        deleted = excluded.deleted, at = excluded.at,
        field_times = ${times === "new_times" ? sql`c.field_times || excluded.field_times` : sql`excluded.field_times`};`;
  return sql`create or replace function ${sql.id(schema, noteFunction)}() returns trigger ${asInstaller} as $body$
    declare
      moment bigint := ${postgresWords.nowMs};
      watched text[] := tg_argv[3:];
      every_time jsonb;
      new_times jsonb := '{}';
      no_times jsonb := '{}';
      was jsonb;
      is_now jsonb;
    begin
      if tg_op <> 'INSERT' then was := to_jsonb(old); end if;
      if tg_op = 'DELETE' then
        ${put("was", true, "new_times")}
        perform set_config('hubspoke.left', (was || jsonb_build_object('', tg_argv[0]))::text, true)
          from pg_class where oid = tg_relid and relispartition;
        return null;
      end if;
      is_now := to_jsonb(new);
      if tg_op = 'INSERT' then
        was := nullif(current_setting('hubspoke.left', true), '')::jsonb;
      end if;
      if tg_op = 'INSERT' and (was ->> '', was -> tg_argv[1], was -> tg_argv[2])
        is distinct from (tg_argv[0], is_now -> tg_argv[1], is_now -> tg_argv[2]) then
        select coalesce(jsonb_object_agg(one, moment), '{}') into every_time from unnest(watched) as one;
        ${put("is_now", false, "every_time")}
        return null;
      end if;
      if was -> tg_argv[1] is distinct from is_now -> tg_argv[1]
        or was -> tg_argv[2] is distinct from is_now -> tg_argv[2] then
        ${put("was", true, "no_times")}
      else
        if tg_op = 'UPDATE' and was <> is_now and not exists (select from unnest(watched) as one where was -> one is distinct from is_now -> one)
          then return null;
        end if;
      end if;
      select coalesce(jsonb_object_agg(one, moment), '{}') into new_times
        from unnest(watched) as one where was -> one is distinct from is_now -> one;
      ${put("is_now", false, "new_times")}
      return null;
    end $body$`;
}

/** Rows that are older than the outbox and were not written since have no note yet. */
function noteTruncate(schema: string) {
  const notes = sql.id(schema, changesTable);
  return sql`create or replace function ${sql.id(schema, emptyFunction)}() returns trigger ${asInstaller} as $body$
    begin
      execute format($query$
        insert into %5$I.%6$I (source, tenant, id, tx, seq, version, deleted, at, field_times)
          select $1, to_jsonb(%1$I) #>> '{}', to_jsonb(%2$I) #>> '{}', pg_current_xact_id(), 0, 0, false, 0, '{}'
          from %3$I.%4$I where %1$I is not null and %2$I is not null
          on conflict do nothing $query$, tg_argv[1], tg_argv[2], tg_table_schema, tg_table_name,
          ${sql.lit(schema)}, ${sql.lit(changesTable)}) using tg_argv[0];
      update ${notes} set tx = pg_current_xact_id(), seq = ${next(schema)}, version = version + 1,
        deleted = true, at = ${postgresWords.nowMs}, field_times = '{}'
        where source = tg_argv[0] and not deleted;
      return null;
    end $body$`;
}
