import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox, removeOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

interface Host {
  leads: { id: number; workspace_id: string; name: string | null; email: string | null };
}

const options = { table: "leads", tenantColumn: "workspace_id" } as const;
const ddl = "create table leads (id integer primary key, workspace_id text not null, name text, email text unique)";

let database: DatabaseSync;
let db: Kysely<Host>;
let source: LocalSource;

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  database.exec(ddl);
  db = kyselyOn(database) as unknown as Kysely<Host>;
  await installOutbox(db, options);
  source = kyselySource(db, options);
});
afterEach(() => database.close());

async function changesSince(cursor: string, tenant = "a"): Promise<readonly { id: string; deleted: boolean }[]> {
  return (await source.changes(tenant, cursor, 100)).changes;
}

async function cursorNow(tenant = "a"): Promise<string> {
  const walked = await source.changes(tenant, null, 100);
  return walked.cursor;
}

describe("the outbox sees every way a row can change", () => {
  it("whatever conflict clause the host's own statement has", async () => {
    database.exec("insert into leads (workspace_id, name, email) values ('a', 'one', 'one@example.test')");
    const cursor = await cursorNow();
    database.exec("insert or ignore into leads (id, workspace_id, name) values (1, 'a', 'ignored'), (2, 'a', 'two')");
    database.exec("update or ignore leads set name = 'edited' where id = 1");
    expect(await changesSince(cursor)).toEqual([
      { id: "2", deleted: false },
      { id: "1", deleted: false },
    ]);
    const [record] = await source.read("a", ["1"]);
    expect(record).toMatchObject({ version: "2", values: { name: "edited" } });
    database.exec("insert or replace into leads (id, workspace_id, name) values (1, 'a', 'replaced')");
    database.exec(
      "insert into leads (id, workspace_id, name) values (1, 'a', 'x') on conflict do update set name = 'upserted'",
    );
    const [again] = await source.read("a", ["1"]);
    expect(again).toMatchObject({ version: "4", values: { name: "upserted", email: null } });
  });

  it("nothing of a transaction that was rolled back", async () => {
    const cursor = await cursorNow();
    database.exec("begin; insert into leads (workspace_id) values ('a'); rollback");
    expect(await changesSince(cursor)).toEqual([]);
  });

  it("a row that moves to another tenant leaves the one and arrives at the other", async () => {
    database.exec("insert into leads (workspace_id, name) values ('a', 'one')");
    const [ofA, ofB] = [await cursorNow("a"), await cursorNow("b")];
    database.exec("update leads set workspace_id = 'b'");
    expect(await changesSince(ofA, "a")).toEqual([{ id: "1", deleted: true }]);
    expect(await changesSince(ofB, "b")).toEqual([{ id: "1", deleted: false }]);
  });

  it("a row that changes its id is gone under the old one", async () => {
    database.exec("insert into leads (workspace_id, name) values ('a', 'one')");
    const cursor = await cursorNow();
    database.exec("update leads set id = 7");
    expect(await changesSince(cursor)).toEqual(
      expect.arrayContaining([
        { id: "1", deleted: true },
        { id: "7", deleted: false },
      ]),
    );
  });

  it("a version is not used again when a row is deleted and made anew under its id", async () => {
    database.exec("insert into leads (id, workspace_id, name) values (1, 'a', 'one')");
    const [before] = await source.read("a", ["1"]);
    database.exec("delete from leads; insert into leads (id, workspace_id, name) values (1, 'a', 'another')");
    const outcome = await source.write("a", [
      { kind: "update", id: "1", expectedVersion: before?.version ?? "", values: { name: "x" } },
    ]);
    expect(outcome).toEqual([{ outcome: "stale" }]);
  });

  it("many edits of one record are one row of its", async () => {
    for (let i = 0; i < 50; i += 1) database.exec("insert or replace into leads (id, workspace_id) values (1, 'a')");
    expect(database.prepare("select count(*) as n from hubspoke_changes").get()).toEqual({ n: 1 });
  });
});

describe("rows from before the outbox", () => {
  it("are walked, read and guarded like any other, and claim no edit times", async () => {
    await removeOutbox(db, "leads");
    database.exec("insert into leads (workspace_id, name, email) values ('a', 'old', 'old@example.test')");
    await installOutbox(db, options);
    const walked = await source.changes("a", null, 10);
    expect(walked.changes).toEqual([{ id: "1", deleted: false }]);
    const [record] = await source.read("a", ["1"]);
    expect(record).toEqual({
      id: "1",
      version: "0",
      updatedAt: null,
      values: { name: "old", email: "old@example.test" },
    });
    database.exec("update leads set name = 'edited'");
    const [after] = await source.read("a", ["1"]);
    expect(Object.keys(after?.fieldTimes ?? {})).toEqual(["name"]);
    const write = { kind: "update", id: "1", expectedVersion: "0", values: { name: "mine" } } as const;
    expect(await source.write("a", [write])).toEqual([{ outcome: "stale" }]);
  });
});

describe("installing", () => {
  it("twice, and ten times at once, is once", async () => {
    await Promise.all(Array.from({ length: 10 }, () => installOutbox(db, options)));
    database.exec("insert into leads (workspace_id) values ('a')");
    expect(database.prepare("select version from hubspoke_changes").all()).toEqual([{ version: 1 }]);
  });

  it("keeps what was noted before", async () => {
    database.exec("insert into leads (workspace_id) values ('a')");
    const cursor = await cursorNow();
    database.exec("update leads set name = 'x'");
    await installOutbox(db, options);
    expect(await changesSince(cursor)).toEqual([{ id: "1", deleted: false }]);
  });

  it("watches only the columns it is told to", async () => {
    await installOutbox(db, { ...options, columns: ["email"] });
    database.exec("insert into leads (workspace_id) values ('a')");
    source = kyselySource(db, { ...options, fields: ["email"] });
    const cursor = await cursorNow();
    database.exec("update leads set name = 'x'");
    expect(await changesSince(cursor)).toEqual([]);
    database.exec("update leads set email = 'x@example.test'");
    expect(await changesSince(cursor)).toHaveLength(1);
  });

  it("can be undone, and says so when it is missed", async () => {
    await removeOutbox(db, "leads");
    expect(database.prepare("select name from sqlite_master where type = 'trigger'").all()).toEqual([]);
    const fresh = kyselySource(db, options);
    await expect(fresh.changes("a", null, 1)).rejects.toMatchObject({
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringContaining("installOutbox(db, …)"),
    });
    await installOutbox(db, options);
    expect((await fresh.changes("a", null, 1)).changes).toEqual([]);
  });

  it("has to be done again for a column that was added, and the source says so instead of missing its edits", async () => {
    database.exec("alter table leads add column phone text");
    const declared = { ...options, fields: ["name", "phone"] };
    await expect(kyselySource(db, declared).read("a", ["1"])).rejects.toThrow(/does not see "phone".*installOutbox/);
    await installOutbox(db, options);
    expect(await kyselySource(db, declared).read("a", ["1"])).toEqual([]);
  });

  it("times a table of more columns than a function of SQLite has arguments", async () => {
    const columns = Array.from({ length: 300 }, (_, i) => `c${i}`);
    database.exec(
      `create table wide (id integer primary key, tenant text, ${columns.map((name) => `${name} text`).join(", ")})`,
    );
    const wide = { table: "wide", tenantColumn: "tenant" };
    const host = db as unknown as Kysely<Record<string, unknown>>;
    await installOutbox(host, wide);
    database.exec("insert into wide (tenant) values ('a'); update wide set c299 = 'x', c0 = 'y'");
    const [record] = await kyselySource(host, wide).read("a", ["1"]);
    expect(Object.keys(record?.fieldTimes ?? {})).toHaveLength(300);
    expect(record?.values).toMatchObject({ c299: "x", c0: "y", c1: null });
  });
});
