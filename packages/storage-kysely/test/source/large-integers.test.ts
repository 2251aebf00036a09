import { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

it("an integer that JavaScript has no number for is read, found and written as text, and the rows beside it are read", async () => {
  const database = new DatabaseSync(":memory:");
  const large = "1145141919810893001";
  const columns = "id integer primary key, workspace_id text, discord integer, name text";
  database.exec(`create table leads (${columns}); insert into leads values (1, 'a', 5, 'x'), (2, 'a', ${large}, 'y')`);
  const db = kyselyOn(database) as Kysely<Record<string, unknown>>;
  const table = { table: "leads", tenantColumn: "workspace_id" };
  await installOutbox(db, table);
  const source = kyselySource(db, table);
  const records = await source.read("a", ["1", "2"]);
  expect(records.map(({ values }) => values.discord)).toEqual([5, large]);
  expect((await source.findBy("a", "discord", [large])).map(({ id }) => id)).toEqual(["2"]);
  const expectedVersion = records[1]?.version ?? "";
  const other = "-9007199254740993";
  const update = { kind: "update", id: "2", expectedVersion, values: { discord: other } } as const;
  expect(await source.write("a", [update])).toMatchObject([
    { outcome: "written", record: { values: { discord: other } } },
  ]);
  const kept = database.prepare("select typeof(discord) as type, cast(discord as text) as it from leads where id = 2");
  expect(kept.get()).toEqual({ type: "integer", it: other });
});
