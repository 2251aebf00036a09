/**
 * What we need of a pool of connections. Structural, so that no driver is a dependency: `Pool` of node-postgres fits,
 * and so do its kin (Neon's serverless pool).
 */
export interface PostgresPoolLike {
  /** Waits while every connection is in use: `connectionTimeoutMillis` of the pool bounds that. */
  connect(): Promise<PostgresClientLike>;
  /** Called only for a pool that the storage made itself. */
  end(): Promise<void>;
}

/** As much of a node-postgres client as is used. */
export interface PostgresClientLike {
  /** Parameters by `$1`; bigints may come back as text. */
  query(sql: string, parameters: unknown[]): Promise<PostgresResultLike>;
  /** With `true` the connection is closed instead of being given to the next caller. */
  release(destroy?: boolean): void;
  /** A connection that dies while it is ours says so here, and must not end the process. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** Called before the connection goes back, so that listeners do not gather. */
  removeListener?(event: "error", listener: (error: Error) => void): unknown;
}

/** As much of a node-postgres result as is used. */
export interface PostgresResultLike {
  /** One object for each row, by column; empty for a statement without `returning`. */
  readonly rows: unknown[];
  /** Rows written or read; null for statements that have no such number. */
  readonly rowCount: number | null;
}
