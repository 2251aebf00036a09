import { HubspokeError } from "@hubspoke/core/errors";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryId,
  type QueryResult,
  type RootOperationNode,
} from "kysely";
import { qualify } from "../qualify.ts";
import type { Connections } from "./connections.ts";

/**
 * Kysely over our connections. Its own dialect waits without end for an answer, and gives a connection back to the pool
 * whatever has become of it. `release` is called when Kysely is destroyed.
 */
export function kyselyDialect(connections: Connections, schema: string, release: () => Promise<void>): Dialect {
  const one: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery): Promise<QueryResult<R>> => connections.execute<R>(query),
    streamQuery: () => {
      throw new HubspokeError("UNSUPPORTED_CAPABILITY", "rows are read whole: the store's listings are bounded");
    },
  };
  // Refused, not ignored: every statement may run on a connection of its own.
  const noTransaction = async (): Promise<never> => {
    throw new HubspokeError("UNSUPPORTED_CAPABILITY", "what belongs together goes through the dialect's `batch`");
  };
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => one,
    beginTransaction: noTransaction,
    commitTransaction: noTransaction,
    rollbackTransaction: noTransaction,
    releaseConnection: async () => {},
    destroy: release,
  };
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new QualifyingCompiler(schema),
  };
}

/** Puts the schema before the names of our tables, once per statement: statements are compiled once. */
class QualifyingCompiler extends PostgresQueryCompiler {
  readonly #schema: string;

  constructor(schema: string) {
    super();
    this.#schema = schema;
  }

  override compileQuery(node: RootOperationNode, queryId: QueryId): CompiledQuery {
    const compiled = super.compileQuery(node, queryId);
    return { ...compiled, sql: qualify(compiled.sql, this.#schema) };
  }
}
