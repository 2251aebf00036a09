import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { Connection } from "./connection.ts";

/**
 * Kysely over a connection of ours. Its own `SqliteDialect` passes parameters as one array and reads `.reader`, which
 * node:sqlite does not have. `release` is called when Kysely is destroyed.
 */
export function kyselyDialect(connection: Connection, release: () => void): Dialect {
  const one: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => connection.execute<R>(query),
    streamQuery: () => {
      throw new Error("rows are read whole: the store's listings are bounded");
    },
  };
  const run = async (sql: string): Promise<void> => {
    connection.database.exec(sql);
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => one,
    beginTransaction: () => run("begin immediate"),
    commitTransaction: () => run("commit"),
    rollbackTransaction: () => run("rollback"),
    releaseConnection: async () => {},
    destroy: async () => release(),
  };
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
