import type { CompiledQuery, QueryResult } from "kysely";
import type { SqliteDatabaseLike, SqliteStatementLike } from "./handle.ts";

interface Prepared {
  readonly statement: SqliteStatementLike;
  readonly givesRows: boolean;
}

/** Statements kept ready: more than the store has, so that only a misuse ever evicts one. */
const preparedLimit = 512;

/**
 * One SQLite connection. Everything here is synchronous on purpose: a transaction that is never open across an `await`
 * can not deadlock with another connection of the same process, and nothing slips in between its statements.
 */
export class Connection {
  readonly database: SqliteDatabaseLike;
  readonly #prepared = new Map<string, Prepared>();

  constructor(database: SqliteDatabaseLike) {
    this.database = database;
  }

  execute<Row>(query: CompiledQuery): QueryResult<Row> {
    this.#refuseForeignTransaction();
    return this.#run(query);
  }

  /** All of the statements or none. */
  atomically(queries: readonly CompiledQuery[]): QueryResult<unknown>[] {
    this.#refuseForeignTransaction();
    // Prepared like any other: to read these words anew takes longer than to do what they say.
    this.#prepare("begin immediate").statement.run();
    try {
      const results = queries.map((query) => this.#run<unknown>(query));
      this.#prepare("commit").statement.run();
      return results;
    } catch (error) {
      // SQLite ends the transaction itself after some failures (a full disk, for one).
      if (this.#inTransaction()) this.database.exec("rollback");
      throw error;
    }
  }

  #run<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const { statement, givesRows } = this.#prepare(sql);
    if (givesRows) return { rows: statement.all(...(parameters as never[])) as Row[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...(parameters as never[])).changes) };
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    const statement = this.database.prepare(sql);
    const prepared = { statement, givesRows: statement.reader ?? statement.columns().length > 0 };
    if (this.#prepared.size >= preparedLimit) {
      const [oldest] = this.#prepared.keys();
      if (oldest !== undefined) this.#prepared.delete(oldest);
    }
    this.#prepared.set(sql, prepared);
    return prepared;
  }

  /** The host's own transaction on a shared handle: our write would be rolled back with it, after we said it is safe. */
  #refuseForeignTransaction(): void {
    if (this.#inTransaction()) throw new ForeignTransaction();
  }

  #inTransaction(): boolean {
    return this.database.isTransaction ?? this.database.inTransaction ?? false;
  }
}

/** The handle is inside a transaction that is not ours: waited for like another process's lock. */
export class ForeignTransaction extends Error {
  override readonly name: string = "ForeignTransaction";
}
