import { HubspokeError } from "@hubspoke/core/errors";
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

/** Kysely over a D1 binding. Nothing is opened and nothing closed: the binding is the runtime's. */
export function kyselyDialect(connection: Connection): Dialect {
  const one: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => connection.execute<R>(query),
    streamQuery: () => {
      throw new HubspokeError("UNSUPPORTED_CAPABILITY", "D1 gives rows whole; the store's listings are bounded");
    },
  };
  // Refused, not ignored: statements that run one after the other are not atomic, whatever the code looks like.
  const noTransaction = async (): Promise<never> => {
    throw new HubspokeError("UNSUPPORTED_CAPABILITY", "D1 has no transactions; use one statement, or one batch");
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => one,
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}
