import { sql } from "kysely";
import type { HostDb } from "../options.ts";
import { postgresWords } from "./postgres.ts";
import { sqliteWords } from "./sqlite.ts";
import type { Words } from "./words.ts";

/** Which database a Kysely instance speaks to, told by how it writes a parameter: nothing is asked of the database. */
export function wordsOf(db: HostDb): Words {
  return sql`${0}`.compile(db).sql === "$1" ? postgresWords : sqliteWords;
}
