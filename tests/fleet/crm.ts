import type { LocalSource } from "@hubspoke/core/ports";
import { installOutbox, kyselySource } from "@hubspoke/storage-kysely";
import { Kysely, PostgresDialect } from "kysely";
import { Pool } from "pg";
import type { Lead } from "../crash/crm.ts";

const table = { table: "leads", tenantColumn: "workspace" } as const;

/** The product's own tables, on the same server as Hubspoke's. They keep a note of every value ever written. */
export interface Crm {
  source(): LocalSource;
  install(): Promise<void>;
  rows(): Promise<Lead[]>;
  insert(leads: readonly Pick<Lead, "id" | "email" | "last">[]): Promise<void>;
  edit(id: string, last: string): Promise<void>;
  /** Another last name for so many leads, the same whenever it is called with the same word. */
  editMany(count: number, word: string): Promise<void>;
  /** How often each first name was written; the sync writes no other column of rows that exist. */
  written(): Promise<ReadonlyMap<string, number>>;
  /** Notes one run of the schedule. */
  beat(dueAt: number): Promise<void>;
  beats(): Promise<number[]>;
  close(): Promise<void>;
}

export function openCrm(url: string, schema: string): Crm {
  const pool = new Pool({ connectionString: url, max: 4, options: `-c search_path=${schema}` });
  const db = new Kysely<{ leads: Record<string, string> }>({ dialect: new PostgresDialect({ pool }) });
  return {
    source: () => kyselySource(db, { ...table, newId: () => crypto.randomUUID() }),
    async install() {
      await pool.query(`create schema ${schema}`);
      await pool.query(`create table leads (id text primary key, workspace text not null, email text, first text, last text);
        create index on leads (workspace, email);
        create table written (first text); create table beats (due_at bigint not null);
        create function note() returns trigger language plpgsql as
          'begin insert into written values (new.first); return null; end';
        create trigger noted after update of first on leads for each row execute function note()`);
      await installOutbox(db, table);
    },
    rows: async () => (await pool.query<Lead>("select id, email, first, last from leads")).rows,
    async insert(leads) {
      const columns = [leads.map(({ id }) => id), leads.map(({ email }) => email), leads.map(({ last }) => last)];
      await pool.query(
        `insert into leads select id, 'acme', email, null, last
           from unnest($1::text[], $2::text[], $3::text[]) as given (id, email, last)`,
        columns,
      );
    },
    edit: async (id, last) => void (await pool.query("update leads set last = $1 where id = $2", [last, id])),
    async editMany(count, word) {
      await pool.query(
        `update leads set last = $1 || '-' || id where id in (select id from leads order by id limit $2)`,
        [word, count],
      );
    },
    async written() {
      const { rows } = await pool.query("select first, count(*)::int as times from written group by first");
      return new Map(rows.map(({ first, times }) => [String(first), Number(times)]));
    },
    beat: async (dueAt) => void (await pool.query("insert into beats values ($1)", [dueAt])),
    async beats() {
      const { rows } = await pool.query("select due_at::float8 as at from beats order by due_at");
      return rows.map(({ at }) => Number(at));
    },
    close: () => db.destroy(),
  };
}
