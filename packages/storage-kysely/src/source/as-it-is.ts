import type { Kysely } from "kysely";
import type { HostDb } from "./options.ts";

/**
 * The host's database without the plugins of the host's Kysely: a source names tables and columns as the database calls
 * them, and reads its answers as the database gives them. One that renames columns would rename ours.
 */
export function asItIs<DB>(db: Kysely<DB>): HostDb {
  return db.withoutPlugins() as unknown as HostDb;
}
