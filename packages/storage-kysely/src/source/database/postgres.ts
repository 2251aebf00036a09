import { type RawBuilder, sql } from "kysely";
import type { Column, Words } from "./words.ts";

const moment = sql`statement_timestamp()`;
const nowMs = sql`cast(floor(extract(epoch from ${moment}) * 1000) as bigint)`;
const epoch = sql`cast(floor(extract(epoch from ${moment})) as bigint)`;
const iso = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
const exact = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
const plain = sql.lit("YYYY-MM-DD HH24:MI:SS");

const isMoment = (type: string): boolean => type === "timestamp with time zone";
const isTime = (type: string): boolean => type.startsWith("timestamp");
const isText = (type: string): boolean => /^(?:text|character varying|citext)$/.test(type);
const isExact = (type: string): boolean => type === "bigint" || type === "numeric";

/** The largest number each type of integers holds. */
const largest: Readonly<Record<string, bigint>> = {
  smallint: 2n ** 15n - 1n,
  integer: 2n ** 31n - 1n,
  bigint: 2n ** 63n - 1n,
};

function canHold(type: string, value: string | number): boolean {
  const text = String(value);
  const most = largest[type];
  if (most !== undefined) {
    if (!/^-?(?:0|[1-9]\d{0,18})$/.test(text)) return false;
    const number = BigInt(text);
    return number <= most && number >= -most - 1n;
  }
  if (type === "uuid") return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
  if (/^(?:numeric|real|double precision)$/.test(type)) return text.trim() !== "" && Number.isFinite(Number(text));
  if (isTime(type) || type === "date") return !Number.isNaN(Date.parse(text));
  if (type === "boolean") return /^(?:0|1|true|false)$/.test(text);
  return !text.includes("\u0000");
}

/** Text in UTC, whatever the session's time zone is. A column without a zone holds UTC. */
function inUtc(type: string, column: RawBuilder<unknown>): RawBuilder<unknown> {
  return isMoment(type) ? sql`(${column} at time zone 'UTC')` : column;
}

const now: Words["now"] = (type, format) => {
  if (isTime(type)) return isMoment(type) ? moment : inUtc("timestamp with time zone", moment);
  if (format === "ms") return nowMs;
  return format === "s" ? epoch : sql`to_char(${moment} at time zone 'UTC', ${format === "iso" ? iso : plain})`;
};

/** Drivers take a day, or a time without a zone, for one of this machine's zone: what the column holds is in the parts. */
function asKept(type: string, local: Date): string {
  const parts = [local.getFullYear(), local.getMonth(), local.getDate()] as const;
  const time = [local.getHours(), local.getMinutes(), local.getSeconds(), local.getMilliseconds()] as const;
  const utc = new Date(Date.UTC(...parts, ...time));
  // A year below 100 is that year, and none of the last century.
  utc.setUTCFullYear(...parts);
  return type === "date" ? utc.toISOString().slice(0, 10) : utc.toISOString();
}

/** A decimal without the zeros it ends with. Character by character: a pattern reads every run of zeros to its end. */
export function withoutZeros(decimal: string): string {
  if (!decimal.includes(".")) return decimal;
  let end = decimal.length;
  while (decimal[end - 1] === "0") end--;
  return decimal.slice(0, decimal[end - 1] === "." ? end - 1 : end);
}

/** A table is found by the connection's search path, like the host's own statements find it. */
const relation = (table: string): RawBuilder<unknown> => sql`to_regclass(quote_ident(${table}))`;

const is: Words["is"] = (column, type, value) => {
  // Letter by letter as well, for a column whose collation knows no case.
  if (isText(type)) return sql`(${column} = ${value} and cast(${column} as text) collate "C" = ${value})`;
  if (type in largest || type === "uuid") return sql`${column} = cast(${value} as ${sql.raw(type)})`;
  return sql`cast(${column} as text) = ${value}`;
};

export const postgresWords: Words = {
  database: "postgres",
  async columns(db, table) {
    const { rows } = await sql<Column>`
      select attname as name, format_type(atttypid, null) as type, (atthasdef or attidentity <> '') as generated
      from pg_attribute where attrelid = ${relation(table)} and attnum > 0 and not attisdropped order by attnum`.execute(
      db,
    );
    return rows;
  },
  async uniqueIndexes(db, table) {
    const { rows } = await sql<{ columns: readonly string[] }>`
      select array(select attname::text from pg_attribute where attrelid = indrelid and attnum = any(indkey)) as columns
      from pg_index where indrelid = ${relation(table)} and indisunique and indpred is null and indexprs is null`.execute(
      db,
    );
    return rows.map((row) => row.columns);
  },
  tableExists: (table) => sql`select 1 where ${relation(table)} is not null`,
  installLock: sql`select pg_advisory_xact_lock(hashtextextended('hubspoke outbox', 0))`,
  types: { text: 'text collate "C"', integer: "bigint" },
  nowMs,
  now,
  nowAfter(type, format, column) {
    if (isTime(type)) return sql`greatest(${now(type, format)}, ${column} + interval '1 microsecond')`;
    if (format === "ms") return sql`greatest(${nowMs}, coalesce(${column}, 0) + 1)`;
    if (format === "s") return sql`greatest(${epoch}, coalesce(${column}, 0))`;
    const step = sql.lit(format === "iso" ? "1 millisecond" : "0");
    // Ignores null, as `greatest` does.
    const next = sql`to_char(cast(${column} as timestamp) + cast(${step} as interval), ${format === "iso" ? iso : plain})`;
    return sql`greatest(${now(type, format)} collate "C", ${next} collate "C")`;
  },
  exactTime: (type, column) => (isTime(type) ? sql`to_char(${inUtc(type, column)}, ${exact})` : column),
  is,
  // Statistics tell it which index finds fewer rows.
  isBeside: is,
  canHold,
  read(type, value) {
    if (value instanceof Date && !isMoment(type)) return asKept(type, value);
    if (!isExact(type) || typeof value !== "string") return value;
    const number = Number(value);
    return String(number) === withoutZeros(value) ? number : value;
  },
  rowVersion: (table) => sql.id(table, "xmin"),
  asColumn: (text, type) => sql`cast(${text} as ${sql.raw(type)})`,
};
