/**
 * What we need of a synchronous SQLite connection. Structural, so that neither driver is a dependency: `DatabaseSync`
 * of node:sqlite and `Database` of better-sqlite3 both fit.
 */
export interface SqliteDatabaseLike {
  /** Statements are kept and used again, by their text. */
  prepare(sql: string): SqliteStatementLike;
  /** For `begin`, `commit`, pragmas and migrations. */
  exec(sql: string): unknown;
  /** Called only for a database that the storage opened itself. */
  close(): void;
  /** node:sqlite */
  readonly isTransaction?: boolean;
  /** better-sqlite3 */
  readonly inTransaction?: boolean;
}

/** As much of a prepared statement as is used, of node:sqlite or better-sqlite3. */
export interface SqliteStatementLike {
  /** Rows as plain objects by column, at once. */
  all(...parameters: never[]): unknown[];
  /** `changes`: rows written, a number or a bigint as the driver is set. */
  run(...parameters: never[]): { readonly changes: number | bigint };
  /** better-sqlite3: whether it gives rows. */
  readonly reader?: boolean;
  /** node:sqlite: the columns it gives; none for a statement without rows. */
  columns(): readonly unknown[];
}
