import { Pool } from "pg";

/** A product's own tables, in a schema of their own: statements of this pool see no other. Made where it is not there. */
export async function openSchema(
  url: string,
  schema: string,
  tables: string,
  { anew = false }: { /** Without what was there, and without `<schema>_hubspoke`. */ readonly anew?: boolean } = {},
): Promise<Pool> {
  const pool = new Pool({ connectionString: url, options: `-c search_path="${schema}"`, max: 10 });
  // A connection that breaks while idle is replaced by the next query.
  pool.on("error", ({ message }) => console.error(`postgres: ${message}`));
  // Processes that start at once make the tables one after the other.
  const alone = `select pg_advisory_xact_lock(hashtext('${schema}'))`;
  const drop = anew
    ? `drop schema if exists "${schema}" cascade; drop schema if exists "${schema}_hubspoke" cascade;`
    : "";
  await pool.query(`begin; ${alone}; ${drop} create schema if not exists "${schema}"; ${tables} commit`);
  return pool;
}
