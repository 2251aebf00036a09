import { kyselySource } from "@hubspoke/storage-kysely";
import { expect, it, onTestFinished } from "vitest";
import { place } from "./database.ts";
import { hostPool, kyselyOn } from "./host-table.ts";

const options = { table: "leads", tenantColumn: "workspace_id", changes: "updated_at", updatedAtColumn: "at" } as const;

it.each([
  ["a time", {}],
  ["a version", { versionColumn: "v" }],
])("a row that nobody has given %s yet is written, once", async (_what, more) => {
  const { pool: admin, schema } = await place();
  await admin.query(`create schema ${schema}`);
  const pool = hostPool(schema, 2);
  onTestFinished(() => pool.end());
  await pool.query(`create table leads (id bigint primary key, workspace_id text not null, name text, at timestamptz, v integer);
    insert into leads (id, workspace_id, name) values (1, 'a', 'old')`);
  const source = kyselySource(kyselyOn(pool), { ...options, ...more, fields: ["name"] });
  const [record] = await source.read("a", ["1"]);
  const expectedVersion = record?.version ?? "";
  const update = { kind: "update", id: "1", expectedVersion, values: { name: "new" } } as const;
  expect(await source.write("a", [update])).toMatchObject([{ outcome: "written" }]);
  expect(await source.write("a", [update])).toEqual([{ outcome: "stale" }]);
});
