import type { StoreCapabilities } from "@hubspoke/core/ports";
import type { CompiledQuery, Kysely, QueryResult, RawBuilder } from "kysely";

/** How many rows travel in one statement: one JSON parameter, or a parameter per value. */
export type BulkForm =
  /** SQLite and D1: `json_each(?)` is one parameter for any number of rows. `maxBytes` bounds that parameter. */
  | { readonly form: "json_each"; readonly maxBytes: number }
  /** Postgres: multi-row VALUES, as many rows as `capabilities.maxParams` allows. */
  | { readonly form: "values" };

/**
 * What differs between the databases, as data and four functions. A store package is one of these and a way to
 * connect; everything else is written once, here.
 */
export interface StoreDialect {
  readonly name: string;
  readonly capabilities: StoreCapabilities;
  readonly bulk: BulkForm;
  /** Column types. Text must compare by bytes (`collate "C"` on Postgres), so that keyset paging agrees everywhere. */
  readonly types: { readonly text: string; readonly integer: string; readonly blob: string };
  /** A row's physical address, by which bounded deletes pick their rows: `rowid`, on Postgres `ctid`. */
  readonly rowAddress: string;
  /** Lets claims pass each other's rows: empty on SQLite and D1, `for update skip locked` on Postgres. */
  readonly skipLocked: string;

  /** Gives one row when the table exists. */
  tableExists(name: string): RawBuilder<unknown>;

  /** Runs the statements as one atomic unit. Nothing else may run on the connection in between. */
  batch(db: Kysely<unknown>, queries: readonly CompiledQuery[]): Promise<readonly QueryResult<unknown>[]>;

  /**
   * Runs `work`, repeating it where the driver says that nothing has happened yet and waiting may help.
   * Whatever it finally rejects with is a `HubspokeError`, the driver's own error in its `unsafe` details.
   */
  attempt<T>(work: () => Promise<T>): Promise<T>;

  /** Whether a driver's error is the violation of a unique key. */
  isUniqueViolation(driverError: unknown): boolean;
}
