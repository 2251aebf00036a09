import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox, removeOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

type Host = Kysely<Record<string, unknown>>;

const leads = { table: "leads", tenantColumn: "workspace_id" } as const;
const byTime = { ...leads, changes: "updated_at", updatedAtColumn: "at", updatedAtFormat: "ms" } as const;
const ddl = "(id integer primary key, workspace_id text not null, name text, at integer)";
const refused = { code: "SYNC_LOCAL_FAILED", details: { cursor: "refused" } };

let database: DatabaseSync;
let db: Host;

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  database.exec(`create table leads ${ddl}`);
  db = kyselyOn(database) as Host;
  await installOutbox(db, leads);
  database.exec(`insert into leads values (1, 'a', 'one', ${Date.now()})`);
});
afterEach(() => database.close());

const cursorOf = async (source: LocalSource) => (await source.changes("a", null, 100)).cursor;
const edit = (name: string) => database.exec(`update leads set name = '${name}', at = ${Date.now() + 5}`);
const rebuild = () =>
  database.exec(`create table new_leads ${ddl}; insert into new_leads select * from leads;
    drop table leads; alter table new_leads rename to leads`);

describe("a cursor that can not tell what came after it is refused, for the engine to begin anew:", () => {
  it("one that is younger than the database, which was restored from a backup", async () => {
    const backup = database.prepare("select seq from hubspoke_change_sequence").get();
    for (let i = 0; i < 5; i++) edit(`edit ${i}`);
    const source = kyselySource(db, leads);
    const cursor = await cursorOf(source);
    expect((await source.changes("a", cursor, 100)).changes).toEqual([]);
    database.prepare("update hubspoke_change_sequence set seq = ?").run(Number(backup?.seq));
    edit("after the restore");
    await expect(source.changes("a", cursor, 100)).rejects.toMatchObject(refused);
    expect((await source.changes("a", null, 100)).changes).toEqual([{ id: "1", deleted: false }]);
  });

  it("one of the outbox, where the source follows a column of times now", async () => {
    const cursor = await cursorOf(kyselySource(db, leads));
    await expect(kyselySource(db, byTime).changes("a", cursor, 100)).rejects.toMatchObject(refused);
  });

  it("one of a column of times, where the source follows the outbox now", async () => {
    const cursor = await cursorOf(kyselySource(db, byTime));
    await expect(kyselySource(db, leads).changes("a", cursor, 100)).rejects.toMatchObject(refused);
  });

  it("one in the midst of the first reading by another kind of feed", async () => {
    database.exec("insert into leads (workspace_id) values ('a')");
    const { cursor, more } = await kyselySource(db, byTime).changes("a", null, 1);
    expect(more).toBe(true);
    await expect(kyselySource(db, leads).changes("a", cursor, 1)).rejects.toMatchObject(refused);
  });

  it("any other text", async () => {
    for (const text of ["", "{}", "null", '{"at":{}}', '{"at":null}'])
      for (const options of [leads, byTime])
        await expect(kyselySource(db, options).changes("a", text, 1)).rejects.toMatchObject(refused);
  });

  it.each([
    ["a migration that rebuilt the table", () => rebuild()],
    ["its removal", () => removeOutbox(db, "leads")],
    ["it was installed for other columns", () => installOutbox(db, { ...leads, columns: ["at"] })],
  ])("one from before the outbox saw nothing for a while, after %s", async (_what, blind) => {
    const source = kyselySource(db, { ...leads, fields: ["name"] });
    const cursor = await cursorOf(source);
    await blind();
    database.exec("update leads set name = 'nobody saw it'");
    await installOutbox(db, leads);
    edit("seen again");
    await expect(source.changes("a", cursor, 100)).rejects.toMatchObject(refused);
    const anew = await cursorOf(source);
    edit("and again");
    expect((await source.changes("a", anew, 100)).changes).toEqual([{ id: "1", deleted: false }]);
  });
});

describe("a cursor goes on", () => {
  it("when the outbox is installed again, for the same columns or fewer", async () => {
    const source = kyselySource(db, { ...leads, fields: ["name"] });
    const cursor = await cursorOf(source);
    edit("seen");
    await installOutbox(db, leads);
    await installOutbox(db, { ...leads, columns: ["name"] });
    expect((await source.changes("a", cursor, 100)).changes).toEqual([{ id: "1", deleted: false }]);
  });
});

describe("a source that runs while its outbox stops seeing what it needs says so:", () => {
  const needed = { code: "SYNC_DECLARATION_INVALID", message: expect.stringContaining("run installOutbox") };

  it.each([
    ["a migration rebuilt the table", () => rebuild()],
    ["one trigger was dropped", () => database.exec("drop trigger hubspoke_leads_updated")],
    ["it was installed for other columns", () => installOutbox(db, { ...leads, columns: ["at"] })],
  ])("%s", async (_what, happen) => {
    const source = kyselySource(db, { ...leads, fields: ["name"] });
    const cursor = await cursorOf(source);
    expect((await source.changes("a", cursor, 100)).changes).toEqual([]);
    await happen();
    edit("unseen");
    const [record] = await source.read("a", ["1"]);
    const expectedVersion = record?.version ?? "";
    edit("unseen, and therefore not to be overwritten");
    const update = { kind: "update", id: "1", expectedVersion, values: { name: "ours" } } as const;
    await expect(source.write("a", [update])).rejects.toMatchObject(needed);
    await expect(source.delete("a", [{ id: "1", expectedVersion }])).rejects.toMatchObject(needed);
    expect(database.prepare("select name from leads").get()?.name).toContain("not to be overwritten");
    await expect(source.changes("a", cursor, 100)).rejects.toMatchObject(needed);
    await expect(source.changes("a", cursor, 100), "and goes on saying it").rejects.toMatchObject(needed);
  });
});
