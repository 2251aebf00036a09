import { randomBytes } from "node:crypto";
import type { Storage } from "@hubspoke/core/ports";
import { type PostgresPoolLike, postgresStorage } from "@hubspoke/storage-postgres";
import type { Harness } from "@hubspoke/testing/contracts";
import { Pool, type PoolConfig } from "pg";
import { inject, onTestFinished } from "vitest";

export function databaseUrl(): string {
  return inject("postgresUrl");
}

/** Connections, and with them racers: as many can be in the database at once. */
export const racers = 20;

/**
 * A pool whose connections are all open before it is used. On a cold or small pool the racers stand in a queue and the
 * worst races never happen: a guard that stands in a subquery only lets 20 of 20 win here, and 5 of 5 on one connection.
 */
export async function warmPool(): Promise<Pool> {
  const pool = new Pool({ connectionString: databaseUrl(), max: racers, idleTimeoutMillis: 0 });
  const clients = await Promise.all(Array.from({ length: racers }, () => pool.connect()));
  for (const client of clients) client.release();
  if (pool.totalCount < racers) throw new Error(`${pool.totalCount} of ${racers} connections are open`);
  return pool;
}

/** A schema's name no other test has; it tells when it was made. */
export function schemaName(): string {
  return `hubspoke_test_${Date.now().toString(36)}_${randomBytes(4).toString("hex")}`;
}

/** A schema per case, dropped when the case passed. The first handle of a case is on one pool, others on the next. */
export function postgresHarness(
  name: string,
  pools: readonly Pool[],
  wrap: (pool: Pool) => PostgresPoolLike = (pool) => pool,
): Harness<Storage> {
  return {
    name,
    racers,
    capabilities: postgresStorage({ url: "postgres://unused" }).capabilities,
    async space() {
      const schema = schemaName();
      let handles = 0;
      return {
        open: async () => postgresStorage({ pool: wrap(pools[handles++ % pools.length] as Pool), schema }),
        close: (store) => store.close(),
        remove: async () => {
          await (pools[0] as Pool).query(`drop schema if exists "${schema}" cascade`);
        },
      };
    },
  };
}

/** A pool and a schema for one test, both gone when it has passed. */
export async function place(config: PoolConfig = {}): Promise<{ readonly pool: Pool; readonly schema: string }> {
  const pool = new Pool({ connectionString: databaseUrl(), ...config });
  pool.on("error", () => undefined);
  const schema = schemaName();
  onTestFinished(async ({ task }) => {
    // A failed test may hold connections, for which ending would wait; and what it left is for a look.
    if (task.result?.state === "fail") return;
    await pool.end();
    const admin = new Pool({ connectionString: databaseUrl(), max: 1 });
    await admin.query(`drop schema if exists "${schema}" cascade`);
    await admin.end();
  });
  return { pool, schema };
}

/** Answers the process ids of connections that wait for a lock of this kind, as soon as there is one. */
export async function waitsForLock(pool: Pool, kind: string, query = "%hubspoke%"): Promise<readonly number[]> {
  for (let looks = 0; looks < 10_000; looks++) {
    const { rows } = await pool.query<{ pid: number }>(
      `select pid from pg_stat_activity
        where wait_event_type = 'Lock' and wait_event = $1 and query like $2 and pid <> pg_backend_pid()`,
      [kind, query],
    );
    if (rows.length > 0) return rows.map((row) => row.pid);
  }
  throw new Error(`nothing waits for a lock of the kind ${kind}`);
}
