import type { Storage } from "@hubspoke/core/ports";

export const storeNames = ["sqlite", "sqlite-file", "postgres", "d1"] as const;
export type StoreName = (typeof storeNames)[number];

export type Value = null | string | number | bigint | Uint8Array;
export type Row = Readonly<Record<string, Value>>;
/** Every row of every table, by table. */
export type Rows = ReadonlyMap<string, readonly Row[]>;

/** A database that can be taken down as rows and filled from them again. */
export interface Copied {
  copy(): Promise<Rows>;
  /** Makes the database hold these rows and no others. */
  restore(rows: Rows): Promise<void>;
}

/**
 * Where the worlds of one process keep hubspoke's tables. Made and migrated once, for that costs as much as a world, and
 * emptied for each.
 */
export interface Store extends Copied {
  readonly name: StoreName;
  /** Whether calls wait for something outside this process. */
  readonly remote: boolean;
  /** As a migration leaves it. */
  empty(): Promise<void>;
  /** A process's own way to it. `sleep` waits in the world's time. */
  connect(sleep: (ms: number) => Promise<void>): Storage;
  close(): Promise<void>;
}
