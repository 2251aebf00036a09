import { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { kyselyOn } from "./host-table.fixture.ts";

let database: DatabaseSync;

beforeEach(() => {
  database = new DatabaseSync(":memory:");
  database.exec(`create table leads (id text primary key collate nocase, workspace text not null collate nocase, name text,
      changed integer, revision integer not null default 1);
    insert into leads values ('one', 'acme', 'Ada', 0, 1)`);
});
afterEach(() => database.close());

const source = () =>
  kyselySource(kyselyOn(database) as Kysely<Record<string, unknown>>, {
    table: "leads",
    tenantColumn: "workspace",
    changes: "updated_at",
    updatedAtColumn: "changed",
    updatedAtFormat: "ms",
    versionColumn: "revision",
  });

describe("columns that know no case", () => {
  it("give a tenant nothing of one whose name differs by it", async () => {
    const open = source();
    expect(await open.read("acme", ["one"])).toHaveLength(1);
    expect(await open.read("ACME", ["one"])).toEqual([]);
    expect(await open.findBy("ACME", "name", ["Ada"])).toEqual([]);
    expect((await open.changes("ACME", null, 10)).changes).toEqual([]);
    const update = { kind: "update", id: "one", expectedVersion: "1", values: { name: "A" } } as const;
    expect(await open.write("ACME", [update])).toEqual([{ outcome: "gone" }]);
    expect(await open.delete("ACME", [{ id: "one", expectedVersion: "1" }])).toEqual(["gone"]);
  });

  it("give no record under another spelling of its id", async () => {
    const open = source();
    expect(await open.read("acme", ["ONE"])).toEqual([]);
    expect(await open.delete("acme", [{ id: "ONE", expectedVersion: "1" }])).toEqual(["gone"]);
  });
});
