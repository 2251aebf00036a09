import { DatabaseSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

const table = { table: "leads", tenantColumn: "workspace" } as const;

/** How SQLite finds the rows when a source is asked for four of them. */
async function planOf(ddl: string, indexes = ""): Promise<string> {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table leads (${ddl}); ${indexes}`);
  const db = kyselyOn(database) as Kysely<Record<string, unknown>>;
  await installOutbox(db, table);
  const prepare = database.prepare.bind(database);
  let read = "";
  database.prepare = (text) => {
    if (/\bin \(/.test(text)) read = text;
    return prepare(text);
  };
  await kyselySource(db, table).read("acme", ["1", "2", "3", "4"]);
  const plan = prepare(`explain query plan ${read}`).all();
  return String(plan.find(({ detail }) => /\bleads\b/.test(String(detail)))?.detail);
}

describe("rows asked for by their ids are found by them, not by reading all of the tenant's,", () => {
  const byTenant = "create index by_email on leads (workspace, email)";

  it("where the id is the key", async () => {
    expect(await planOf("id text primary key, workspace text, email text", byTenant)).toMatch(/autoindex\w+ \(id=\?\)/);
    expect(await planOf("id integer primary key, workspace text, email text", byTenant)).toMatch(/\(rowid=\?\)/);
  });

  it("where it is the key together with the tenant", async () => {
    expect(await planOf("id text, workspace text, email text, primary key (workspace, id)")).toMatch(
      /\(workspace=\? AND id=\?\)/,
    );
  });
});
