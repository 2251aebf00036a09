import { type RawBuilder, sql } from "kysely";
import type { HostDb } from "../options.ts";

/**
 * One row for each record that was ever written, with the latest thing that happened to it: a changed record is a fact,
 * how often it changed is not. So the table stays as small as the host's, and nothing has to be cleaned up.
 */
export const changesTable = "hubspoke_changes";
/** The one counter behind `seq`. SQLite has a single writer, so its order is the order of commits. */
export const sequenceTable = "hubspoke_change_sequence";

const tables: readonly RawBuilder<unknown>[] = [
  sql`create table if not exists ${sql.id(changesTable)} (
    source text not null, tenant text not null, id text not null,
    seq integer not null, version integer not null, deleted integer not null, at integer not null, field_times text not null,
    primary key (source, tenant, id))`,
  sql`create index if not exists hubspoke_changes_seq on ${sql.id(changesTable)} (source, tenant, seq)`,
  sql`create table if not exists ${sql.id(sequenceTable)} (one integer primary key check (one = 1), seq integer not null)`,
  sql`insert into ${sql.id(sequenceTable)} (one, seq) select 1, 0 where not exists (select 1 from ${sql.id(sequenceTable)})`,
];

export async function createOutboxTables(db: HostDb): Promise<void> {
  for (const table of tables) await table.execute(db);
}
