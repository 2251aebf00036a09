import { readFile } from "node:fs/promises";
import type { MigrationReport } from "@hubspoke/core/ports";
import { latestVersion } from "@hubspoke/storage-kysely";
import { postgresStorage } from "@hubspoke/storage-postgres";
import type { Pool } from "pg";
import { expect, it } from "vitest";
import { place } from "./database.ts";
import { inProcess } from "./processes.ts";

const schemas = new URL("../schemas/", import.meta.url);

type Row = Readonly<Record<string, unknown>>;

/** A schema as a version of the library left it. */
async function asOf(pool: Pool, schema: string, version: number): Promise<void> {
  await pool.query(`create schema "${schema}"; set search_path = "${schema}"`);
  await pool.query(await readFile(new URL(`v${version}.sql`, schemas), "utf8"));
  for (let v = 1; v <= version; v++) await pool.query(`insert into hubspoke_schema values (${v}, 'v${v}')`);
}

/** So many rows in every table, a value in every column; answers what each table holds. */
async function fill(pool: Pool, schema: string, count: number): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { rows: columns } = await pool.query<{ table: string; types: string[] }>(
    `select table_name as table, array_agg(data_type::text order by ordinal_position) as types
      from information_schema.columns where table_schema = $1 and table_name <> 'hubspoke_schema' group by 1`,
    [schema],
  );
  for (const { table, types } of columns) {
    const sample = types.map((type) =>
      type === "bigint" || type === "integer"
        ? "n"
        : type === "bytea"
          ? "decode(lpad(to_hex(n), 8, '0') || '00ff', 'hex')"
          : "'text ' || n",
    );
    await pool.query(
      `insert into "${schema}".${table} select ${sample.join(", ")} from generate_series(1, ${count}) as n`,
    );
  }
  const filled = new Map<string, readonly Row[]>();
  for (const { table } of columns) filled.set(table, await contentsOf(pool, schema, table));
  return filled;
}

async function contentsOf(pool: Pool, schema: string, table: string): Promise<readonly Row[]> {
  const { rows } = await pool.query<{ row: Row }>(`select to_jsonb(t) as row from "${schema}".${table} as t`);
  return rows.map(({ row }) => row).sort((a, b) => numberIn(a) - numberIn(b));
}

/** Every sample of a row holds its number. */
function numberIn(row: Row): number {
  const text = Object.values(row).find((value) => typeof value === "string" && value.startsWith("text "));
  return Number(String(text ?? Object.values(row)[0]).replace("text ", ""));
}

async function keeps(pool: Pool, schema: string, before: ReadonlyMap<string, readonly Row[]>): Promise<void> {
  for (const [table, rows] of before) expect(await contentsOf(pool, schema, table), table).toMatchObject(rows);
}

it("every row and value of every schema on record survives the migrations", async () => {
  for (let version = 1; version < latestVersion; version++) {
    const { pool, schema } = await place({ max: 1 });
    await asOf(pool, schema, version);
    const before = await fill(pool, schema, 3);
    expect((await postgresStorage({ pool, schema }).migrate()).to).toBe(latestVersion);
    await keeps(pool, schema, before);
  }
});

it("the oldest, with rows in every table, brought up to date by ten processes at once: each step by one, nothing lost or twice", async () => {
  const { pool, schema } = await place({ max: 1 });
  await asOf(pool, schema, 1);
  const before = await fill(pool, schema, 500);
  const reports = await Promise.all(Array.from({ length: 10 }, () => inProcess<MigrationReport>("migrate.ts", schema)));
  expect(new Set(reports.map(({ to }) => to))).toEqual(new Set([latestVersion]));
  expect(reports.flatMap(({ applied }) => applied)).toHaveLength(latestVersion - 1);
  await keeps(pool, schema, before);
});
