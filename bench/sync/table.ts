/** The other side: a table in a database file, read and written in batches. */
import { DatabaseSync } from "node:sqlite";
import type { LocalRecord, LocalSource, LocalValue } from "@hubspoke/core/ports";
import { valuesOf } from "./contacts.ts";

type Row = Record<"id" | "version" | "born" | "email" | "first" | "last", string | number | null>;

export interface Table {
  readonly source: LocalSource;
  readonly writes: () => number;
  readonly rows: () => number;
  /** Puts `n` rows in, as somebody else does. */
  fill(n: number): void;
  /** Changes every row, as somebody else does. */
  edit(): void;
  close(): void;
}

export function tableAt(path: string): Table {
  const db = new DatabaseSync(path);
  db.exec(`pragma journal_mode = wal; pragma synchronous = normal;
    create table people (id integer primary key, version integer not null, born text unique, email text collate nocase, first text, last text);
    create index by_email on people (email);`);
  const among = (column: string) =>
    db.prepare(`select * from people where ${column} in (select value from json_each(?))`);
  const byIds = among("id");
  const byBirth = among("born");
  const byEmail = among("email");
  const after = db.prepare("select id from people where id > ? order by id limit ?");
  const insert = db.prepare(
    "insert into people (version, born, email, first, last) values (1, ?, ?, ?, ?) on conflict (born) do nothing",
  );
  const update = db.prepare(
    "update people set version = version + 1, email = ?, first = ?, last = ? where id = ? and version = ?",
  );
  let writes = 0;
  const find = (statement: ReturnType<typeof among>, values: readonly unknown[]) =>
    statement.all(JSON.stringify(values)) as unknown as Row[];
  const byEmails = async (_tenant: string, field: string, values: readonly LocalValue[]) => {
    if (field !== "email") throw new Error(`People are not found by ${field}`);
    return find(byEmail, values).map(recordOf);
  };
  return {
    writes: () => writes,
    rows: () => Number(db.prepare("select count(*) as n from people").get()?.n),
    fill(n) {
      const row = db.prepare("insert into people (version, email, first, last) values (1, ?, ?, ?)");
      db.exec("begin");
      for (let i = 0; i < n; i++) {
        const { email, firstname, lastname } = valuesOf(i, false);
        row.run(email, firstname, lastname);
      }
      db.exec("commit");
    },
    edit: () => db.exec("update people set version = version + 1, first = replace(first, 'First', 'Edited')"),
    close: () => db.close(),
    source: {
      capabilities: { deletes: "scan", editTimes: "none", readOnly: false },
      fields: async () => ["email", "first", "last"],
      async changes(_tenant, cursor, limit) {
        const rows = after.all(Number(cursor ?? 0), limit) as { id: number }[];
        const last = rows.at(-1)?.id ?? Number(cursor ?? 0);
        const changes = rows.map(({ id }) => ({ id: String(id), deleted: false }));
        return { changes, cursor: String(last), more: rows.length === limit };
      },
      read: async (_tenant, ids) => find(byIds, ids.map(Number)).map(recordOf),
      findBy: byEmails,
      findFolded: byEmails,
      async write(_tenant, wanted) {
        db.exec("begin");
        writes += wanted.length;
        for (const one of wanted) {
          const { email = null, first = null, last = null } = one.values as Row;
          if (one.kind === "create") insert.run(one.idempotencyKey, email, first, last);
          else update.run(email, first, last, Number(one.id), Number(one.expectedVersion));
        }
        db.exec("commit");
        const born = new Map(
          find(
            byBirth,
            wanted.flatMap((one) => (one.kind === "create" ? one.idempotencyKey : [])),
          ).map((row) => [row.born, row]),
        );
        return wanted.map((one) => {
          const row = one.kind === "create" ? born.get(one.idempotencyKey) : find(byIds, [Number(one.id)])[0];
          return row === undefined ? { outcome: "gone" } : { outcome: "written", record: recordOf(row) };
        });
      },
      delete: async (_tenant, ids) => ids.map(() => "gone" as const),
    },
  };
}

function recordOf({ id, version, email, first, last }: Row): LocalRecord {
  return { id: String(id), version: String(version), values: { email, first, last }, updatedAt: null };
}
