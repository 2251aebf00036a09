import type { StoreCapabilities } from "@hubspoke/core/ports";
import type { CompiledQuery, Kysely, QueryResult, RawBuilder } from "kysely";

/** How many rows travel in one statement: one JSON parameter, or a parameter per value. */
export type BulkForm =
  /**
   * SQLite and D1: `json_each(?)` is one parameter for any number of rows. `maxBytes` bounds that parameter. With
   * `aloneAsValues` a row alone goes as VALUES: reading it out of JSON takes SQLite itself longer than to write it.
   */
  | { readonly form: "json_each"; readonly maxBytes: number; readonly aloneAsValues?: true }
  /** Multi-row VALUES, as many rows as `capabilities.maxParams` allows. */
  | { readonly form: "values" }
  /**
   * Postgres: an array for each column, one short text for any number of rows; a row alone goes as VALUES. Blobs travel
   * as one and are cut apart by the database, because inside an array each would be hexadecimal text. `maxRows` and
   * `maxBytes` of blobs bound a statement.
   */
  | { readonly form: "arrays"; readonly maxRows: number; readonly maxBytes: number };

/**
 * What differs between the databases, as data and four functions. A store package is one of these and a way to
 * connect; everything else is written once, here.
 */
export interface StoreDialect {
  /** The storage's own name: `sqlite`, `postgres`, `d1`. */
  readonly name: string;
  /** `maxParams` bounds every statement that is made. */
  readonly capabilities: StoreCapabilities;
  /** How many rows go in one statement; the rest go in further ones of the same batch. */
  readonly bulk: BulkForm;
  /** Column types of migrations: `integer` must hold 53 bits, for epoch milliseconds. */
  readonly types: { readonly text: string; readonly integer: string; readonly blob: string };
  /** Makes text columns compare by bytes (`"C"` on Postgres), so that keyset paging agrees everywhere. Default: they do. */
  readonly textCollation?: string;
  /**
   * Postgres: lists of keys are one array parameter, and rows are found by their address in an array that a subquery
   * fills, once and before anything else. `in (…)` would leave to the planner how often that subquery runs, and with it
   * how many rows a claim takes; and without statistics it reads a whole tenant for a hundred keys (59 ms instead of 1.2
   * over 100,000 rows). Default: false, `in (…)`, which SQLite serves as it is written.
   */
  readonly arrays?: boolean;
  /**
   * Postgres: a statement may carry others that write, `with … as (insert …)`. What a batch would send as begin, two
   * statements and commit is then one question to the server. Default: false, a batch.
   */
  readonly chained?: boolean;
  /**
   * A statement for each row, in one batch. For a database in this process, where a statement costs no way: reading rows
   * out of JSON, and telling which it wrote, costs it more than they do. Default: as many rows in one as `bulk` says.
   */
  readonly rowByRow?: true;
  /** A row's physical address, by which bounded deletes pick their rows: `rowid`, on Postgres `ctid`. */
  readonly rowAddress: string;
  /** Lets claims pass each other's rows: empty on SQLite and D1, `for update skip locked` on Postgres. */
  readonly skipLocked: string;
  /** Waits for other writers of the picked rows and sees them as they left them: `for update`. Default: nothing. */
  readonly awaitLocked?: string;

  /** Gives one row when the table exists. */
  tableExists(name: string): RawBuilder<unknown>;

  /** Runs one statement. Default: by Kysely, which takes a connection from its driver for it. */
  one?(db: Kysely<unknown>, query: CompiledQuery): QueryResult<unknown> | Promise<QueryResult<unknown>>;

  /**
   * Whether a read gives a row, asked before a statement that has a `look`. For a database in this process: a write that
   * finds nothing takes the lock all the same, and ten times as long as a look. Default: not asked.
   */
  look?: (query: CompiledQuery) => boolean;

  /** Runs the statements as one atomic unit. Nothing else may run on the connection in between. */
  batch(
    db: Kysely<unknown>,
    queries: readonly CompiledQuery[],
  ): readonly QueryResult<unknown>[] | Promise<readonly QueryResult<unknown>[]>;

  /**
   * Runs one migration as one atomic unit, at most once among any number of processes: its second statement inserts the
   * version, a primary key. Default: `batch`. A database where a unit takes long, or waits for others, says so here.
   */
  applyMigration?(db: Kysely<unknown>, queries: readonly CompiledQuery[]): Promise<unknown>;

  /**
   * Runs `work`, repeating it where the driver says that nothing has happened yet and waiting may help.
   * Whatever it finally rejects with is a `HubspokeError`, the driver's own error in its `unsafe` details.
   */
  attempt<T>(work: () => T | Promise<T>): Promise<T>;

  /** Whether a driver's error is the violation of a unique key. */
  isUniqueViolation(driverError: unknown): boolean;
}
