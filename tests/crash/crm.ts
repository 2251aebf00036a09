import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";

const table = { table: "leads", tenantColumn: "workspace" } as const;
export const tenant = "acme";

export interface Lead {
  readonly id: string;
  readonly email: string;
  readonly first: string | null;
  readonly last: string | null;
}

/** The product's own database: one file, opened by every process. It keeps a note of every value ever written. */
export interface Crm {
  source(): LocalSource;
  rows(): Lead[];
  insert(id: string, email: string, last: string): void;
  edit(id: string, last: string): void;
  /** How often each first name was written; the sync writes no other column of rows that exist. */
  written(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function openCrm(path: string, install: boolean): Promise<Crm> {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  const db = new Kysely<{ leads: Record<string, string> }>({ dialect: nodeSqliteDialect(database) });
  if (install) {
    database.exec(`create table leads (id text primary key, workspace text not null, email text, first text, last text);
      create index leads_email on leads (workspace, email);
      create table written (first text);
      create trigger leads_written after update of first on leads begin insert into written values (new.first); end`);
    await installOutbox(db, table);
  }
  const insert = database.prepare("insert into leads values (?, 'acme', ?, null, ?)");
  const edit = database.prepare("update leads set last = ? where id = ?");
  return {
    source: () => kyselySource(db, { ...table, newId: () => crypto.randomUUID() }),
    rows: () => database.prepare("select id, email, first, last from leads").all() as unknown as Lead[],
    insert: (id, email, last) => void insert.run(id, email, last),
    edit: (id, last) => void edit.run(last, id),
    written() {
      const rows = database.prepare("select first, count(*) as times from written group by first").all();
      return new Map(rows.map(({ first, times }) => [String(first), Number(times)]));
    },
    close: () => db.destroy(),
  };
}
