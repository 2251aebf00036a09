import { HubspokeError } from "@hubspoke/core/errors";

/** A bound value: what every driver takes alike. */
export type Scalar = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** `json` is text in the database and a value in the row. */
export type Kind = "text" | "integer" | "blob" | "json";

/** One kind per field: a field that a port gains is a type error here until it has a column. */
export type Columns<Row> = { readonly [K in keyof Row]-?: Kind };

export interface Column {
  readonly field: string;
  readonly name: string;
  readonly kind: Kind;
}

/** A table's columns, and the way a row goes in and out. Column names are the fields' in snake case. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Quoted and comma-separated, for `select`, `insert` and `returning`. */
  readonly list: string;
  encode(row: Row, maxValueBytes: number): readonly Scalar[];
  decode(row: SqlRow): Row;
}

export function table<Row extends object>(name: string, kinds: Columns<Row>): Table<Row> {
  const columns = Object.entries<Kind>(kinds as Record<string, Kind>).map(([field, kind]) => ({
    field,
    kind,
    name: field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  }));
  return {
    name,
    columns,
    list: columns.map((column) => `"${column.name}"`).join(", "),
    encode: (row, maxValueBytes) =>
      columns.map((column) => encode(name, column, (row as Record<string, unknown>)[column.field], maxValueBytes)),
    decode: (row) => {
      // A plain loop: this runs for every row of every answer.
      const decoded: Record<string, unknown> = {};
      for (const column of columns) decoded[column.field] = decode(column.kind, row[column.name]);
      return decoded as Row;
    },
  };
}

function encode(tableName: string, column: Column, value: unknown, maxValueBytes: number): Scalar {
  if (value === null) return null;
  switch (column.kind) {
    case "text":
      if (typeof value === "string") return value;
      break;
    case "integer":
      if (Number.isSafeInteger(value)) return value as number;
      break;
    case "json":
      if (value !== undefined) return JSON.stringify(value);
      break;
    case "blob":
      if (value instanceof Uint8Array) {
        if (value.byteLength <= maxValueBytes) return value;
        throw new HubspokeError(
          "STORE_VALUE_TOO_LARGE",
          `${tableName}.${column.name} of ${value.byteLength} bytes exceeds the store's ${maxValueBytes}; store less per row`,
          { details: { bytes: value.byteLength, maxBytes: maxValueBytes } },
        );
      }
      break;
  }
  // Refused here because JSON would turn NaN and undefined into a silent null.
  throw new HubspokeError("INPUT_INVALID", `${tableName}.${column.name} takes ${column.kind} or null`, {
    details: { got: typeof value },
  });
}

function decode(kind: Kind, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  switch (kind) {
    case "text":
      return value;
    case "integer":
      // `pg` gives 64-bit integers as text.
      return Number(value);
    case "json":
      return typeof value === "string" ? (JSON.parse(value) as unknown) : value;
    case "blob":
      // A plain copy on every driver: node:sqlite gives Uint8Array, better-sqlite3 and pg a Buffer, D1 an array.
      return new Uint8Array(value as ArrayLike<number>);
  }
}
