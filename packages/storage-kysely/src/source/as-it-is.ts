import { type Kysely, WithSchemaPlugin } from "kysely";
import { invalid } from "./failures.ts";
import type { HostDb } from "./options.ts";

/**
 * The host's database without the plugins of the host's Kysely: a source names tables and columns as the database calls
 * them, and reads its answers as the database gives them. One that renames columns would rename ours.
 */
export function asItIs<DB>(db: Kysely<DB>): HostDb {
  return db.withoutPlugins() as unknown as HostDb;
}

/** `withSchema` is such a plugin: left out in silence, the table of that name in another schema would be read and written. */
export function refuseSchema<DB>(db: Kysely<DB>, table: string): void {
  const isSet = db.getExecutor().plugins.some((plugin) => plugin instanceof WithSchemaPlugin);
  if (isSet)
    throw invalid(
      table,
      "withSchema has no effect here; give a Kysely whose connections name the schema in their search_path",
    );
}
