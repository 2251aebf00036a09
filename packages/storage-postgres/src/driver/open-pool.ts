import { HubspokeError } from "@hubspoke/core/errors";
import type { PostgresPoolLike } from "./pool.ts";

/** A pool of node-postgres. The driver is loaded here and nowhere else: who brings a pool needs none. */
export async function openPool(url: string, maxConnections: number, timeoutMs: number): Promise<PostgresPoolLike> {
  // Checked before the driver does: its own error quotes the address, password included.
  if (!/^postgres(?:ql)?:$/.test(URL.parse(url)?.protocol ?? "")) {
    throw new HubspokeError(
      "STORE_PATH_INVALID",
      "`url` is no address of a Postgres database; write postgres://user:password@host:5432/database",
    );
  }
  const { Pool } = await loadDriver();
  const pool = new Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: timeoutMs,
    application_name: "hubspoke",
    keepAlive: true,
    // Open connections never keep a process alive that has nothing else to do.
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is dropped by the pool, and the next call opens another; unheard, the event would
  // end the process.
  pool.on("error", () => undefined);
  return pool;
}

async function loadDriver(): Promise<typeof import("pg")> {
  try {
    return await import("pg");
  } catch (error) {
    throw new HubspokeError("CONFIG_INVALID", "`url` needs the package pg; install it, or give a `pool`", {
      unsafe: error,
    });
  }
}
