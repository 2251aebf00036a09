import { DatabaseSync } from "node:sqlite";
import type { LocalSource } from "@hubspoke/core/ports";
import type { Kysely } from "kysely";
import { describe, expect, it, onTestFinished } from "vitest";
import { type KyselySourceOptions, kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

const table = { table: "leads", tenantColumn: "workspace" } as const;
const feeds: readonly (readonly [feed: string, options: KyselySourceOptions])[] = [
  ["the outbox", { ...table, deletedAtColumn: "gone" }],
  [
    "updated_at",
    { ...table, changes: "updated_at", updatedAtColumn: "at", updatedAtFormat: "ms", deletedAtColumn: "gone" },
  ],
];
const layouts = ["id primary key, workspace", "id blob, workspace blob", "id text, workspace text"];
const cases = feeds.flatMap(([feed, options]) => layouts.map((keys) => [keys, feed, options] as const));

describe.each(cases)("of a table with %s, by %s", (keys, _feed, options) => {
  /** Integers where the columns have no type: SQLite keeps them as they are given. */
  async function host() {
    const database = new DatabaseSync(":memory:");
    onTestFinished(() => database.close());
    database.exec(`create table leads (${keys}, name text, at integer, gone text)`);
    const db = kyselyOn(database) as Kysely<Record<string, unknown>>;
    await installOutbox(db, table);
    const now = Date.now();
    for (let id = 1; id <= 12; id++)
      database.exec(`insert into leads values (${id}, 5, 'n', ${now}, null), (${id + 100}, 50, 'n', ${now}, null)`);
    return { database, source: kyselySource(db, { ...options, fields: ["name"] }) };
  }

  async function poll(source: LocalSource, from: string | null) {
    const changes: [id: string, deleted: boolean][] = [];
    let cursor = from;
    for (;;) {
      const page = await source.changes("5", cursor, 5);
      changes.push(...page.changes.map(({ id, deleted }): [string, boolean] => [id, deleted]));
      cursor = page.cursor;
      if (!page.more) return { changes, cursor };
    }
  }

  const all = Array.from({ length: 12 }, (_, i): [string, boolean] => [String(i + 1), false]).toSorted();

  it("every row is walked over, and told of when it is edited", async () => {
    const { database, source } = await host();
    const walk = await poll(source, null);
    expect(walk.changes.toSorted()).toEqual(all);
    database.exec("update leads set name = 'new', at = at + 1");
    const { changes } = await poll(source, walk.cursor);
    expect(changes.toSorted()).toEqual(all);
  });

  it("a row is read, written and deleted", async () => {
    const { database, source } = await host();
    const walk = await poll(source, null);
    const [record] = await source.read("5", ["7", "107"]);
    expect(record).toMatchObject({ id: "7", values: { name: "n" } });
    const update = {
      kind: "update",
      id: "7",
      expectedVersion: record?.version ?? "",
      values: { name: "new" },
    } as const;
    const [written] = await source.write("5", [update]);
    expect(written).toMatchObject({ outcome: "written", record: { id: "7", values: { name: "new" } } });
    const expectedVersion = written?.outcome === "written" ? written.record.version : "";
    expect(await source.delete("5", [{ id: "7", expectedVersion }])).toEqual(["deleted"]);
    expect(database.prepare("select count(*) as n from leads where gone is not null").get()).toEqual({ n: 1 });
    expect((await poll(source, walk.cursor)).changes).toContainEqual(["7", true]);
  });
});
