import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqliteDatabaseLike, SqliteStatementLike } from "@hubspoke/storage-sqlite";

/** A database in a file that counts the statements it runs. */
export interface CountedDatabase extends SqliteDatabaseLike {
  readonly statements: () => number;
}

export function countedDatabase(path: string): CountedDatabase {
  const db = new DatabaseSync(path);
  let count = 0;
  const counted = (statement: StatementSync): SqliteStatementLike => ({
    all(...parameters) {
      count++;
      return statement.all(...parameters);
    },
    run(...parameters) {
      count++;
      return statement.run(...parameters);
    },
    columns: () => statement.columns(),
  });
  return {
    statements: () => count,
    prepare: (sql) => counted(db.prepare(sql)),
    exec(sql) {
      count++;
      db.exec(sql);
    },
    close: () => db.close(),
    get isTransaction() {
      return db.isTransaction;
    },
  };
}
