/**
 * What we need of a pool of connections. Structural, so that no driver is a dependency: `Pool` of node-postgres fits,
 * and so do its kin (Neon's serverless pool).
 */
export interface PostgresPoolLike {
  connect(): Promise<PostgresClientLike>;
  end(): Promise<void>;
}

/** As much of a node-postgres client as is used. */
export interface PostgresClientLike {
  query(sql: string, parameters: unknown[]): Promise<PostgresResultLike>;
  /** With `true` the connection is closed instead of being given to the next caller. */
  release(destroy?: boolean): void;
  on?(event: "error", listener: (error: Error) => void): unknown;
  removeListener?(event: "error", listener: (error: Error) => void): unknown;
}

/** As much of a node-postgres result as is used. */
export interface PostgresResultLike {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}
