import { installOutbox, kyselySource, removeOutbox } from "@hubspoke/storage-kysely";
import type { Pool } from "pg";
import { describe, expect, it } from "vitest";
import { hostWith, settled } from "./host-table.ts";

const leads = { table: "leads", tenantColumn: "workspace_id" } as const;
const plain = "create table leads (id bigint primary key, workspace_id text not null, name text)";

const poll = async (pool: Pool, source: ReturnType<typeof kyselySource>, cursor: string | null) => {
  await settled(pool);
  return source.changes("a", cursor, 10);
};

describe("installing the outbox", () => {
  it("takes part in the transaction that Kysely gives a migration, and so does removing it", async () => {
    const { db, pool } = await hostWith(plain);
    const triggers = () => pool.query("select 1 from pg_trigger where tgrelid = 'leads'::regclass");
    await db.transaction().execute((tx) => installOutbox(tx, leads));
    expect((await triggers()).rows).toHaveLength(2);
    await db.transaction().execute((tx) => removeOutbox(tx, "leads"));
    expect((await triggers()).rows).toEqual([]);
    await expect(
      db.transaction().execute(async (tx) => {
        await installOutbox(tx, leads);
        throw new Error("the migration fails later");
      }),
    ).rejects.toThrow("fails later");
    expect((await triggers()).rows, "undone with the rest").toEqual([]);
  });

  it("is refused for a schema that only withSchema names, and so is the source", async () => {
    const { admin, schema, pool, db } = await hostWith(plain);
    const other = `${schema}_b`;
    await admin.query(`create schema ${other}; create table ${other}.leads (like ${schema}.leads)`);
    await installOutbox(db, leads);
    await pool.query("insert into leads values (1, 'a', 'of the first schema')");
    const there = db.withSchema(other);
    const refused = { code: "SYNC_DECLARATION_INVALID", message: expect.stringContaining("search_path") };
    await expect(installOutbox(there, leads)).rejects.toMatchObject(refused);
    await expect(removeOutbox(there, "leads")).rejects.toMatchObject(refused);
    await expect(kyselySource(there, leads).read("a", ["1"])).rejects.toMatchObject(refused);
    await admin.query(`drop schema ${other} cascade`);
  });
});

describe("a table that was renamed", () => {
  const renamed = { ...leads, table: "people" } as const;

  it("is refused until the outbox is installed anew, and then tells the edits from before", async () => {
    const { pool, db } = await hostWith(plain);
    await installOutbox(db, leads);
    await pool.query("insert into leads values (1, 'a', 'one'), (2, 'a', 'one')");
    const { cursor } = await poll(pool, kyselySource(db, leads), null);
    await pool.query("update leads set name = 'unread' where id = 1; alter table leads rename to people");
    const source = kyselySource(db, renamed);
    await expect(source.changes("a", cursor, 10)).rejects.toMatchObject({
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringMatching(/"leads".*run installOutbox again/),
    });
    await pool.query("update people set name = 'between' where id = 2");
    await installOutbox(db, renamed);
    const page = await poll(pool, source, cursor);
    expect(page.changes.map(({ id }) => id).toSorted()).toEqual(["1", "2"]);
    await pool.query("update people set name = 'after' where id = 2");
    expect((await poll(pool, source, page.cursor)).changes).toEqual([{ id: "2", deleted: false }]);
  });

  it("takes no notes from another table that has its old name by now", async () => {
    const { pool, db } = await hostWith(plain);
    await installOutbox(db, leads);
    await pool.query(`alter table leads rename to people; ${plain}`);
    await installOutbox(db, leads);
    const source = kyselySource(db, leads);
    const { cursor } = await poll(pool, source, null);
    await pool.query("insert into leads values (7, 'a', 'of the new table')");
    await installOutbox(db, renamed);
    expect((await poll(pool, source, cursor)).changes).toEqual([{ id: "7", deleted: false }]);
  });
});

describe("an outbox that goes from under a running source", () => {
  it.each([
    ["a trigger is dropped", "drop trigger hubspoke_outbox on leads"],
    ["a trigger is disabled", "alter table leads disable trigger hubspoke_outbox"],
    ["truncate is no longer seen", "drop trigger hubspoke_outbox_truncate on leads"],
    ["the table is made anew", `drop table leads; ${plain}`],
  ])("is refused when %s, by name, until it is installed again", async (_what, ddl) => {
    const { pool, db } = await hostWith(plain);
    await installOutbox(db, leads);
    const source = kyselySource(db, leads);
    const { cursor } = await poll(pool, source, null);
    await pool.query(`${ddl}; insert into leads values (1, 'a', 'unseen')`);
    const refused = { code: "SYNC_DECLARATION_INVALID", message: expect.stringContaining("installOutbox") };
    await expect(source.changes("a", cursor, 10)).rejects.toMatchObject(refused);
    await expect(source.changes("a", null, 10)).rejects.toMatchObject(refused);
    await installOutbox(db, leads);
    // What it missed meanwhile can only be found by another walk.
    await expect(source.changes("a", cursor, 10)).rejects.toMatchObject({
      code: "SYNC_LOCAL_FAILED",
      message: expect.stringMatching(/installed anew.*null/),
      details: { table: "leads", cursor: "refused" },
    });
    const walk = await poll(pool, source, null);
    expect(walk.changes).toEqual([{ id: "1", deleted: false }]);
    await installOutbox(db, leads);
    await pool.query("update leads set name = 'seen'");
    expect((await poll(pool, source, walk.cursor)).changes).toEqual([{ id: "1", deleted: false }]);
  });

  it("is refused when it is installed for fewer columns than the source has", async () => {
    const { pool, db } = await hostWith(`${plain.slice(0, -1)}, email text)`);
    await installOutbox(db, leads);
    const source = kyselySource(db, leads);
    const { cursor } = await poll(pool, source, null);
    await installOutbox(db, { ...leads, columns: ["name"] });
    await expect(source.changes("a", cursor, 10)).rejects.toMatchObject({
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringContaining('does not see "email"'),
    });
  });
});

it("a row without a tenant is the host's own business until it is given to one", async () => {
  const { pool, db } = await hostWith("create table leads (id bigint unique, workspace_id text, name text)");
  await installOutbox(db, leads);
  const source = kyselySource(db, leads);
  const walk = await poll(pool, source, null);
  await pool.query("insert into leads values (1, null, 'nobody''s yet'), (null, 'a', 'without an id')");
  await pool.query("update leads set name = 'still'");
  expect((await poll(pool, source, walk.cursor)).changes).toEqual([]);
  await pool.query("update leads set workspace_id = 'a' where id = 1");
  const given = await poll(pool, source, walk.cursor);
  expect(given.changes).toEqual([{ id: "1", deleted: false }]);
  await pool.query("update leads set workspace_id = null where id = 1");
  expect((await poll(pool, source, given.cursor)).changes).toEqual([{ id: "1", deleted: true }]);
  await pool.query("delete from leads");
  await pool.query("insert into leads values (1, null, 'nobody''s yet'); truncate leads");
});

it("truncate is told of rows that are older than the outbox, too, and of nobody's rows not", async () => {
  const { pool, db } = await hostWith("create table leads (id bigint unique, workspace_id text, name text)");
  await pool.query("insert into leads values (1, 'a', 'one'), (2, 'a', 'two'), (3, null, 'nobody''s')");
  await installOutbox(db, leads);
  const source = kyselySource(db, leads);
  const walk = await poll(pool, source, null);
  expect(walk.changes).toHaveLength(2);
  await pool.query("update leads set name = 'noted' where id = 2; truncate leads");
  const { changes } = await poll(pool, source, walk.cursor);
  expect(changes.toSorted((one, next) => one.id.localeCompare(next.id))).toEqual([
    { id: "1", deleted: true },
    { id: "2", deleted: true },
  ]);
});

it("a table in parts: a row that an edit moves into another part stays a record, at the version its write has told", async () => {
  const { pool, db } =
    await hostWith(`create table leads (id bigint, workspace_id text not null, stage text, made_by text,
      unique (workspace_id, stage, id)) partition by list (stage);
    create table leads_new partition of leads for values in ('new'); create table leads_others partition of leads default`);
  await installOutbox(db, leads);
  const source = kyselySource(db, { ...leads, newId: () => "1" });
  const walk = await poll(pool, source, null);
  const [made] = await source.write("a", [{ kind: "create", idempotencyKey: "k", values: { stage: "new" } }]);
  expect(made).toMatchObject({ outcome: "written", record: { id: "1", values: { stage: "new" } } });
  let version = made?.outcome === "written" ? made.record.version : "";
  for (const stage of ["won", "new", "new"]) {
    const update = { kind: "update", id: "1", expectedVersion: version, values: { stage } } as const;
    const [moved] = await source.write("a", [update]);
    expect(moved).toMatchObject({ outcome: "written", record: { values: { stage } } });
    expect(await source.write("a", [update]), "the version has changed").toEqual([{ outcome: "stale" }]);
    version = moved?.outcome === "written" ? moved.record.version : "";
  }
  await pool.query("update leads set stage = 'lost'");
  const page = await poll(pool, source, walk.cursor);
  expect(page.changes).toEqual([{ id: "1", deleted: false }]);
  await pool.query("truncate leads");
  expect((await poll(pool, source, page.cursor)).changes).toEqual([{ id: "1", deleted: true }]);
});

it("a row that an edit moves into another part keeps the times of the fields it left alone", async () => {
  const { pool, db } = await hostWith(`create table leads (id bigint, workspace_id text not null, stage text, name text,
      email text) partition by list (stage);
    create table leads_new partition of leads for values in ('new'); create table leads_others partition of leads default;
    create table others (like leads)`);
  const source = kyselySource(db, leads);
  for (const table of ["leads", "others"]) await installOutbox(db, { ...leads, table });
  await pool.query("insert into leads select n, 'a', 'new', 'one', 'x' from generate_series(1, 2) n");
  // In times that differ, whatever the clock's ticks are.
  await pool.query(`update hubspoke_changes set field_times = '{"stage": 1, "name": 2, "email": 3}'`);
  const timesOf = async (of = source, ids = ["1", "2"]) =>
    (await of.read("a", ids)).map(({ fieldTimes }) => fieldTimes);
  await pool.query("update leads set stage = 'won', name = 'two'");
  const moved = { stage: expect.any(Number), name: expect.any(Number), email: 3 };
  const [one, two] = await timesOf();
  expect([one, two]).toEqual([moved, moved]);
  expect(Math.min(one?.stage ?? 0, one?.name ?? 0, two?.stage ?? 0, two?.name ?? 0)).toBeGreaterThan(3);
  // Deleted, and another row or another table's put in: nothing of those was there before.
  await pool.query(`begin; delete from leads where id = 1; insert into leads values (3, 'a', 'won', 'two', 'x');
    insert into others values (1, 'a', 'won', 'two', 'x'); commit`);
  const [third] = await timesOf(source, ["3"]);
  const [other] = await timesOf(kyselySource(db, { ...leads, table: "others" }), ["1"]);
  expect(Math.min(third?.email ?? 0, other?.email ?? 0)).toBeGreaterThan(3);
});
