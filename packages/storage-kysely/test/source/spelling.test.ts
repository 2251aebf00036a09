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

const options = {
  table: "leads",
  tenantColumn: "workspace",
  changes: "updated_at",
  updatedAtColumn: "changed",
  updatedAtFormat: "ms",
  versionColumn: "revision",
} as const;
const source = () => kyselySource(kyselyOn(database) as Kysely<Record<string, unknown>>, options);

describe("a tenant whose name is a number in another spelling", () => {
  it.each(["integer", "numeric", "real"])(
    "makes no row of that number's tenant, in a column of type %s",
    async (type) => {
      database.exec(
        `create table numbered (id integer primary key, workspace ${type}, name text, changed integer, revision integer)`,
      );
      const open = kyselySource(kyselyOn(database) as Kysely<Record<string, unknown>>, {
        ...options,
        table: "numbered",
      });
      const create = { kind: "create", idempotencyKey: "k", values: { name: "of 05" } } as const;
      for (const tenant of ["05", " 5", "5.0", "+5", "5e0"])
        await expect(open.write(tenant, [create])).rejects.toMatchObject({ code: "SYNC_LOCAL_FAILED" });
      expect(database.prepare("select * from numbered").all()).toEqual([]);
      expect(await open.write("acme 5", [create])).toMatchObject([{ outcome: "written" }]);
      if (type === "real") return;
      expect(await open.write("5", [create])).toMatchObject([{ outcome: "written" }]);
      expect(await open.findBy("5", "name", ["of 05"])).toHaveLength(1);
    },
  );

  it("is a tenant of its own in a column of texts", async () => {
    const create = { kind: "create", idempotencyKey: "k", values: { name: "of 05" } } as const;
    expect(await source().write("05", [create])).toMatchObject([{ outcome: "written" }]);
    expect(await source().findBy("5", "name", ["of 05"])).toEqual([]);
    expect(await source().findBy("05", "name", ["of 05"])).toHaveLength(1);
  });
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
