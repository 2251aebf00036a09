import { SqliteDialect, type SqliteDialectConfig, type SqliteStatement } from "kysely";

const preparedLimit = 200;

type StatementValue = null | number | bigint | string | Uint8Array;

/** `DatabaseSync` of node:sqlite, as far as Kysely needs it. Structural, so that no driver is a dependency. */
export interface NodeSqliteDatabase {
  /** Called by Kysely's `destroy`. */
  close(): void;
  /** Whether a statement gives rows is known by its `columns()`. Integers beyond 2^53 are not used. */
  prepare(sql: string): {
    columns(): readonly unknown[];
    all(...parameters: StatementValue[]): unknown[];
    run(...parameters: StatementValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
    iterate(...parameters: StatementValue[]): IterableIterator<unknown>;
  };
}

/**
 * A Kysely dialect over node:sqlite for the host's own tables, for example with `kyselySource`:
 * `new Kysely({ dialect: nodeSqliteDialect(new DatabaseSync("crm.db")) })`. Kysely's own SqliteDialect passes parameters
 * as one array and asks whether a statement gives rows, which node:sqlite does differently. Booleans are stored as 0 and 1.
 */
export function nodeSqliteDialect(database: NodeSqliteDatabase): SqliteDialect {
  const prepared = new Map<string, SqliteStatement>();
  const wrapped: SqliteDialectConfig["database"] = {
    close() {
      prepared.clear();
      database.close();
    },
    prepare(sql) {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = database.prepare(sql);
      const made: SqliteStatement = {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(bindable)),
        run: (parameters) => statement.run(...parameters.map(bindable)),
        // A statement of its own: one that is walked must not be asked again meanwhile.
        iterate: (parameters) => database.prepare(sql).iterate(...parameters.map(bindable)),
      };
      keep(prepared, sql, made);
      return made;
    },
  };
  return new SqliteDialect({ database: wrapped });
}

/** Texts are few: what a product asks. The oldest goes, for those that name a list's every value are many. */
function keep(prepared: Map<string, SqliteStatement>, sql: string, made: SqliteStatement): void {
  const [oldest] = prepared.keys();
  if (prepared.size >= preparedLimit && oldest !== undefined) prepared.delete(oldest);
  prepared.set(sql, made);
}

function bindable(value: unknown): StatementValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  return value as StatementValue;
}
