import { type RawBuilder, sql } from "kysely";
import type { Column, Words } from "./words.ts";

const moment = sql`statement_timestamp()`;
const nowMs = sql`cast(floor(extract(epoch from ${moment}) * 1000) as bigint)`;
const epoch = sql`cast(floor(extract(epoch from ${moment})) as bigint)`;
const iso = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
const exact = sql.lit('YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
const plain = sql.lit("YYYY-MM-DD HH24:MI:SS");

// With its precision, where one was declared: `timestamp(3) with time zone`.
const isMoment = (type: string): boolean => /^timestamp.* with time zone$/.test(type);
const isTime = (type: string): boolean => /^timestamp.* (?:with|without) time zone$/.test(type);
const digitsOf = (type: string): number => Number(/^timestamp\((\d)\)/.exec(type)?.[1] ?? 6);
const isText = (type: string): boolean => /^(?:text|character varying|citext)$/.test(type);
const isNumber = (type: string): boolean => /^(?:numeric|real|double precision)$/.test(type);
const isExact = (type: string): boolean => type === "bigint" || type === "numeric";

/** The largest number each type of integers holds. */
const largest: Readonly<Record<string, bigint>> = {
  smallint: 2n ** 15n - 1n,
  integer: 2n ** 31n - 1n,
  bigint: 2n ** 63n - 1n,
};

/** A day, or a time of it, that every server reads alike, whatever its settings are. */
const moments =
  /^(?!0000)(\d{4}-\d\d-\d\d)(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[-+](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?$/;
const decimals = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

function isMomentText(text: string): boolean {
  const day = moments.exec(text)?.[1] ?? "";
  const at = new Date(`${day}T00:00:00Z`);
  // The thirtieth of February is one of March to a Date, and an error to the server.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}

/** What is too large for the type, or so small that nothing would be left of it, is an error to the server. */
function isNumberText(type: string, text: string): boolean {
  if (!decimals.test(text)) return false;
  const number = type === "real" ? Math.fround(Number(text)) : Number(text);
  return Number.isFinite(number) && (number !== 0 || !/^[^e]*[1-9]/i.test(text));
}

function canHold(type: string, value: string | number): boolean {
  const text = String(value);
  const most = largest[type];
  if (most !== undefined) {
    if (!/^-?(?:0|[1-9]\d{0,18})$/.test(text)) return false;
    const number = BigInt(text);
    return number <= most && number >= -most - 1n;
  }
  if (type === "uuid") return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
  if (isNumber(type)) return isNumberText(type, text);
  if (isTime(type) || type === "date") return isMomentText(text);
  if (type === "boolean") return /^(?:0|1|true|false)$/.test(text);
  return !text.includes("\u0000");
}

/** Types whose values `canHold` knows to the letter: any other column is compared as the text it is shown as. */
const isCompared = (type: string): boolean =>
  isText(type) || isNumber(type) || isTime(type) || type in largest || /^(?:character|uuid|date|boolean)$/.test(type);

/** Text in UTC, whatever the session's time zone is. A column without a zone holds UTC. */
function inUtc(type: string, column: RawBuilder<unknown>): RawBuilder<unknown> {
  return isMoment(type) ? sql`(${column} at time zone 'UTC')` : column;
}

const now: Words["now"] = (type, format) => {
  if (isTime(type)) return isMoment(type) ? moment : inUtc("timestamp with time zone", moment);
  if (format === "ms") return nowMs;
  return format === "s" ? epoch : sql`to_char(${moment} at time zone 'UTC', ${format === "iso" ? iso : plain})`;
};

/** A decimal without the zeros it ends with. Character by character: a pattern reads every run of zeros to its end. */
export function withoutZeros(decimal: string): string {
  if (!decimal.includes(".")) return decimal;
  const short = withoutEnd(decimal, "0");
  return short.endsWith(".") ? short.slice(0, -1) : short;
}

function withoutEnd(text: string, character: string): string {
  let end = text.length;
  while (text[end - 1] === character) end--;
  return text.slice(0, end);
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
    // A domain's values are of the type beneath it, and drivers give them as such.
    const { rows } = await sql<Column>`
      select attname as name, format_type(base, case when base::regtype::text like 'timestamp %' then precise end) as type,
        (atthasdef or attidentity <> '') as generated, relkind = 'p' as partitioned
      from pg_attribute join pg_class on pg_class.oid = attrelid join pg_type on pg_type.oid = atttypid,
        lateral (select case when typtype = 'd' then typbasetype else atttypid end as base,
          case when typtype = 'd' then typtypmod else atttypmod end as precise) beneath
      where attrelid = ${relation(table)} and attnum > 0 and not attisdropped order by attnum`.execute(db);
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
    if (isTime(type)) {
      // A step that the column keeps. A coarser one has a column of versions beside it, and needs no time in the future.
      const step = sql.lit(postgresWords.keepsMs(type) ? `${10 ** (6 - digitsOf(type))} microseconds` : "0");
      // After an infinite time there is none, and the version would stay.
      return sql`greatest(${now(type, format)}, case when isfinite(${column}) then ${column} + cast(${step} as interval) end)`;
    }
    if (format === "ms") return sql`greatest(${nowMs}, coalesce(${column}, 0) + 1)`;
    if (format === "s") return sql`greatest(${epoch}, coalesce(${column}, 0))`;
    const step = sql.lit(format === "iso" ? "1 millisecond" : "0");
    // Ignores null, as `greatest` does.
    const next = sql`to_char(cast(${column} as timestamp) + cast(${step} as interval), ${format === "iso" ? iso : plain})`;
    return sql`greatest(${now(type, format)} collate "C", ${next} collate "C")`;
  },
  keepsMs: (type) => !isTime(type) || digitsOf(type) >= 3,
  formatOf: (type, declared) => (isTime(type) ? "iso" : declared),
  // What is infinite has no digits to be shown in.
  exactTime: (type, column) =>
    isTime(type) ? sql`coalesce(to_char(${inUtc(type, column)}, ${exact}), cast(${column} as text))` : column,
  is,
  // Statistics tell it which index finds fewer rows.
  isBeside: is,
  canHold,
  // A number is shown in one spelling, in whichever it was given.
  keeps: (type, text) => canHold(type, text) && (!isNumber(type) || String(Number(text)) === text),
  unfitKey: (type) =>
    type === "character"
      ? "is char(n), whose values Postgres fills up with blanks in one place and not in the next; make it text or varchar"
      : null,
  matched: (type, column) => (isCompared(type) ? column : sql`cast(${column} as text)`),
  // A driver would make it a time of this machine's zone, where some nights lack the hour that the column holds.
  exact(type, column) {
    if (type === "date") return sql`to_char(${column}, 'YYYY-MM-DD')`;
    return isTime(type) ? sql`to_char(${inUtc(type, column)}, ${iso})` : column;
  },
  read(type, value) {
    if (type === "character" && typeof value === "string") return withoutEnd(value, " ");
    if (typeof value === "number") return Number.isFinite(value) ? value : null;
    if (!isExact(type) || typeof value !== "string") return value;
    const number = Number(value);
    if (!Number.isFinite(number)) return null;
    return String(number) === withoutZeros(value) ? number : value;
  },
  rowVersion: (table) => sql.id(table, "xmin"),
  asColumn: (text, type) => sql`cast(${text} as ${sql.raw(type)})`,
};
