import { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

const leads = { table: "leads", tenantColumn: "workspace_id" } as const;

async function host(columns: string) {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table leads (${columns})`);
  const db = kyselyOn(database) as Kysely<Record<string, unknown>>;
  await installOutbox(db, leads);
  return { database, source: kyselySource(db, leads) };
}

it("a row without a tenant is the host's own business: it is written, and noted once it is somebody's", async () => {
  const { database, source } = await host("id integer primary key, workspace_id text, name text");
  const { cursor } = await source.changes("a", null, 10);
  database.exec("insert into leads (workspace_id, name) values (null, 'nobody''s')");
  database.exec("update leads set name = 'nobody''s yet'");
  database.exec("insert into leads (workspace_id) values (null); delete from leads where id = 2");
  expect(database.prepare("select * from hubspoke_changes").all()).toEqual([]);
  database.exec("update leads set workspace_id = 'a'");
  const came = await source.changes("a", cursor, 10);
  expect(came.changes).toEqual([{ id: "1", deleted: false }]);
  database.exec("update leads set workspace_id = null");
  expect((await source.changes("a", came.cursor, 10)).changes).toEqual([{ id: "1", deleted: true }]);
});

it("a number in a column of texts is that number's text, and found by it", async () => {
  const { source } = await host("id integer primary key, workspace_id text, name text");
  const create = { kind: "create", idempotencyKey: "k", values: { name: 5 } } as const;
  expect(await source.write("a", [create])).toMatchObject([{ outcome: "written", record: { values: { name: "5" } } }]);
  expect(await source.findBy("a", "name", [5])).toHaveLength(1);
});

it("a row without an id is written, and no record", async () => {
  const { database } = await host("id text primary key, workspace_id text, name text");
  database.exec("insert into leads values (null, 'a', 'x'); update leads set name = 'y'; delete from leads");
  expect(database.prepare("select * from hubspoke_changes").all()).toEqual([]);
});

it("an edit of case, in a column that knows none, has a time of its own", async () => {
  const { database, source } = await host("id integer primary key, workspace_id text, name text collate nocase");
  database.exec("insert into leads values (1, 'a', 'mcdonald')");
  database.exec("update hubspoke_changes set field_times = json_object('name', 5)");
  database.exec("update leads set name = 'McDonald'");
  const [record] = await source.read("a", ["1"]);
  expect(record?.values.name).toBe("McDonald");
  expect(record?.fieldTimes?.name).toBeGreaterThan(5);
});

it("a tenant or an id that changes its case, in columns that know none, leaves the old one", async () => {
  const columns = "id text collate nocase primary key, workspace_id text collate nocase, name text";
  const { database, source } = await host(columns);
  database.exec("insert into leads values ('Bob', 'Acme', 'x')");
  const { cursor } = await source.changes("Acme", null, 10);
  database.exec("update leads set workspace_id = 'acme'");
  expect((await source.changes("Acme", cursor, 10)).changes).toEqual([{ id: "Bob", deleted: true }]);
  const moved = await source.changes("acme", cursor, 10);
  expect(moved.changes).toEqual([{ id: "Bob", deleted: false }]);
  database.exec("update leads set id = 'bob'");
  const { changes } = await source.changes("acme", moved.cursor, 10);
  expect(changes.toSorted((a, b) => a.id.localeCompare(b.id, "en"))).toEqual(
    expect.arrayContaining([
      { id: "Bob", deleted: true },
      { id: "bob", deleted: false },
    ]),
  );
});
