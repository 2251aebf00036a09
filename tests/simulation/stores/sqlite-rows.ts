import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Copied, Row, Rows, Value } from "./store.ts";

interface Table {
  readonly name: string;
  readonly all: StatementSync;
  readonly clear: StatementSync;
  readonly insert: StatementSync;
  readonly columns: readonly string[];
}

/** The rows of a SQLite database. A table that a copy does not know is emptied. */
export class SqliteRows implements Copied {
  readonly #database: DatabaseSync;
  readonly #version: StatementSync;
  #tables: readonly Table[] = [];
  #tablesOf: unknown = null;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#version = database.prepare("pragma schema_version");
  }

  async copy(): Promise<Rows> {
    return new Map(this.#known().map(({ name, all }) => [name, all.all() as Row[]]));
  }

  async restore(rows: Rows): Promise<void> {
    this.#database.exec("begin immediate");
    for (const { name, clear, insert, columns } of this.#known()) {
      clear.run();
      for (const row of rows.get(name) ?? []) insert.run(...columns.map((column) => row[column] as Value));
    }
    this.#database.exec("commit");
  }

  /** Some tables are made at their first use. */
  #known(): readonly Table[] {
    const version = this.#version.get()?.schema_version;
    if (version !== this.#tablesOf) this.#tables = tablesOf(this.#database);
    this.#tablesOf = version;
    return this.#tables;
  }
}

/** Those with triggers first: what these wrote while they were filled is then replaced. */
function tablesOf(database: DatabaseSync): Table[] {
  const named = database.prepare(`select name from sqlite_master as t where type = 'table' and name not like 'sqlite_%'
    order by not exists (select 1 from sqlite_master where type = 'trigger' and tbl_name = t.name), name`);
  return named.all().map(({ name }) => tableOf(database, String(name)));
}

function tableOf(database: DatabaseSync, name: string): Table {
  const info = database.prepare("select name from pragma_table_info(?)").all(name);
  const columns = info.map((column) => String(column.name));
  const quoted = columns.map((column) => `"${column}"`).join(", ");
  return {
    name,
    columns,
    all: database.prepare(`select ${quoted} from "${name}" order by rowid`),
    clear: database.prepare(`delete from "${name}"`),
    insert: database.prepare(`insert into "${name}" (${quoted}) values (${columns.map(() => "?").join(", ")})`),
  };
}
