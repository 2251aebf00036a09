import { HubspokeError } from "@hubspoke/core/errors";
import type { MigrationReport } from "@hubspoke/core/ports";
import { CompiledQuery, type Kysely, sql } from "kysely";
import type { StoreDialect } from "../sql/dialect.ts";
import { latestVersion, migrations } from "./migrations.ts";

/** The version a database is at; 0 when it has none of our tables. Writes nothing. */
export async function readVersion(dialect: StoreDialect, db: Kysely<unknown>): Promise<number> {
  const read = async (): Promise<number> => {
    const { rows } = await sql<{ version: unknown }>`select max(version) as version from hubspoke_schema`.execute(db);
    return Number(rows[0]?.version ?? 0);
  };
  return dialect.attempt(async () => {
    try {
      return await read();
    } catch {
      // Looking for the table only now makes a start one query instead of two: a Worker starts with every request.
      const { rows: known } = await dialect.tableExists("hubspoke_schema").execute(db);
      // There after all: another process made it meanwhile, or reading fails for a reason that it will say again.
      return known.length === 0 ? 0 : read();
    }
  });
}

/** Refuses a database this library must not touch. */
export function assertNotNewer(dialect: StoreDialect, version: number): void {
  if (version <= latestVersion) return;
  throw new HubspokeError(
    "SCHEMA_NEWER",
    `the ${dialect.name} database has schema ${version}, this library knows ${latestVersion}; update @hubspoke/storage-kysely and the store package`,
    { details: { found: version, known: latestVersion } },
  );
}

export function schemaMissing(dialect: StoreDialect, version: number): HubspokeError<"SCHEMA_MISSING"> {
  return new HubspokeError(
    "SCHEMA_MISSING",
    `the ${dialect.name} database has schema ${version}, this library needs ${latestVersion}; run storage.migrate() once, or construct the storage with migrate: "auto"`,
    { details: { found: version, needed: latestVersion } },
  );
}

function columnTypes({ types, textCollation }: StoreDialect): StoreDialect["types"] {
  return textCollation === undefined ? types : { ...types, text: `${types.text} collate ${textCollation}` };
}

/**
 * Brings the database to the latest version. Safe for any number of processes at once without a lock of its own:
 * each step is one atomic unit that begins by inserting its version, a primary key, so one of many racers applies it
 * and the others find it applied.
 */
export async function migrateSchema(dialect: StoreDialect, db: Kysely<unknown>): Promise<MigrationReport> {
  const from = await readVersion(dialect, db);
  assertNotNewer(dialect, from);
  const applied: string[] = [];
  const types = columnTypes(dialect);
  for (const migration of migrations.slice(from)) {
    const { version, name, statements } = migration;
    const unit = [
      `create table if not exists hubspoke_schema (version ${types.integer} not null primary key, name ${types.text} not null)`,
      `insert into hubspoke_schema (version, name) values (${version}, '${name}')`,
      ...statements(types),
    ].map((text) => CompiledQuery.raw(text));
    try {
      await dialect.attempt(async () => (dialect.applyMigration ?? dialect.batch)(db, unit));
      applied.push(`${version} ${name}`);
    } catch (error) {
      // The loser of a race fails on the version's key, or on a catalogue row: it has nothing left to do.
      if ((await readVersion(dialect, db)) < version) throw error;
    }
  }
  return { from, to: await readVersion(dialect, db), applied };
}
