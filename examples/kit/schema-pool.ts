import { Pool } from "pg";

/** A product's own tables, in a schema of their own: statements of this pool see no other. Made where it is not there. */
async function openSchema(
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
  const drop = anew ? dropped(schema) : "";
  await pool.query(`begin; ${alone}; ${drop} create schema if not exists "${schema}"; ${tables} commit`);
  return pool;
}

/** A product's own tables, asked in SQL. */
export interface OwnTables {
  /** For whoever asks by other means. */
  readonly pool: Pool;
  rows<T extends object>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** The first row, or null. */
  one<T extends object>(text: string, values?: readonly unknown[]): Promise<T | null>;
  close(): Promise<void>;
}

/** `openSchema` for a product that speaks SQL. `passing`: both schemas begin anew, and are gone after `close`. */
export async function openTables(url: string, schema: string, tables: string, passing: boolean): Promise<OwnTables> {
  const pool = await openSchema(url, schema, tables, { anew: passing });
  const rows = async <T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    (await pool.query<T>(text, [...values])).rows;
  return {
    pool,
    rows,
    one: async <T extends object>(text: string, values?: readonly unknown[]) =>
      (await rows<T>(text, values))[0] ?? null,
    async close() {
      if (passing) await dropSchemas(pool, schema);
      await pool.end();
    },
  };
}

/** A product's schema and Hubspoke's beside it are gone: for what was simulated, and for tests. */
export async function dropSchemas(pool: Pick<Pool, "query">, schema: string): Promise<void> {
  await pool.query(dropped(schema));
}

const dropped = (schema: string): string =>
  `drop schema if exists "${schema}" cascade; drop schema if exists "${schema}_hubspoke" cascade;`;
