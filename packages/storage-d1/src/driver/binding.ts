/**
 * What we need of a D1 binding. Structural, so that Workers' types are no dependency: `D1Database`, a
 * `D1DatabaseSession` of `withSession()` and Miniflare's binding all fit.
 */
export interface D1DatabaseLike {
  prepare(sql: string): D1StatementLike;
  /** Runs the statements in order as one transaction. */
  batch(statements: D1StatementLike[]): Promise<D1ResultLike[]>;
}

/** As much of D1's prepared statement as is used. */
export interface D1StatementLike {
  bind(...values: unknown[]): D1StatementLike;
  all(): Promise<D1ResultLike>;
}

/** As much of D1's result as is used. */
export interface D1ResultLike {
  readonly results: unknown[];
  readonly meta: { readonly changes?: number };
}
