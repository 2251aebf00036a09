import { SqliteDialect, type SqliteDialectConfig } from "kysely";

type StatementValue = null | number | bigint | string | Uint8Array;

/** `DatabaseSync` of node:sqlite, as far as Kysely needs it. Structural, so that no driver is a dependency. */
export interface NodeSqliteDatabase {
  close(): void;
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
  const wrapped: SqliteDialectConfig["database"] = {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...parameters.map(bindable)),
        run: (parameters) => statement.run(...parameters.map(bindable)),
        iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
      };
    },
  };
  return new SqliteDialect({ database: wrapped });
}

function bindable(value: unknown): StatementValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  return value as StatementValue;
}
