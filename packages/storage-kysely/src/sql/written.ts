import type { Scalar, Table } from "./columns.ts";
import type { Result, Session } from "./session.ts";
import { isSingle, type Statement } from "./statement.ts";

/**
 * Which of the encoded rows a statement wrote. Where each was a statement of its own its count says so; else the columns
 * that were `told`, by which no two rows of the table are alike. Of two rows with the same, the first was written.
 */
export function writtenOf<Row, A>(
  session: Session,
  statement: Statement<A>,
  table: Table<Row>,
  rows: readonly (readonly Scalar[])[],
  { rows: told, counts }: Result,
  columns: readonly string[],
): boolean[] {
  if (isSingle(statement as unknown as Statement<never>, session.dialect, { rows }))
    return counts.map((one) => one > 0);
  const places = columns.map((column) => table.columns.findIndex(({ name }) => name === column));
  const written = new Set(told.map((row) => JSON.stringify(columns.map((column) => row[column]))));
  // `delete` answers true once.
  return rows.map((row) => written.delete(JSON.stringify(places.map((place) => row[place]))));
}
