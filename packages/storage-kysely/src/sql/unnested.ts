import { type RawBuilder, sql } from "kysely";
import type { Column, Scalar } from "./columns.ts";
import type { StoreDialect } from "./dialect.ts";

type Rows = readonly (readonly Scalar[])[];

/** A parameter that is filled from the rows of each run. */
type FromRows = (read: (rows: Rows) => unknown) => RawBuilder<unknown>;

/**
 * Rows as an array for each column, side by side. Blobs are one parameter, in bytes, and two arrays that say where each
 * begins and how long it is.
 */
export function unnested(
  { types }: Pick<StoreDialect, "types">,
  columns: readonly Pick<Column, "kind">[],
  fromRows: FromRows,
): RawBuilder<unknown> {
  const arrays: RawBuilder<unknown>[] = [];
  const names: string[] = [];
  const listed = (name: string, type: string, read: (rows: Rows) => readonly Scalar[]): RawBuilder<unknown> => {
    arrays.push(sql`cast(${fromRows((rows) => arrayText(read(rows)))} as ${sql.raw(type)}[])`);
    names.push(name);
    return sql.raw(name);
  };
  const picked = columns.map(({ kind }, c) => {
    if (kind !== "blob") {
      const type = types[kind === "json" ? "text" : kind];
      return listed(`value_${c}`, type, (rows) => rows.map((row) => row[c] ?? null));
    }
    const start = listed(`start_${c}`, "integer", (rows) => startsOf(blobsOf(rows, c)));
    const length = listed(`length_${c}`, "integer", (rows) => blobsOf(rows, c).map((blob) => blob?.length ?? null));
    const bytes = sql`cast(${fromRows((rows) => joined(blobsOf(rows, c)))} as ${sql.raw(types.blob)})`;
    return sql`substring(${bytes} from ${start} for ${length})`;
  });
  return sql`select ${sql.join(picked)} from unnest(${sql.join(arrays)}) as listed(${sql.raw(names.join(", "))})`;
}

/**
 * An array as Postgres reads it from text. A driver does the same with a replacement or two for every element, which
 * was a third of what a row of a thousand cost on our side.
 */
export function arrayText(values: readonly Scalar[]): string {
  let text = "{";
  for (const value of values) {
    if (text.length > 1) text += ",";
    if (typeof value === "string") text += `"${/["\\]/.test(value) ? value.replace(/["\\]/g, "\\$&") : value}"`;
    else text += value ?? "NULL";
  }
  return `${text}}`;
}

function blobsOf(rows: Rows, column: number): readonly (Uint8Array | null)[] {
  return rows.map((row) => (row[column] ?? null) as Uint8Array | null);
}

/** Where each begins among all of them, counted from one. */
function startsOf(blobs: readonly (Uint8Array | null)[]): readonly (number | null)[] {
  let next = 1;
  return blobs.map((blob) => {
    if (blob === null) return null;
    const start = next;
    next += blob.length;
    return start;
  });
}

function joined(blobs: readonly (Uint8Array | null)[]): Uint8Array {
  const bytes = new Uint8Array(blobs.reduce((sum, blob) => sum + (blob?.length ?? 0), 0));
  let at = 0;
  for (const blob of blobs) {
    if (blob === null) continue;
    bytes.set(blob, at);
    at += blob.length;
  }
  return bytes;
}
