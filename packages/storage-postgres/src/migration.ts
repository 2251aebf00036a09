import { CompiledQuery } from "kysely";
import type { Connections } from "./driver/connections.ts";
import { qualify, quoted } from "./qualify.ts";

/**
 * One migration in one transaction, one process at a time. The lock belongs to the transaction: it is gone when the
 * process is, and a pooler can not part it from the statements it guards. A racer that had to wait finds the version
 * there and fails on its key.
 */
export function applyMigration(
  connections: Connections,
  schema: string,
  queries: readonly CompiledQuery[],
): Promise<void> {
  return connections.patiently(async (run) => {
    await run(CompiledQuery.raw("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`hubspoke ${schema}`]));
    const known = await run(CompiledQuery.raw("select 1 from pg_namespace where nspname = $1", [schema]));
    // Asked first, because `if not exists` needs the right to make schemas even where there is nothing to make.
    if (known.rows.length === 0) await run(CompiledQuery.raw(`create schema ${quoted(schema)}`));
    for (const query of queries) await run({ ...query, sql: qualify(query.sql, schema) });
  });
}
