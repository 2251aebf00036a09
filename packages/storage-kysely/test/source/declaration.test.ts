import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
import { Kysely, SqliteDialect } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type KyselySourceOptions, kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn, sqliteLike } from "./host-table.fixture.ts";

type Db = Kysely<Record<string, unknown>>;

let database: DatabaseSync;
let db: Db;

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  database.exec(`create table leads (id integer primary key, workspace_id text not null, name text, score real check (score >= 0),
    active boolean, tags text, photo blob, made_by text, gone_at text, password text)`);
  db = kyselyOn(database) as unknown as Db;
  await installOutbox(db, { table: "leads", tenantColumn: "workspace_id" });
});
afterEach(() => database.close());

const declare = (options: Partial<KyselySourceOptions> = {}) =>
  kyselySource(db, { table: "leads", tenantColumn: "workspace_id", ...options });

describe("a declaration that does not fit", () => {
  it.each<[string, Partial<KyselySourceOptions>, RegExp]>([
    ["a table that is not there", { table: "contacts" }, /no such table/],
    ["a tenant column that is not there", { tenantColumn: "tenant" }, /no column "tenant"/],
    ["an id column that is not there", { idColumn: "uuid" }, /no column "uuid"/],
    ["a field without a column", { fields: ["name", "phone"] }, /field "phone" needs the column "phone"/],
    ["the tenant as a field", { fields: ["workspace_id"] }, /"workspace_id", which has a role/],
    ["the id as a field under another name", { fields: { key: { column: "id" } } }, /field "key" is the column "id"/],
    ["no field at all", { fields: [] }, /no field/],
    ["updated_at without its column", { changes: "updated_at" }, /needs updatedAtColumn/],
    ["a key column without a unique index", { createdKeyColumn: "made_by" }, /"made_by" needs a unique index/],
  ])("%s is refused at first use, by name", async (_what, options, message) => {
    const source = declare(options);
    const refused = source.read("a", ["1"]);
    await expect(refused).rejects.toMatchObject({
      name: "HubSpotSyncError",
      code: "SYNC_DECLARATION_INVALID",
      details: { table: options.table ?? "leads" },
    });
    await expect(source.changes("a", null, 1)).rejects.toThrow(message);
  });

  it("is known to the sync by the names of its fields", async () => {
    expect(await declare({ fields: { called: { column: "name" }, score: {} } }).fields?.()).toEqual([
      "called",
      "score",
    ]);
    expect(await declare().fields?.()).not.toContain("workspace_id");
  });

  it("is forgiven once the table is as declared", async () => {
    const source = declare({ createdKeyColumn: "made_by" });
    await expect(source.read("a", [])).rejects.toThrow(/unique index/);
    database.exec("create unique index made on leads (made_by, workspace_id)");
    expect(await source.read("a", [])).toEqual([]);
  });

  it("does nothing until it is used", () => {
    const closed = new DatabaseSync(":memory:");
    closed.close();
    expect(
      kyselySource(
        new Kysely<Record<string, unknown>>({ dialect: new SqliteDialect({ database: sqliteLike(closed) }) }),
        { table: "x", tenantColumn: "y" },
      ),
    ).toBeDefined();
  });
});

describe("values", () => {
  it("booleans and lists are kept as the column does, and come back as they were", async () => {
    const source = declare({ fields: { active: {}, tags: { kind: "list" }, name: {} } });
    const [made] = await source.write("a", [
      { kind: "create", idempotencyKey: "k", values: { active: true, tags: ["x", "y"], name: null } },
    ]);
    expect(made).toMatchObject({
      outcome: "written",
      record: { id: "1", values: { active: true, tags: ["x", "y"], name: null } },
    });
    expect(database.prepare("select active, tags, name from leads").get()).toEqual({
      active: 1,
      tags: '["x","y"]',
      name: null,
    });
    expect(await source.findBy("a", "active", [true])).toHaveLength(1);
    expect(await source.findBy("a", "active", [false, "yes"])).toHaveLength(0);
  });

  it.each([
    ["name", ["x"]],
    ["name", true],
    ["name", Number.NaN],
    ["active", "yes"],
    ["active", 1],
    ["tags", "x"],
  ] as const)("%s can not hold %j: rejected, nothing written", async (field, value) => {
    const source = declare({ fields: { active: {}, tags: { kind: "list" }, name: {} } });
    const outcome = await source.write("a", [{ kind: "create", idempotencyKey: "k", values: { [field]: value } }]);
    expect(outcome).toEqual([{ outcome: "rejected", reason: "WRONG_TYPE", fields: [field] }]);
    expect(database.prepare("select count(*) as n from leads").get()).toEqual({ n: 0 });
  });

  it("columns of bytes are no field by themselves, and undeclared columns never leave the table", async () => {
    database.exec("insert into leads (workspace_id, name, password, photo) values ('a', 'n', 'hunter2', x'00')");
    const [all] = await declare().read("a", ["1"]);
    expect(Object.keys(all?.values ?? {})).not.toContain("photo");
    const [some] = await declare({ fields: ["name"] }).read("a", ["1"]);
    expect(some?.values).toEqual({ name: "n" });
  });

  it.each([
    ["active", "2", "boolean"],
    ["tags", "'not json'", "list"],
    ["tags", "'[1]'", "list"],
    ["photo", "x'00'", "bytes"],
  ])("a %s of %s is a named failure, without the value", async (column, value, word) => {
    database.exec(`insert into leads (workspace_id, ${column}) values ('a', ${value})`);
    const source = declare({ fields: { active: {}, tags: { kind: "list" }, photo: {} } });
    await expect(source.read("a", ["1"])).rejects.toMatchObject({
      code: "SYNC_LOCAL_FAILED",
      message: expect.stringMatching(`"${column}".*${word}`),
    });
  });
});

describe("refusals", () => {
  it("a constraint names its field; the database's words stay out of sight", async () => {
    const canary = "canary@example.test";
    database.exec(
      `create trigger picky before insert on leads when new.name = '${canary}' begin select raise(abort, 'no ${canary}'); end`,
    );
    const outcome = await declare().write("a", [{ kind: "create", idempotencyKey: "k", values: { name: canary } }]);
    expect(outcome).toEqual([{ outcome: "rejected", reason: "CONSTRAINT", fields: [] }]);
    database.exec("drop table hubspoke_creates");
    const failing = declare().write("a", [{ kind: "create", idempotencyKey: canary, values: { score: 1 } }]);
    await expect(failing).resolves.toMatchObject([{ outcome: "written" }]);
    const source = declare();
    await source.read("a", []);
    database.exec("drop table leads");
    const error: unknown = await source.findBy("a", "name", [canary]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "SYNC_LOCAL_FAILED" });
    expect(inspect(error, { depth: 10 }) + JSON.stringify(error)).not.toContain(canary);
  });

  it("a source that is readOnly writes nothing", async () => {
    database.exec("insert into leads (workspace_id, name) values ('a', 'n')");
    const source = declare({ readOnly: true });
    expect(source.capabilities.readOnly).toBe(true);
    await expect(
      source.write("a", [{ kind: "update", id: "1", expectedVersion: "1", values: { name: "x" } }]),
    ).rejects.toMatchObject({ code: "READ_ONLY" });
    await expect(source.delete("a", [{ id: "1", expectedVersion: "1" }])).rejects.toMatchObject({ code: "READ_ONLY" });
    expect(database.prepare("select name from leads").get()).toEqual({ name: "n" });
  });

  it("a cursor of somebody else's is refused, not taken for a beginning", async () => {
    for (const cursor of ["", "7", "{}", "null", "x"]) {
      await expect(declare().changes("a", cursor, 1)).rejects.toThrow(/cursor/);
    }
  });

  it("a table of numbers for tenants does not take one spelling for another", async () => {
    database.exec(
      "create table counted (id integer primary key, org integer, name text); insert into counted values (5, 5, 'n')",
    );
    await installOutbox(db, { table: "counted", tenantColumn: "org" });
    const source = declare({ table: "counted", tenantColumn: "org" });
    expect(await source.read("5", ["5"])).toHaveLength(1);
    for (const [tenant, id] of [
      ["05", "5"],
      ["5.0", "5"],
      [" 5", "5"],
      ["5", "05"],
      ["5", "5.0"],
    ] as const) {
      expect(await source.read(tenant, [id])).toEqual([]);
      expect(await source.write(tenant, [{ kind: "update", id, expectedVersion: "1", values: { name: "x" } }])).toEqual(
        [{ outcome: "gone" }],
      );
      expect(await source.delete(tenant, [{ id, expectedVersion: "1" }])).toEqual(["gone"]);
    }
  });
});

it("every statement on the table names its tenant", async () => {
  const statements: string[] = [];
  const logged: Db = new Kysely({
    dialect: new SqliteDialect({ database: sqliteLike(database) }),
    log: ({ query }) => void statements.push(query.sql),
  });
  database.exec("create unique index made on leads (made_by)");
  for (const options of [{}, { createdKeyColumn: "made_by" }, { deletedAtColumn: "gone_at" }]) {
    const source = kyselySource(logged, { table: "leads", tenantColumn: "workspace_id", ...options });
    const walked = await source.changes("a", null, 1);
    await source.changes("a", walked.cursor, 1);
    await source.write("a", [
      { kind: "create", idempotencyKey: JSON.stringify(options), values: { name: "n" } },
      { kind: "create", idempotencyKey: JSON.stringify(options), values: { name: "n" } },
      { kind: "update", id: "1", expectedVersion: "x", values: { name: "m" } },
      { kind: "update", id: "1", expectedVersion: "x", values: {} },
    ]);
    await source.findBy("a", "name", ["n"]);
    await source.delete("a", [{ id: "1", expectedVersion: "x" }]);
  }
  const onTheTable = statements.filter((text) => /"leads"/.test(text));
  expect(onTheTable.length).toBeGreaterThan(15);
  expect(onTheTable.filter((text) => !text.includes('"workspace_id"'))).toEqual([]);
});
