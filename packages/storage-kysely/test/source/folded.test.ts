import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { kyselyOn } from "./host-table.fixture.ts";

it("finds a key in any spelling, by the index its documentation names", async () => {
  const database = new DatabaseSync(":memory:");
  database.exec(`create table leads (id text primary key, workspace text not null, email text, score integer);
    create index leads_key on leads (workspace, lower(trim(email)));
    insert into leads values ('1', 'acme', ' Ann@X.com ', 1), ('2', 'other', 'ann@x.com', 1)`);
  const asked: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (text) => {
    asked.push(text);
    return prepare(text);
  };
  const db = kyselyOn(database) as never;
  await installOutbox(db, { table: "leads", tenantColumn: "workspace" } as never);
  const source = kyselySource(db, { table: "leads", tenantColumn: "workspace" } as never);
  const found = await source.findFolded?.("acme", "email", ["ann@x.com"]);
  expect(found?.map(({ id }) => id)).toEqual(["1"]);
  const statement = asked.findLast((text) => text.includes("lower(trim("));
  const plan = prepare(`explain query plan ${statement}`).all("acme", "ann@x.com");
  expect(plan.map(({ detail }) => String(detail)).join("; ")).toContain("USING INDEX leads_key");
  expect(await source.findFolded?.("acme", "score", ["1"])).toEqual([]);
  database.close();
});
