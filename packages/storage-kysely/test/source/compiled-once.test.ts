import { DatabaseSync } from "node:sqlite";
import { Kysely, type QueryCompiler, SqliteDialect } from "kysely";
import { afterEach, beforeEach, expect, it } from "vitest";
import { kyselySource } from "../../src/source/kysely-source.ts";
import { installOutbox } from "../../src/source/outbox/install.ts";
import { sqliteLike } from "./host-table.fixture.ts";

const table = { table: "leads", tenantColumn: "workspace" } as const;
const names = ["a", "b", "c", "d", "e", "f", "g"] as const;

let database: DatabaseSync;
let db: Kysely<Record<string, unknown>>;
let compiled: number;

class Counting extends SqliteDialect {
  override createQueryCompiler(): QueryCompiler {
    const compiler = super.createQueryCompiler();
    return {
      compileQuery: (node, queryId) => {
        compiled++;
        return compiler.compileQuery(node, queryId);
      },
    };
  }
}

beforeEach(async () => {
  database = new DatabaseSync(":memory:");
  database.exec(`create table leads (id text primary key, workspace text, ${names.map((name) => `${name} text`).join(", ")});
    insert into leads (id, workspace, a) values ('1', 'acme', 'x'), ('2', 'acme', 'y'), ('3', 'other', 'x')`);
  db = new Kysely({ dialect: new Counting({ database: sqliteLike(database) }) });
  await installOutbox(db, table);
});
afterEach(() => database.close());

it("a statement is compiled once, whatever it is asked for", async () => {
  const source = kyselySource(db, table);
  const ask = async (tenant: string, ids: readonly string[]) => {
    const [first] = await source.read(tenant, ids);
    await source.findBy(tenant, "a", ["x", "y"]);
    const { cursor } = await source.changes(tenant, null, 1);
    const values = { b: `${ids.length}` };
    const update = { kind: "update", id: first?.id ?? "", expectedVersion: first?.version ?? "", values } as const;
    const create = { kind: "create", idempotencyKey: `${tenant} ${ids.length}`, values } as const;
    const written = await source.write(tenant, [update, create]);
    await source.delete(tenant, [{ id: "none", expectedVersion: "1" }]);
    return { first, cursor, written };
  };
  await ask("acme", ["1", "2", "no third"]);
  compiled = 0;
  const { first, written } = await ask("other", ["3", "1", "2", "4"]);
  expect(first).toMatchObject({ id: "3", values: { a: "x" } });
  expect(written).toMatchObject([{ record: { values: { a: "x", b: "4" } } }, { record: { values: { b: "4" } } }]);
  expect(compiled).toBe(0);
});

it("as many choices of fields as a host may write are written, though not all are kept", async () => {
  const source = kyselySource(db, table);
  for (let choice = 1; choice < 2 ** names.length; choice++) {
    const values = Object.fromEntries(names.filter((_, i) => choice & (1 << i)).map((name) => [name, `${choice}`]));
    const [before] = await source.read("acme", ["1"]);
    const update = { kind: "update", id: "1", expectedVersion: before?.version ?? "", values } as const;
    expect(await source.write("acme", [update])).toMatchObject([{ outcome: "written", record: { values } }]);
  }
});
