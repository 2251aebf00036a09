import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Harness, LocalSourceUnderTest } from "@hubspoke/testing/contracts";
import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import { type KyselySourceOptions, kyselySource } from "../../src/source/kysely-source.ts";

/** The host's own Kysely, as a host would make it: Kysely's dialect around a connection of node:sqlite. */
export function kyselyOn(database: DatabaseSync): Kysely<unknown> {
  return new Kysely({ dialect: new SqliteDialect({ database: sqliteLike(database) }) });
}

export function sqliteLike(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare: (text) => {
      const statement = database.prepare(text);
      const given = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...given(parameters)),
        run: (parameters) => statement.run(...given(parameters)),
        iterate: (parameters) => statement.iterate(...given(parameters)) as IterableIterator<unknown>,
      };
    },
  };
}

export interface HostTable {
  readonly ddl: string;
  /** The suite's words → this table's columns. */
  readonly columns: {
    readonly tenant: string;
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly score: string;
  };
  readonly options: KyselySourceOptions;
  /** How this host stamps an edit of its own: `, "updated_at" = …`. */
  readonly stamp?: string;
  /** Instead of deleting. */
  readonly softDelete?: string;
  readonly prepare?: (db: Kysely<unknown>) => Promise<void>;
}

const capabilities = { shared: true, durable: true, maxParams: 32_766, maxValueBytes: 1_000_000_000 };

/** A table of the host's in a file of its own, the source over it, and the host's own hand on it. */
export function harnessFor(
  name: string,
  host: HostTable,
  wrap: (under: LocalSourceUnderTest) => LocalSourceUnderTest = (under) => under,
): Harness<LocalSourceUnderTest> {
  return {
    name,
    capabilities,
    async space() {
      const folder = mkdtempSync(join(tmpdir(), "hubspoke-source-"));
      const path = join(folder, "host.db");
      const first = new DatabaseSync(path);
      first.exec("pragma journal_mode = wal");
      first.exec(host.ddl);
      await host.prepare?.(kyselyOn(first));
      first.close();
      const handles = new Map<LocalSourceUnderTest, DatabaseSync>();
      return {
        async open() {
          const database = new DatabaseSync(path, { timeout: 0 });
          const source = kyselySource<Record<string, unknown>>(
            kyselyOn(database) as Kysely<Record<string, unknown>>,
            host.options,
          );
          const under = wrap({ source, table: tableOn(database, host) });
          handles.set(under, database);
          return under;
        },
        async close(under) {
          handles.get(under)?.close();
          handles.delete(under);
        },
        async remove() {
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

export function tableOn(database: DatabaseSync, host: HostTable): LocalSourceUnderTest["table"] {
  const { columns, stamp = "", softDelete } = host;
  const table = quoted(host.options.table);
  const column = (name: string): string => quoted(columns[name as keyof typeof columns]);
  return {
    async insert(tenant, row) {
      const names = Object.keys(row);
      const places = names.map(() => "?").join("");
      const into = [column("tenant"), ...names.map(column)].join(", ");
      const values = ["?", ...places].join(", ");
      const query = `insert into ${table} (${into}) values (${values}) returning cast(${column("id")} as text) as id`;
      const made = database.prepare(query).get(tenant, ...Object.values(row));
      return String(made?.id);
    },
    async update(tenant, id, change) {
      const set = Object.keys(change).map((name) => `${column(name)} = ?`);
      const query = `update ${table} set ${set.join(", ")}${stamp} where ${column("tenant")} = ? and ${column("id")} = ?`;
      database.prepare(query).run(...Object.values(change), tenant, id);
    },
    async remove(tenant, id) {
      const doing = softDelete === undefined ? `delete from ${table}` : `update ${table} set ${softDelete}`;
      database.prepare(`${doing} where ${column("tenant")} = ? and ${column("id")} = ?`).run(tenant, id);
    },
    async rows() {
      const picked = Object.keys(columns).map(
        (name) => `${name === "tenant" || name === "id" ? `cast(${column(name)} as text)` : column(name)} as ${name}`,
      );
      const live = softDelete === undefined ? "" : ` where ${quoted(host.options.deletedAtColumn ?? "")} is null`;
      const rows = database.prepare(`select ${picked.join(", ")} from ${table}${live} order by ${column("id")}`).all();
      return rows.map((row) => ({ ...row })) as never;
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
