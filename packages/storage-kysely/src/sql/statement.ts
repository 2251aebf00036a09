import { type CompiledQuery, type Kysely, type RawBuilder, sql } from "kysely";
import type { Column, Scalar } from "./columns.ts";
import type { StoreDialect } from "./dialect.ts";

/** What a statement is given: single values, lists of keys, and rows encoded by their table. */
export type Argument = Scalar | readonly string[] | readonly (readonly Scalar[])[];
export type Arguments = Readonly<Record<string, Argument>>;

/** Places in a statement's text. Each names an argument; the compiled text is used again with other arguments. */
export interface Places<A> {
  readonly dialect: StoreDialect;
  value(name: keyof A & string): RawBuilder<unknown>;
  /** Stands inside `in (…)`. */
  list(name: keyof A & string): RawBuilder<unknown>;
  /** A common table expression `input(columns…)` that holds the argument `rows`; stands after `with`. */
  input(columns: readonly Pick<Column, "name" | "kind">[]): RawBuilder<unknown>;
}

export interface Statement<A> {
  readonly build: (places: Places<A>) => RawBuilder<unknown>;
  /** Never read: it ties the arguments' type to the statement. */
  readonly arguments?: A;
}

/** Declares a statement. Nothing is compiled until it is first run on a connection. */
export function statement<A = Record<never, never>>(build: (places: Places<A>) => RawBuilder<unknown>): Statement<A> {
  return { build };
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

/**
 * Compiles a statement for arguments shaped like `args`. With `json_each` every shape has the same text; with VALUES the
 * text depends on how many rows and keys there are, which `shapeOf` tells apart.
 */
export function compile(
  statement: Statement<never>,
  dialect: StoreDialect,
  db: Kysely<unknown>,
  args: Arguments,
): Compiled {
  const json = dialect.bulk.form === "json_each";
  const slot = (read: (given: Arguments) => unknown): RawBuilder<unknown> => sql`${new Slot(read)}`;
  const built = statement.build({
    dialect,
    value: (name) => slot((given) => given[name]),
    list: (name) => {
      if (json) return sql`select value from json_each(${slot((given) => given[name])})`;
      const keys = args[name] as readonly string[];
      if (keys.length === 0) return sql`select null where false`;
      const places = keys.map((_, i) => sql`(${slot((given) => (given[name] as readonly string[])[i])})`);
      return sql`values ${sql.join(places)}`;
    },
    input: (columns) => {
      const head = sql.raw(`input(${columns.map((column) => `"${column.name}"`).join(", ")})`);
      if (json) {
        const picked = columns.map(({ kind }, i) => (kind === "blob" ? `unhex(value ->> ${i})` : `value ->> ${i}`));
        return sql`${head} as (select ${sql.raw(picked.join(", "))} from json_each(${slot((given) => given.rows)}))`;
      }
      const rows = (args.rows as readonly (readonly Scalar[])[]).map((_, r) => {
        const values = columns.map(({ kind }, c) => {
          const type = dialect.types[kind === "json" ? "text" : kind];
          return sql`cast(${slot((given) => (given.rows as readonly (readonly Scalar[])[])[r]?.[c])} as ${sql.raw(type)})`;
        });
        return sql`(${sql.join(values)})`;
      });
      return sql`${head} as (values ${sql.join(rows)})`;
    },
  } as Places<never>);
  const compiled = built.compile(db);
  const slots = compiled.parameters;
  return {
    bind: (given) => ({
      ...compiled,
      parameters: slots.map((one) => (one instanceof Slot ? one.read(given) : one)),
    }),
  };
}

/** Which compiled text fits `args`. */
export function shapeOf(dialect: StoreDialect, args: Arguments): string {
  if (dialect.bulk.form === "json_each") return "";
  return Object.values(args)
    .map((arg) => (Array.isArray(arg) ? arg.length : ""))
    .join();
}
