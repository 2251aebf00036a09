import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Column, Scalar } from "./columns.ts";
import type { StoreDialect } from "./dialect.ts";
import { unnested } from "./unnested.ts";

/** What a statement is given: single values, lists of keys, and rows encoded by their table. */
export type Argument = Scalar | readonly string[] | readonly (readonly Scalar[])[];
export type Arguments = Readonly<Record<string, Argument>>;

/** Places in a statement's text. Each names an argument; the compiled text is used again with other arguments. */
export interface Places<A> {
  readonly dialect: StoreDialect;
  value(name: keyof A & string): RawBuilder<unknown>;
  /** `limit` with the argument's number. As a bare parameter SQLite would prepare the statement again at every run. */
  atMost(name: keyof A & string): RawBuilder<unknown>;
  /**
   * A condition: the row's column is one of the argument's keys, and the rest holds. An index has to have them all.
   * `await` waits for whoever writes such a row, and means the row as they leave it; else it may be passed over.
   */
  keyed(
    table: string,
    column: string,
    keys: keyof A & string,
    rest: RawBuilder<unknown>,
    locked?: "await",
  ): RawBuilder<unknown>;
  /** A condition for rows that an index has found by something else: the column is one of the argument's few keys. */
  among(column: string, keys: keyof A & string): RawBuilder<unknown>;
  /** A condition: the row is one of those whose address the subquery selects, and nobody else's at this moment. */
  picked(
    subquery: (address: RawBuilder<unknown>) => RawBuilder<unknown>,
    locked?: "pass" | "await",
  ): RawBuilder<unknown>;
  /**
   * The argument `rows` as what an insert takes: `insert into t (columns…) ${rows(columns)} on conflict …`. `made` says
   * what of a row is inserted. Default: its columns.
   */
  rows(
    columns: readonly Pick<Column, "name" | "kind">[],
    made?: (of: Given["of"]) => RawBuilder<unknown>,
  ): RawBuilder<unknown>;
  /** The argument `rows` for an update or delete of a row each. */
  given(columns: readonly Pick<Column, "name" | "kind">[]): Given;
  /** What a row is known by, so that `writtenOf` can tell which rows were written. Last in the statement. */
  told(...columns: readonly string[]): RawBuilder<unknown>;
  /** A common table expression `input(columns…)` that holds the argument `rows`; stands after `with`. */
  input(columns: readonly Pick<Column, "name" | "kind">[]): RawBuilder<unknown>;
}

/** Rows, or a single one in a statement of its own. */
export interface Given {
  /** Stands before the statement. */
  readonly head: RawBuilder<unknown>;
  /** After `set`. */
  readonly from: RawBuilder<unknown>;
  /** The column's value. */
  readonly of: (column: string) => RawBuilder<unknown>;
  /** A condition: these columns are those of a row that is given. */
  readonly has: (...columns: readonly string[]) => RawBuilder<unknown>;
}

export interface Statement<A> {
  readonly build: (places: Places<A>) => RawBuilder<unknown>;
  /**
   * Each of its rows stands for itself: run once for each it means the same as for all at once. `alone`: it may be written
   * without a list where there is only one, and rows of one call are to see nothing of each other.
   */
  readonly eachRow: boolean | "alone";
  /** A read with the same arguments; where it gives no row, the statement would find nothing to write. */
  readonly look?: Statement<A> | undefined;
  /** Never read: it ties the arguments' type to the statement. */
  readonly arguments?: A;
}

/** Declares a statement. Nothing is compiled until it is first run on a connection. */
export function statement<A = Record<never, never>>(
  build: (places: Places<A>) => RawBuilder<unknown>,
  { eachRow = false, look }: { readonly eachRow?: boolean | "alone"; readonly look?: Statement<A> } = {},
): Statement<A> {
  return { build, eachRow, look };
}

/** A parameter that is filled at each run. */
class Slot {
  readonly read: (args: Arguments) => unknown;
  constructor(read: (args: Arguments) => unknown) {
    this.read = read;
  }
}

export interface Compiled {
  bind(args: Arguments): CompiledQuery;
}

type Rows = readonly (readonly Scalar[])[];

/** Rows one VALUES list has places for. A few sizes, so that few texts are compiled and kept, whatever calls bring. */
const buckets: readonly number[] = [1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 350, 500];

/** The most rows one VALUES list takes when it may have this many places. */
export function rowsIn(places: number): number {
  return buckets.findLast((size) => size <= places) ?? 1;
}

function bucketFor(rows: number): number {
  return buckets.find((size) => size >= rows) ?? rows;
}

/**
 * Compiles a statement for arguments shaped like `args`. With `json_each` every shape has the same text; with VALUES the
 * text depends on how many rows there is place for, with arrays on whether there is more than one: `shapeOf` tells.
 */
export function compile(
  statement: Statement<never>,
  dialect: StoreDialect,
  db: Kysely<unknown>,
  args: Arguments,
): Compiled {
  const json = dialect.bulk.form === "json_each" && !Array.isArray(args.rows);
  const slot = (read: (given: Arguments) => unknown): RawBuilder<unknown> => sql`${new Slot(read)}`;
  const input: Places<never>["input"] = (columns) => {
    const head = sql.raw(`input(${columns.map((column) => `"${column.name}"`).join(", ")})`);
    if (json) {
      const picked = columns.map(({ kind }, i) => (kind === "blob" ? `unhex(value ->> ${i})` : `value ->> ${i}`));
      return sql`${head} as (select ${sql.raw(picked.join(", "))} from json_each(${slot((given) => given.rows)}))`;
    }
    if (dialect.bulk.form === "json_each") return sql`${head} as (values (${oneRow(columns, slot)}))`;
    if (dialect.bulk.form === "arrays" && (args.rows as Rows).length > 1) {
      return sql`${head} as (${unnested(dialect, columns, (read) => slot((given) => read(given.rows as Rows)))})`;
    }
    const places = bucketFor((args.rows as Rows).length);
    const rows = Array.from({ length: places }, (_, r) => {
      const values = columns.map(({ kind }, c) => {
        const value = slot((given) => (given.rows as Rows)[r]?.[c] ?? null);
        // The types of the first row are those of the column.
        return r > 0 ? value : sql`cast(${value} as ${sql.raw(dialect.types[kind === "json" ? "text" : kind])})`;
      });
      return sql`(${sql.join(values)})`;
    });
    const filled = slot((given) => (given.rows as Rows).length);
    return sql`${head} as (select * from (values ${sql.join(rows)}) as places limit ${filled})`;
  };
  const single = isSingle(statement, dialect, args);
  const given: Places<never>["given"] = (columns) => {
    const of = (column: string): RawBuilder<unknown> => {
      if (!single) return sql.raw(`input."${column}"`);
      const at = columns.findIndex(({ name }) => name === column);
      return slot(({ rows }) => (rows as Rows)[0]?.[at]);
    };
    const named = (names: readonly string[]) => sql.raw(names.map((name) => `"${name}"`).join(", "));
    return {
      head: single ? sql`` : sql`with ${input(columns)}`,
      from: single ? sql`` : sql`from input`,
      of,
      has: (...names) =>
        single
          ? sql`(${named(names)}) = (${sql.join(names.map(of))})`
          : sql`(${named(names)}) in (select ${named(names)} from input)`,
    };
  };
  const isAlone = (name: string): boolean => !dialect.arrays && Array.isArray(args[name]);
  const only = (name: string) => slot((given) => (given[name] as readonly string[])[0]);
  const built = statement.build({
    dialect,
    value: (name) => slot((given) => given[name]),
    // SQLite plans by the number it finds there, so a number that is bound anew makes the plan void (3.47 and later):
    // 5 µs a run for a short statement, 80 for a claim. A sum is not looked at.
    atMost: (name) => sql`limit ${slot((given) => given[name])}${sql.raw(dialect.arrays ? "" : " + 0")}`,
    keyed: (table, column, name, rest, locked) => {
      const [from, key, row] = [sql.raw(table), sql.raw(column), sql.raw(dialect.rowAddress)];
      if (isAlone(name)) return sql`${rest} and ${key} = ${only(name)}`;
      const keys = slot((given) => given[name]);
      const lock = sql.raw(locked === "await" ? (dialect.awaitLocked ?? "") : "");
      if (!dialect.arrays) return sql`${rest} and ${key} in (select value from json_each(${keys}))`;
      // `offset 0` keeps the planner from turning one look into the index per key into something cleverer.
      return sql`${row} = any(array(
        select found.at from unnest(cast(${keys} as ${sql.raw(dialect.types.text)}[])) as wanted(one)
        cross join lateral (select ${row} as at from ${from} where ${rest} and ${key} = wanted.one offset 0 ${lock}) as found))`;
    },
    among: (column, name) => {
      if (isAlone(name)) return sql`${sql.raw(column)} = ${only(name)}`;
      const [key, keys] = [sql.raw(column), slot((given) => given[name])];
      if (!dialect.arrays) return sql`${key} in (select value from json_each(${keys}))`;
      return sql`${key} = any(cast(${keys} as ${sql.raw(dialect.types.text)}[]))`;
    },
    picked: (subquery, locked = "pass") => {
      const row = sql.raw(dialect.rowAddress);
      const lock = sql.raw(locked === "pass" ? dialect.skipLocked : (dialect.awaitLocked ?? ""));
      return dialect.arrays
        ? sql`${row} = any(array(${subquery(row)} ${lock}))`
        : sql`${row} in (${subquery(row)} ${lock})`;
    },
    input,
    rows: (columns, made) => {
      const row = given(columns);
      const list = made?.(row.of) ?? sql.join(columns.map(({ name }) => row.of(name)));
      return single ? sql`values (${list})` : sql`${row.head} select ${list} from input where true`;
    },
    given,
    told: (...columns) => (single ? sql`` : sql`returning ${sql.raw(columns.join(", "))}`),
  } as Places<never>);
  const { query, queryId, sql: text, parameters: slots } = built.compile(db);
  const reads = slots.map((one) => (one instanceof Slot ? one.read : () => one));
  return { bind: (given) => ({ query, queryId, sql: text, parameters: reads.map((read) => read(given)) }) };
}

/** Whether a statement is for one row, whose values are parameters: there are as many of it as there are rows. */
export function isSingle({ eachRow }: Statement<never>, { rowByRow }: StoreDialect, { rows }: Arguments): boolean {
  if (rowByRow !== true || !Array.isArray(rows)) return false;
  return eachRow === true || (eachRow === "alone" && rows.length === 1);
}

/** Drivers bind every number as a floating one. */
function oneRow(
  columns: readonly Pick<Column, "kind">[],
  slot: (read: (given: Arguments) => unknown) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  const values = columns.map(({ kind }, c) => {
    const value = slot((given) => (given.rows as Rows)[0]?.[c]);
    return kind === "integer" ? sql`cast(${value} as integer)` : value;
  });
  return sql.join(values);
}

/** Which compiled text fits `args`. */
export function shapeOf(dialect: StoreDialect, args: Arguments): string {
  if (dialect.bulk.form === "json_each") {
    let alone = "";
    for (const name in args) if (Array.isArray(args[name])) alone += `${name} `;
    return alone;
  }
  if (!("rows" in args)) return "";
  const { length } = args.rows as Rows;
  return dialect.bulk.form === "arrays" && length > 1 ? "arrays" : String(bucketFor(length));
}
