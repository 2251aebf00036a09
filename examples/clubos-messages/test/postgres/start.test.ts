import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { startedAlone } from "@hubspoke/example-kit/child";
import { findPostgres } from "@hubspoke/example-kit/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start } from "../../lib/start.ts";

/** A database of its own: the product is started as a person starts it, with the schemas it has by default. */
const database = `clubos_start_${randomUUID().slice(0, 8)}`;
const postgres = await findPostgres(process.env);
const url = Object.assign(new URL(postgres.url), { pathname: `/${database}` }).href;

async function ask<T>(at: string, sql: string): Promise<readonly T[]> {
  const client = new Client({ connectionString: at });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows as T[];
}

beforeAll(() => ask(postgres.url, `create database ${database}`));
afterAll(async () => {
  await ask(postgres.url, `drop database ${database} with (force)`);
  await postgres.stop();
});

const schemas = async () =>
  (
    await ask<{ name: string }>(url, "select nspname as name from pg_namespace where nspname like 'clubos%' order by 1")
  ).map(({ name }) => name);

test("Ctrl+C ends it with 0, and of what was simulated nothing is left in the database", async () => {
  const child = await startedAlone(join(import.meta.dirname, "../../main.ts"), { DATABASE_URL: url });
  expect(child.said()).toContain("✓ HubSpot connected successfully");
  expect(await schemas()).toEqual(["clubos_simulated", "clubos_simulated_hubspoke"]);
  expect(await child.stop()).toEqual([0, null]);
  expect(await schemas()).toEqual([]);
});

const real = { DATABASE_URL: url, HUBSPOT_API_KEY: "pat-na1-x", HUBSPOKE_KEY: "33".repeat(32) };
test.each([
  ["with an account of one's own nobody's texts are taken unsigned", real, /OPENPHONE_WEBHOOK_SECRET/],
  ["others do not reach a login that asks for nothing", { DATABASE_URL: url, HOST: "0.0.0.0" }, /LOGIN_PASSWORD/],
])("%s: it does not start, and says what is missing", async (_name, env, what) => {
  await expect(start({ port: 0, env })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(what),
  });
  expect(await schemas()).toEqual([]);
});
