import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { CompiledQuery, Kysely } from "kysely";
import { SqliteRows } from "../stores/sqlite-rows.ts";
import type { Copied } from "../stores/store.ts";

export interface Lead {
  id: string;
  workspace: string;
  ref: string | null;
  email: string | null;
  first: string | null;
  last: string | null;
  company: string | null;
  city: string | null;
  nick?: string | null;
  due?: string | null;
  place?: string | null;
  roles?: string | null;
}

interface Tables {
  leads: Lead;
}

const table = { table: "leads", tenantColumn: "workspace" } as const;
const columns = ["ref", "email", "first", "last", "company", "city"];
const wider = {
  fields: {
    ...Object.fromEntries([...columns, "nick", "due", "place"].map((name) => [name, {}])),
    roles: { kind: "list" },
  },
} as const;
const wideColumns =
  ", nick text constraint nick check (nick is null or nick not like 'x%'), due text, place text, roles text";

/** The product's own database: a real SQLite table with the outbox, whose clock is the simulation's. */
export interface Crm extends Copied {
  /** Empties it for a world with this time. */
  begin(now: () => number): Promise<void>;
  source(): LocalSource;
  rows(): Lead[];
  find(id: string): Lead | undefined;
  /** Rows of one person. */
  of(ref: string): Lead[];
  insert(lead: Lead): Promise<void>;
  update(id: string, change: Partial<Lead>): Promise<void>;
  remove(id: string): Promise<void>;
  /** One row goes and the other comes, in one transaction. */
  replace(id: string, lead: Lead): Promise<void>;
  close(): Promise<void>;
}

/** Made once for many worlds. `path`: a file, or `:memory:`. */
export async function openCrm(path: string, isWide: boolean): Promise<Crm> {
  const database = new DatabaseSync(path);
  let time = (): number => 0;
  let ids = 0;
  // The triggers ask SQLite for the time.
  database.function("unixepoch", { varargs: true }, () => time() / 1_000);
  database.exec(`create table leads (id text primary key, workspace text not null, ref text, email text, first text,
    last text, company text, city text${isWide ? wideColumns : ""}); create index leads_email on leads (workspace, email)`);
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  await installOutbox(db, table);
  const kept = new SqliteRows(database);
  const fresh = await kept.copy();
  const all = database.prepare("select * from leads order by id");
  const one = database.prepare("select * from leads where id = ?");
  const some = database.prepare("select * from leads where ref = ? order by id");
  // Users go through the same connection as everybody, and so never into somebody's open transaction.
  const run = async (text: string, values: readonly unknown[]): Promise<void> =>
    void (await db.executeQuery(CompiledQuery.raw(text, [...values])));
  return {
    copy: () => kept.copy(),
    restore: (older) => kept.restore(older),
    async begin(now) {
      time = now;
      ids = 0;
      await kept.restore(fresh);
    },
    source: () => kyselySource(db, { ...table, ...(isWide && wider), newId: () => `made-${++ids}` }),
    rows: () => all.all() as unknown as Lead[],
    find: (id) => one.get(id) as unknown as Lead | undefined,
    of: (ref) => some.all(ref) as unknown as Lead[],
    insert: (lead) => run(insertion(lead), Object.values(lead)),
    update: (id, change) =>
      run(`update leads set ${Object.keys(change).map((column) => `${column} = ?`)} where id = ?`, [
        ...Object.values(change),
        id,
      ]),
    remove: (id) => run("delete from leads where id = ?", [id]),
    replace: (id, lead) =>
      db.transaction().execute(async (transaction) => {
        await transaction.executeQuery(CompiledQuery.raw("delete from leads where id = ?", [id]));
        await transaction.executeQuery(CompiledQuery.raw(insertion(lead), Object.values(lead)));
      }),
    close: async () => {
      await db.destroy();
    },
  };
}

function insertion(lead: Lead): string {
  return `insert into leads (${Object.keys(lead)}) values (${Object.keys(lead).map(() => "?")})`;
}
