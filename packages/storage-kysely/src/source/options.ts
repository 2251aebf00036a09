import type { Kysely } from "kysely";

/** How a field's value is kept: as it is (text and numbers), as 0/1, or as JSON text of a list. */
export type FieldKind = "plain" | "boolean" | "list";

/** The column of a field, and what it holds. */
export interface FieldSpec {
  /** Default: the field's own name. */
  readonly column?: string;
  /** Default: `boolean` for a column declared BOOLEAN, else `plain`. */
  readonly kind?: FieldKind;
}

/** How a column of times is written: milliseconds, seconds, ISO text in UTC, or SQL's `YYYY-MM-DD HH:MM:SS` in UTC. */
export type TimeFormat = "ms" | "s" | "iso" | "sql";

/** Which rows and columns of a table of yours take part in a sync. */
export interface KyselySourceOptions<DB = Record<string, unknown>> {
  /**
   * As the database calls it. Its columns are read from the database at the first call; SYNC_DECLARATION_INVALID
   * where one is not there.
   */
  readonly table: keyof DB & string;
  /**
   * The column that says whose row it is. It stands in every statement, and no write ever changes it. On Postgres neither it
   * nor the id can be of a fixed length, `char(n)`.
   */
  readonly tenantColumn: string;
  /** Default: `id`. */
  readonly idColumn?: string;
  /**
   * The allowlist: what may be read and written at all. Default: every column but the ones named in these options,
   * each under its own name.
   */
  readonly fields?: readonly string[] | Readonly<Record<string, FieldSpec>>;
  /**
   * How changes become known. `outbox` (default) needs `installOutbox` once and sees everything: hard deletes, single
   * fields' edit times, edits by any program. `updated_at` needs no trigger, but every writer must keep the column.
   */
  readonly changes?: "outbox" | "updated_at";
  /** With `changes: "updated_at"`: the column, and how it is written (default `iso`). */
  readonly updatedAtColumn?: string;
  /** How `updatedAtColumn` is written. Default `iso`. A `timestamp` of Postgres needs none. */
  readonly updatedAtFormat?: TimeFormat;
  /** Milliseconds by which a poll goes back, to find rows whose commit came later than their time. Default: 60,000. */
  readonly lookBackMs?: number;
  /**
   * With `changes: "updated_at"`: an integer every writer increments. Without it the time is the version, which needs a
   * precision of milliseconds: `s` and `sql` are refused, and on Postgres `timestamp(0)` to `(2)`. A `date` always is.
   */
  readonly versionColumn?: string;
  /** Soft deletes: a row with a value here is deleted, and deleting sets it. */
  readonly deletedAtColumn?: string;
  /** How `deletedAtColumn` is written. Default `iso`. */
  readonly deletedAtFormat?: TimeFormat;
  /**
   * A text column under a unique index, alone or with the tenant, that keeps the key of a create: it makes creates
   * idempotent in one statement. Without it a small table of ours does, inside a transaction.
   */
  readonly createdKeyColumn?: string;
  /** Ids for new rows, where the database makes none. Default: a random UUID, where the column is none of integers. */
  readonly newId?: () => string;
  /** Refuses every write. Default: false. */
  readonly readOnly?: boolean;
}

/** The host's database, whatever its tables: statements name tables and columns by quoted identifiers. */
export type HostDb = Kysely<unknown>;
