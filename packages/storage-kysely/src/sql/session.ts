import { HubspokeError } from "@hubspoke/core/errors";
import type { CompiledQuery, Kysely, QueryResult } from "kysely";
import type { Scalar, SqlRow, Table } from "./columns.ts";
import type { StoreDialect } from "./dialect.ts";
import { toHex } from "./hex.ts";
import { type Arguments, type Compiled, compile, isSingle, rowsIn, type Statement, shapeOf } from "./statement.ts";

export interface Result {
  readonly rows: readonly SqlRow[];
  readonly affected: number;
  /** The same, of each statement that the rows needed. */
  readonly counts: readonly number[];
}

/** A statement with its arguments, to run alone or in a batch. */
export interface Call {
  readonly statement: Statement<never>;
  readonly args: Arguments;
}

export function call<A extends object>(statement: Statement<A>, args: A): Call {
  return { statement: statement as unknown as Statement<never>, args: args as unknown as Arguments };
}

/** Runs statements: compiles each once, splits rows into as many as fit, and keeps what belongs together atomic. */
export class Session {
  readonly dialect: StoreDialect;
  readonly #connected: () => Promise<Kysely<unknown>>;
  readonly #compiled = new Map<Statement<never>, Map<string, Compiled>>();

  constructor(dialect: StoreDialect, connected: () => Promise<Kysely<unknown>>) {
    this.dialect = dialect;
    this.#connected = connected;
  }

  /** Rows as statement arguments. Refuses values that no column holds before anything is written. */
  encode<Row>(table: Table<Row>, rows: readonly Row[]): (readonly Scalar[])[] {
    return rows.map((row) => table.encode(row, this.dialect.capabilities.maxValueBytes));
  }

  async run<A extends object>(statement: Statement<A>, args: A): Promise<Result> {
    const db = await this.#connected();
    const one = call(statement, args);
    const queries = this.#queries(db, one);
    const [first] = queries;
    if (first === undefined) return merge([]);
    if (queries.length > 1) return merge(await this.dialect.attempt(() => this.dialect.batch(db, queries)));
    const { look } = one.statement;
    if (look === undefined) return resultOf(await this.dialect.attempt(() => this.#one(db, first)));
    const found = this.#asking(db, { statement: look, args: one.args });
    return resultOf(await this.dialect.attempt(() => (found?.() === false ? nothing : this.#one(db, first))));
  }

  async all<A extends object, Row>(statement: Statement<A>, args: A, decode: (row: SqlRow) => Row): Promise<Row[]> {
    const { rows } = await this.run(statement, args);
    return rows.map(decode);
  }

  async one<A extends object, Row>(
    statement: Statement<A>,
    args: A,
    decode: (row: SqlRow) => Row,
  ): Promise<Row | null> {
    const { rows } = await this.run(statement, args);
    return rows[0] === undefined ? null : decode(rows[0]);
  }

  /**
   * One atomic unit: all of it happens or none, however many statements the rows need. Results are in call order. `look`
   * is a read that gives no row where none of it would write: asked first where the dialect does.
   */
  async batch(calls: readonly Call[], look?: Call): Promise<Result[]> {
    const db = await this.#connected();
    const queries = calls.map((one) => this.#queries(db, one));
    const results = await this.#send(db, queries.flat(), look && this.#asking(db, look));
    let at = 0;
    return queries.map(({ length }) => {
      at += length;
      return merge(results.slice(at - length, at));
    });
  }

  #one(db: Kysely<unknown>, query: CompiledQuery): QueryResult<unknown> | Promise<QueryResult<unknown>> {
    return this.dialect.one === undefined ? db.executeQuery(query) : this.dialect.one(db, query);
  }

  /** Whether a read gives a row; undefined where that is not asked. */
  #asking(db: Kysely<unknown>, { statement, args }: Call): (() => boolean) | undefined {
    const { look } = this.dialect;
    if (look === undefined) return undefined;
    const query = this.#bind(db, statement, this.#listed(args));
    return () => look(query);
  }

  async #send(
    db: Kysely<unknown>,
    queries: readonly CompiledQuery[],
    found?: () => boolean,
  ): Promise<readonly QueryResult<unknown>[]> {
    const [first] = queries;
    if (first === undefined) return [];
    if (queries.length > 1) {
      return this.dialect.attempt(() =>
        found?.() === false ? queries.map(() => nothing) : this.dialect.batch(db, queries),
      );
    }
    return [await this.dialect.attempt(() => (found?.() === false ? nothing : this.#one(db, first)))];
  }

  #bind(db: Kysely<unknown>, statement: Statement<never>, args: Arguments): CompiledQuery {
    return this.#compiledFor(db, statement, args).bind(args);
  }

  #compiledFor(db: Kysely<unknown>, statement: Statement<never>, args: Arguments): Compiled {
    let shapes = this.#compiled.get(statement);
    if (shapes === undefined) {
      shapes = new Map();
      this.#compiled.set(statement, shapes);
    }
    const shape = shapeOf(this.dialect, args);
    let compiled = shapes.get(shape);
    if (compiled === undefined) {
      compiled = compile(statement, this.dialect, db, args);
      shapes.set(shape, compiled);
    }
    return compiled;
  }

  /** The call's statements, one per portion of its rows. No rows, no statement. */
  #queries(db: Kysely<unknown>, { statement, args }: Call): CompiledQuery[] {
    const listed = this.#listed(args);
    if (!("rows" in args)) return [this.#bind(db, statement, listed)];
    const rows = args.rows as readonly (readonly Scalar[])[];
    if (isSingle(statement, this.dialect, args)) {
      // All have the same text.
      const compiled = this.#compiledFor(db, statement, args);
      return rows.map((row) => compiled.bind({ ...listed, rows: [row] }));
    }
    const portions = this.#portions(rows, Object.keys(args).length - 1);
    return portions.map((portion) => this.#bind(db, statement, { ...listed, rows: portion }));
  }

  /** With lists of keys as one parameter each. */
  #listed(args: Arguments): Arguments {
    // A plain loop: this runs for every call of every store.
    let listed = args;
    for (const name in args) {
      const value = args[name];
      if (name !== "rows" && Array.isArray(value))
        listed = { ...listed, [name]: this.#list(value as readonly string[]) };
    }
    return listed;
  }

  #list(keys: readonly string[]): string | readonly string[] {
    const { arrays, bulk } = this.dialect;
    const isAlone = bulk.form === "json_each" && bulk.aloneAsValues && keys.length === 1;
    return arrays || isAlone ? keys : JSON.stringify(keys);
  }

  #portions(rows: readonly (readonly Scalar[])[], single: number): (string | readonly (readonly Scalar[])[])[] {
    const { bulk, capabilities } = this.dialect;
    if (bulk.form === "json_each")
      return bulk.aloneAsValues && rows.length === 1 ? [rows] : jsonPortions(rows, bulk.maxBytes);
    if (bulk.form === "arrays") return blobPortions(rows, bulk);
    // Beside the rows: the single values, and how many rows there are.
    const size = rowsIn(Math.floor((capabilities.maxParams - single - 1) / (rows[0]?.length ?? 1)));
    return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => rows.slice(i * size, (i + 1) * size));
  }
}

const nothing: QueryResult<unknown> = { rows: [] };

function blobPortions(
  rows: readonly (readonly Scalar[])[],
  { maxRows, maxBytes }: { readonly maxRows: number; readonly maxBytes: number },
): (readonly (readonly Scalar[])[])[] {
  const portions: (readonly Scalar[])[][] = [];
  let [last, bytes]: [(readonly Scalar[])[], number] = [[], 0];
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 0), 0);
    if (last.length === 0 || last.length >= maxRows || bytes + size > maxBytes) {
      last = [];
      bytes = 0;
      portions.push(last);
    }
    last.push(row);
    bytes += size;
  }
  return portions;
}

function jsonPortions(rows: readonly (readonly Scalar[])[], maxBytes: number): string[] {
  const portions: string[] = [];
  let texts: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const text = JSON.stringify(row.map((value) => (value instanceof Uint8Array ? toHex(value) : value)));
    // Three bytes is the most a UTF-16 unit becomes.
    if (texts.length > 0 && bytes + text.length * 3 > maxBytes) {
      portions.push(`[${texts.join()}]`);
      texts = [];
      bytes = 0;
    }
    texts.push(text);
    bytes += text.length * 3;
  }
  if (texts.length > 0) portions.push(`[${texts.join()}]`);
  return portions;
}

function merge(results: readonly QueryResult<unknown>[]): Result {
  const [only] = results;
  if (only !== undefined && results.length === 1) return resultOf(only);
  const counts = results.map(countOf);
  return {
    rows: results.flatMap((result) => result.rows as SqlRow[]),
    affected: counts.reduce((sum, count) => sum + count, 0),
    counts,
  };
}

function resultOf(result: QueryResult<unknown>): Result {
  const affected = countOf(result);
  return { rows: result.rows as SqlRow[], affected, counts: [affected] };
}

function countOf({ numAffectedRows }: QueryResult<unknown>): number {
  return Number(numAffectedRows ?? 0n);
}

/** Whether a call failed because of a unique key: the loser of a race, not a fault. */
export function isUniqueViolation(dialect: StoreDialect, error: unknown): boolean {
  return error instanceof HubspokeError && dialect.isUniqueViolation(error.unsafeDetails());
}
