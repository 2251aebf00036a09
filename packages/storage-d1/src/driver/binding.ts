/**
 * What we need of a D1 binding. Structural, so that Workers' types are no dependency: `D1Database`, a
 * `D1DatabaseSession` of `withSession()` and Miniflare's binding all fit.
 */
export interface D1DatabaseLike {
  /** At most 100 bound parameters a statement: D1's limit, which the storage keeps. */
  prepare(sql: string): D1StatementLike;
  /** Runs the statements in order as one transaction. */
  batch(statements: D1StatementLike[]): Promise<D1ResultLike[]>;
}

/** As much of D1's prepared statement as is used. */
export interface D1StatementLike {
  /** Text, numbers, bytes and null: D1 refuses `undefined`, bigint and Date. */
  bind(...values: unknown[]): D1StatementLike;
  /** Runs it by itself, outside of a batch. */
  all(): Promise<D1ResultLike>;
}

/** As much of D1's result as is used. */
export interface D1ResultLike {
  /** Plain objects; bytes come back as arrays of numbers. */
  readonly results: unknown[];
  /** `changes`: rows written; absent for a statement that only reads. */
  readonly meta: { readonly changes?: number };
}
