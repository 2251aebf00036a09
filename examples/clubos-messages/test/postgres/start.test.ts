import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { startedAlone } from "@hubspoke/example-kit/child";
import { findPostgres } from "@hubspoke/example-kit/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start } from "../../lib/start.ts";

const schema = `clubos_start_${randomUUID().slice(0, 8)}`;
const postgres = await findPostgres(process.env);
const client = new Client({ connectionString: postgres.url });
beforeAll(() => client.connect());
afterAll(async () => {
  await client.end();
  await postgres.close();
});

async function schemas(): Promise<readonly string[]> {
  const text = "select nspname as name from pg_namespace where starts_with(nspname, $1) order by 1";
  const { rows } = await client.query<{ name: string }>(text, [schema]);
  return rows.map(({ name }) => name);
}

test("Ctrl+C ends it with 0, and of what was simulated nothing is left in the database", async () => {
  const child = await startedAlone(join(import.meta.dirname, "../../main.ts"), {
    DATABASE_URL: postgres.url,
    CLUBOS_SCHEMA: schema,
  });
  expect(child.said()).toContain("✓ HubSpot connected successfully");
  expect(await schemas()).toEqual([`${schema}_simulated`, `${schema}_simulated_hubspoke`]);
  expect(await child.stop()).toEqual([0, null]);
  expect(await schemas()).toEqual([]);
});

test("a start that has lost its token simulates beside what was kept, and takes nothing of it away", async () => {
  await client.query(`create schema "${schema}"; create table "${schema}".messages as select 'kept' as body`);
  const desk = await start({ port: 0, schema, env: { DATABASE_URL: postgres.url } });
  await desk.close();
  const { rows } = await client.query(`select body from "${schema}".messages; `);
  expect(rows).toEqual([{ body: "kept" }]);
  await client.query(`drop schema "${schema}" cascade`);
});

const real = { DATABASE_URL: postgres.url, HUBSPOT_API_KEY: "pat-na1-x", HUBSPOKE_KEY: "33".repeat(32) };
test.each([
  ["with an account of one's own nobody's texts are taken unsigned", real, /OPENPHONE_WEBHOOK_SECRET/],
  [
    "others do not reach a login that asks for nothing",
    { DATABASE_URL: postgres.url, HOST: "0.0.0.0" },
    /LOGIN_PASSWORD/,
  ],
])("%s: it does not start, and says what is missing", async (_name, env, what) => {
  await expect(start({ port: 0, env, schema })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(what),
  });
  expect(await schemas()).toEqual([]);
});
