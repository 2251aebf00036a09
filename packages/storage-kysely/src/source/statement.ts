import { type CompiledQuery, type QueryResult, type RawBuilder, sql } from "kysely";
import type { Layout } from "./layout.ts";
import type { HostDb } from "./options.ts";

/** Places in a statement's text for what it is given at each run. */
export interface Places<V> {
  value(read: (values: V) => unknown): RawBuilder<unknown>;
  /**
   * A condition: the table's column is this very value. A statement that asks for one the column can not hold is not sent:
   * no row has it. `foundBy` names the column that finds the rows, where it is another.
   */
  is(column: string, read: (values: V) => string, foundBy?: string): RawBuilder<unknown>;
}

/** Runs with values. Its text depends on the shape alone, and is made once for each. */
export type Statement<V, S = undefined, R = unknown> = (
  db: HostDb,
  values: V,
  ...shape: S extends undefined ? [] : [shape: S]
) => Promise<QueryResult<R>>;

interface Compiled<V> {
  readonly mayHold: (values: V) => boolean;
  readonly bind: (values: V) => CompiledQuery;
}

/** Shapes are few: how many ids, which fields. The oldest goes, for a host may write any choice of its fields. */
const keptShapes = 100;

/** Belongs to one database: its host has no plugins, so that a text is the same at any time and for any values. */
export function statement<V, S = undefined, R = unknown>(
  layout: Layout,
  build: (places: Places<V>, shape: S) => RawBuilder<R>,
): Statement<V, S, R> {
  const kept = new Map<string, Compiled<V>>();
  return async (db, values, ...[shape]) => {
    const key = shape === undefined ? "" : JSON.stringify(shape);
    let compiled = kept.get(key);
    if (compiled === undefined) {
      compiled = compile(layout, db, (places) => build(places, shape as S));
      const [oldest] = kept.keys();
      if (kept.size >= keptShapes && oldest !== undefined) kept.delete(oldest);
      kept.set(key, compiled);
    }
    if (!compiled.mayHold(values)) return { rows: [], numAffectedRows: 0n };
    return db.getExecutor().executeQuery<R>(compiled.bind(values));
  };
}

/** A parameter that is filled at each run. */
class Place<V> {
  readonly read: (values: V) => unknown;
  constructor(read: (values: V) => unknown) {
    this.read = read;
  }
}

function compile<V>(
  { table, typeOf, words }: Layout,
  db: HostDb,
  build: (places: Places<V>) => RawBuilder<unknown>,
): Compiled<V> {
  const conditions: ((values: V) => boolean)[] = [];
  const value: Places<V>["value"] = (read) => sql`${new Place(read)}`;
  const built = build({
    value,
    is(name, read, foundBy = name) {
      const [column, type] = [sql.id(table, name), typeOf(name)];
      conditions.push((values) => words.canHold(type, read(values)));
      return (foundBy === name ? words.is : words.isBeside)(column, type, value(read));
    },
  });
  const { query, queryId, sql: text, parameters } = built.compile(db);
  const reads = parameters.map((one) => (one instanceof Place ? (one as Place<V>).read : () => one));
  return {
    mayHold: (values) => conditions.every((holds) => holds(values)),
    bind: (values) => ({ query, queryId, sql: text, parameters: reads.map((read) => read(values)) }),
  };
}
