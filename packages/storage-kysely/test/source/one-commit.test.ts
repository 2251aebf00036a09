import { DatabaseSync } from "node:sqlite";
import type { LocalWrite } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

let database: DatabaseSync;
let db: Kysely<Record<string, unknown>>;
let commits: number;
let transactions: number;

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  database.exec(
    "create table leads (id integer primary key, workspace_id text not null, name text, score real check (score >= 0))",
  );
  const prepare = database.prepare.bind(database);
  commits = 0;
  database.prepare = (text) => {
    if (/^commit/i.test(text)) commits++;
    if (/^begin/i.test(text)) transactions++;
    return prepare(text);
  };
  db = kyselyOn(database) as unknown as typeof db;
  await installOutbox(db, { table: "leads", tenantColumn: "workspace_id" });
});
afterEach(() => database.close());

const source = () => kyselySource(db, { table: "leads", tenantColumn: "workspace_id" });
const create = (key: string, score: number): LocalWrite => ({
  kind: "create",
  idempotencyKey: key,
  values: { name: key, score },
});
const names = () =>
  database
    .prepare("select name from leads order by name")
    .all()
    .map((row) => row.name);

describe("one write alone", () => {
  const update = (version: string, score: number): LocalWrite => ({
    kind: "update",
    id: "1",
    expectedVersion: version,
    values: { score },
  });

  it("is a statement without a transaction where it can be, and a refused one changes nothing", async () => {
    database.exec("insert into leads (workspace_id, name, score) values ('a', 'one', 1)");
    const open = source();
    const [before] = await open.read("a", ["1"]);
    transactions = 0;
    expect(await open.write("a", [update(before?.version ?? "", -1)])).toMatchObject([
      { outcome: "rejected", reason: "CONSTRAINT" },
    ]);
    const [written] = await open.write("a", [update(before?.version ?? "", 2)]);
    expect(written).toMatchObject({ outcome: "written", record: { values: { score: 2 } } });
    expect(await open.write("a", [update(before?.version ?? "", 3)])).toEqual([{ outcome: "stale" }]);
    const version = written?.outcome === "written" ? written.record.version : "";
    expect(await open.delete("a", [{ id: "1", expectedVersion: version }])).toEqual(["deleted"]);
    expect(transactions).toBe(0);
  });
});

describe("a page of writes", () => {
  it("is one commit, however many rows", async () => {
    const page = Array.from({ length: 100 }, (_, i) => create(`k${i}`, i));
    const open = source();
    await open.read("a", []);
    commits = 0;
    const results = await open.write("a", page);
    expect(results.every(({ outcome }) => outcome === "written")).toBe(true);
    expect(commits).toBe(1);
  });

  it("a refused row undoes itself and nothing else", async () => {
    const results = await source().write("a", [create("one", 1), create("two", -1), create("three", 3)]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["written", "rejected", "written"]);
    expect(names()).toEqual(["one", "three"]);
  });

  it("a row that the commit refuses undoes itself and nothing else, alone or among others", async () => {
    database.exec(`pragma foreign_keys = on; create table owners (id text primary key); insert into owners values ('Ada');
      alter table leads add column owner text references owners (id) deferrable initially deferred`);
    await installOutbox(db, { table: "leads", tenantColumn: "workspace_id" });
    const open = source();
    const owned = (name: string, owner: string): LocalWrite => ({
      kind: "create",
      idempotencyKey: name,
      values: { name, owner },
    });
    const refused = { outcome: "rejected", reason: "CONSTRAINT" };
    expect(await open.write("a", [owned("alone", "nobody")])).toMatchObject([refused]);
    expect(
      await open.write("a", [owned("one", "Ada"), owned("two", "nobody"), create("three", -1), owned("four", "Ada")]),
    ).toMatchObject([{ outcome: "written" }, refused, refused, { outcome: "written" }]);
    expect(names()).toEqual(["four", "one"]);
    expect(await open.write("a", [owned("two", "Ada")]), "its key is free again").toMatchObject([
      { outcome: "written" },
    ]);
  });

  it("the key of a refused create is free again", async () => {
    const open = source();
    await open.write("a", [create("two", -1)]);
    expect(await open.write("a", [create("two", 2)])).toMatchObject([{ outcome: "written" }]);
    expect(names()).toEqual(["two"]);
  });

  it("inside the host's transaction the host commits, and a refused row still undoes only itself", async () => {
    await source().write("a", []);
    await db.transaction().execute(async (tx) => {
      const within = kyselySource(tx, { table: "leads", tenantColumn: "workspace_id" });
      const results = await within.write("a", [create("one", 1), create("two", -1)]);
      expect(results.map(({ outcome }) => outcome)).toEqual(["written", "rejected"]);
      expect(await within.write("a", [create("two", 2)])).toMatchObject([{ outcome: "written" }]);
    });
    expect(names()).toEqual(["one", "two"]);
  });
});

it("a create whose row somebody deleted since makes no second one, and tells which it was", async () => {
  const [made] = await source().write("a", [create("k", 1)]);
  const id = made?.outcome === "written" ? made.record.id : "";
  database.exec("delete from leads");
  expect(await source().write("a", [create("k", 1)])).toEqual([{ outcome: "gone", id }]);
  expect(names()).toEqual([]);
});
