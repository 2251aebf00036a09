import { DatabaseSync } from "node:sqlite";
import { CamelCasePlugin, type Kysely, type KyselyPlugin, ParseJSONResultsPlugin } from "kysely";
import { describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox, removeOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

const table = { table: "leads", tenantColumn: "workspace_id", idColumn: "leadId" } as const;

describe.each<[string, KyselyPlugin]>([
  ["renames columns", new CamelCasePlugin()],
  ["reads JSON", new ParseJSONResultsPlugin()],
])("over a Kysely with a plugin that %s", (_what, plugin) => {
  const open = async (): Promise<{ db: Kysely<Record<string, unknown>>; database: DatabaseSync }> => {
    const database = new DatabaseSync(":memory:");
    database.exec(`create table leads ("leadId" integer primary key, workspace_id text not null, first_name text, "lastName" text);
      insert into leads values (1, 'a', 'Ada', '["no list"]')`);
    const db = kyselyOn(database).withPlugin(plugin) as unknown as Kysely<Record<string, unknown>>;
    await installOutbox(db, table);
    return { db, database };
  };

  it("a source reads, finds and writes as the database calls things", async () => {
    const { db } = await open();
    const source = kyselySource(db, table);
    expect(await source.fields?.()).toEqual(["first_name", "lastName"]);
    const [ada] = await source.read("a", ["1"]);
    expect(ada).toMatchObject({ id: "1", values: { first_name: "Ada", lastName: '["no list"]' } });
    const update = {
      kind: "update",
      id: "1",
      expectedVersion: ada?.version ?? "",
      values: { first_name: "A" },
    } as const;
    const create = { kind: "create", idempotencyKey: "k", values: { lastName: "L" } } as const;
    expect(await source.write("a", [update, create])).toMatchObject([{ outcome: "written" }, { outcome: "written" }]);
    expect(await source.findBy("a", "first_name", ["A"])).toMatchObject([
      { id: "1", fieldTimes: { first_name: expect.any(Number) } },
    ]);
    expect((await source.changes("a", null, 10)).changes).toHaveLength(2);
  });

  it("so does one inside the host's transaction", async () => {
    const { db } = await open();
    const read = db.transaction().execute((tx) => kyselySource(tx, table).read("a", ["1"]));
    expect(await read).toMatchObject([{ id: "1", version: "0" }]);
  });

  it("an outbox is taken off again", async () => {
    const { db, database } = await open();
    await removeOutbox(db, "leads");
    expect(database.prepare("select * from sqlite_master where type = 'trigger'").all()).toEqual([]);
  });
});
