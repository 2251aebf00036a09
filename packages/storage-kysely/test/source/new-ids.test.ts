import { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { type KyselySourceOptions, kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

const leads = { table: "leads", tenantColumn: "workspace_id" } as const;
const create = { kind: "create", idempotencyKey: "k", values: { name: "n" } } as const;

async function sourceOf(ddl: string, options: Partial<KyselySourceOptions>) {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table leads ${ddl}`);
  const db = kyselyOn(database) as Kysely<Record<string, unknown>>;
  await installOutbox(db, leads);
  return kyselySource(db, { ...leads, ...options });
}

describe("an integer that is a key, but no row number of SQLite's, is given to a new row:", () => {
  it.each([
    [
      "beside the tenant",
      "(id integer not null, workspace_id text not null, name text, primary key (id, workspace_id))",
    ],
    ["and may be null", "(id integer, workspace_id text not null, name text, primary key (id, workspace_id))"],
    ["of a table without row numbers", "(id integer primary key, workspace_id text, name text) without rowid"],
    ["that counts down", "(id integer primary key desc, workspace_id text, name text)"],
    ["by another name", "(id int primary key, workspace_id text, name text)"],
  ])("%s", async (_what, ddl) => {
    const source = await sourceOf(ddl, { newId: () => "101" });
    expect(await source.write("a", [create])).toMatchObject([{ outcome: "written", record: { id: "101" } }]);
    expect(await source.read("a", ["101"])).toHaveLength(1);
    const without = await sourceOf(ddl, {});
    await expect(without.write("a", [create])).rejects.toMatchObject({
      code: "SYNC_DECLARATION_INVALID",
      message: expect.stringContaining("declare `newId`"),
    });
  });
});

it("a row number of SQLite's is given by the database", async () => {
  const source = await sourceOf("(id integer primary key, workspace_id text, name text)", {});
  expect(await source.write("a", [create])).toMatchObject([{ outcome: "written", record: { id: "1" } }]);
});
