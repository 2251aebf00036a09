import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { findPostgres } from "../../../../examples/kit/postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the tests find Postgres. */
    postgresUrl: string;
  }
}

/** The server for a whole run. There is no way in which the tests pass without one. */
export default async function server(project: TestProject): Promise<() => Promise<void>> {
  const found = await findPostgres(process.env);
  if (found.kind !== "embedded, gone after the stop") await removeLeftovers(found.url);
  project.provide("postgresUrl", found.url);
  return found.close;
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
