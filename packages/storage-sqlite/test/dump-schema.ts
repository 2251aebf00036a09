import { DatabaseSync } from "node:sqlite";

/** The schema of a database file as SQL, in a stable order. */
export function dumpSchema(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database
    .prepare("select sql from sqlite_master where sql is not null order by type = 'index', name")
    .all() as { sql: string }[];
  database.close();
  return rows.map(({ sql }) => `${sql};\n`).join("");
}
