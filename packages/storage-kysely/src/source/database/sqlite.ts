import { sql } from "kysely";
import type { Words } from "./words.ts";

const patterns = { iso: "%Y-%m-%dT%H:%M:%fZ", sql: "%Y-%m-%d %H:%M:%S" } as const;
const nowMs = sql`cast(round(unixepoch('subsec') * 1000) as integer)`;

const now: Words["now"] = (_type, format) => {
  if (format === "ms") return nowMs;
  return format === "s" ? sql`unixepoch()` : sql`strftime(${sql.lit(patterns[format])}, 'now')`;
};

/** In a column without a type a number equals no text, and stands before every one. No index helps to find its text. */
const key: NonNullable<Words["key"]> = (type, column) =>
  /^(?:any)?$|blob/.test(type) ? sql`cast(${column} as text)` : column;

const isNumeral = (text: string): boolean => /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text);
const isPlainInteger = (text: string): boolean => /^(?:0|-?[1-9]\d{0,17})$/.test(text);

export const sqliteWords: Words = {
  database: "sqlite",
  async columns(db, table) {
    const { rows } = await sql<{ name: string; type: string; pk: number; preset: string | null; indexed: number }>`
      select name, type, pk, dflt_value as preset,
        exists (select 1 from pragma_index_list(${table}) where origin = 'pk') as indexed
      from pragma_table_info(${table})`.execute(db);
    const keys = rows.filter(({ pk }) => Number(pk) > 0);
    return rows.map(({ name, type, pk, preset, indexed }) => ({
      name,
      type: type.toLowerCase(),
      key: keys.length === 1 && Number(pk) === 1,
      // A key without an index is SQLite's own row number; any other needs a default to be made by the database.
      generated: (Number(pk) > 0 && Number(indexed) === 0) || preset !== null,
    }));
  },
  async uniqueIndexes(db, table) {
    const { rows } = await sql<{ index: string; column: string }>`
      select l.name as "index", i.name as "column" from pragma_index_list(${table}) l, pragma_index_info(l.name) i
      where l."unique" = 1 and l.partial = 0`.execute(db);
    const names = [...new Set(rows.map((row) => row.index))];
    return names.map((name) => rows.filter((row) => row.index === name).map((row) => row.column));
  },
  tableExists: (table) => sql`select 1 from sqlite_master where type = 'table' and name = ${table}`,
  installLock: null,
  types: { text: "text", integer: "integer" },
  nowMs,
  now,
  nowAfter(type, format, column) {
    if (format === "ms") return sql`max(${nowMs}, coalesce(${column}, 0) + 1)`;
    if (format === "s") return sql`max(unixepoch(), coalesce(${column}, 0))`;
    const step = sql.lit(format === "iso" ? "+0.001 seconds" : "+0 seconds");
    return sql`max(${now(type, format)}, coalesce(strftime(${sql.lit(patterns[format])}, ${column}, ${step}), ''))`;
  },
  keepsMs: () => true,
  formatOf: (_type, declared) => declared,
  exactTime: (_type, column) => column,
  // A column of numbers or without case would also answer to another spelling.
  // A cast keeps the column's collation.
  is: (column, type, value) =>
    sql`(${key(type, column)} = ${value} and cast(${column} as text) collate binary = ${value})`,
  // Without `analyze` an index that begins with the tenant is taken to find ten rows, fewer than three ids do.
  isBeside: (column, _type, value) => sql`cast(${column} as text) collate binary = ${value}`,
  canHold: () => true,
  key,
  unfitKey: () => null,
  matched: (_type, column) => column,
  // A column of numbers makes one of a text that looks like it.
  keeps(type, text) {
    if (!isNumeral(text) || (!/int/.test(type) && /char|clob|text|blob|^$/.test(type))) return true;
    return isPlainInteger(text) && (/int/.test(type) || !/real|floa|doub/.test(type));
  },
  // A driver refuses to give an integer that is none of JavaScript's, and the rows beside it; or gives another one.
  exact: (type, column) =>
    /int|num|dec|^$/.test(type)
      ? sql`case when typeof(${column}) = 'integer' and ${column} not between -9007199254740991 and 9007199254740991
          then cast(${column} as text) else ${column} end`
      : column,
  read: (_type, value) => value,
  rowVersion: () => null,
  asColumn: (text) => text,
};
