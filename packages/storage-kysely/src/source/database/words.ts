import type { RawBuilder } from "kysely";
import type { HostDb, TimeFormat } from "../options.ts";

export interface Column {
  readonly name: string;
  /** As the database calls it, in lower case. */
  readonly type: string;
  /** The database gives a new row its value. */
  readonly generated: boolean;
  /** The primary key, all of it. Told where `isBeside` differs from `is`. */
  readonly key?: boolean;
  /** Of a table in parts, which does not tell the version of a row to the statement that writes it. */
  readonly partitioned?: boolean;
}

/** What one database says otherwise than the next. Written once per database; all statements are made of these words. */
export interface Words {
  readonly database: "sqlite" | "postgres";
  columns(db: HostDb, table: string): Promise<readonly Column[]>;
  /** The columns of each unique index that covers every row. */
  uniqueIndexes(db: HostDb, table: string): Promise<readonly (readonly string[])[]>;
  tableExists(table: string): RawBuilder<unknown>;
  /** Held until the transaction ends, so that of many processes one makes our tables. Null where one writes at a time. */
  readonly installLock: RawBuilder<unknown> | null;
  /** Integers and text as columns of our own tables. */
  readonly types: { readonly text: string; readonly integer: string };

  /** The database's clock in milliseconds: a source has no other. One moment for a statement and its triggers. */
  readonly nowMs: RawBuilder<unknown>;
  /** Now, as a column of this type and format keeps it. */
  now(type: string, format: TimeFormat): RawBuilder<unknown>;
  /** Now, but after what the column holds even when both fall into one tick of the clock: the time may be the version. */
  nowAfter(type: string, format: TimeFormat, column: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether a column of times of this type tells one millisecond from the next. */
  keepsMs(type: string): boolean;
  /** The format times are compared in: the declared one, unless the column's type is a format of its own. */
  formatOf(type: string, declared: TimeFormat): TimeFormat;
  /** A column of times, read in the database's own precision. */
  exactTime(type: string, column: RawBuilder<unknown>): RawBuilder<unknown>;

  /** The column is this very value, which it can hold: by its index and letter by letter. */
  is(column: RawBuilder<unknown>, type: string, value: RawBuilder<unknown>): RawBuilder<unknown>;
  /** The same of rows that their key has found, without an index of this column: one that begins with it is no help. */
  isBeside(column: RawBuilder<unknown>, type: string, value: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether a column of this type can be asked for the value at all; what it can not hold it does not hold. */
  canHold(type: string, value: string | number): boolean;
  /** A tenant's or an id's column, to be compared with its text. Without it: as it is. */
  key?(type: string, column: RawBuilder<unknown>): RawBuilder<unknown>;
  /** What is wrong with a tenant's or an id's column of this type; null where nothing is. */
  unfitKey(type: string): string | null;
  /** A column to be compared with values it `canHold`, each a parameter. */
  matched(type: string, column: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Whether a text is read from a column of this type as it was put there. Without it: whatever the column can hold. */
  keeps?(type: string, text: string): boolean;
  /** The column as every driver can give it to the letter. Without it: as it is. */
  exact?(type: string, column: RawBuilder<unknown>): RawBuilder<unknown>;
  /** What the driver gave for a column of this type, as a value: drivers give exact numbers as text. */
  read(type: string, value: unknown): unknown;
  /**
   * What changes with every write of a row, told by the row itself. Null where a note beside the row will do: where
   * writers may run at once, the guard of a write is looked at again after a wait, and a subquery in it is not.
   */
  rowVersion(table: string): RawBuilder<unknown> | null;
  /** Text that came from a column of this type, to be compared with it. */
  asColumn(text: RawBuilder<unknown>, type: string): RawBuilder<unknown>;
}
