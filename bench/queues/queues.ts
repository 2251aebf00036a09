/** The three queues, each as its own documentation has it used for many small jobs: put in and taken by the hundred. */
import { setTimeout as later } from "node:timers/promises";
import { postgresStorage } from "@hubspoke/storage-postgres";
import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import { Client, Pool } from "pg";
import { PgBoss } from "pg-boss";

export interface Queue {
  /** Makes its tables, once. */
  open(): Promise<void>;
  put(keys: readonly string[]): Promise<void>;
  /** Takes everything there is and finishes it; answers how many. */
  drain(): Promise<number>;
  close(): Promise<void>;
}

export const batch = 100;

/** By name; each in a schema of its own, which `remove` drops. */
export const queues: Readonly<Record<string, (url: string, schema: string) => Queue>> = {
  "work table": workTable,
  "pg-boss": boss,
  "graphile-worker": graphile,
};

/** One row a record: putting one in that is there already changes it instead of adding one. */
function workTable(url: string, schema: string): Queue {
  const storage = postgresStorage({ url, schema, maxConnections: 4 });
  const at = { tenant: "acme", portalId: "1", queue: "leads" };
  return {
    open: async () => void (await storage.migrate()),
    async put(keys) {
      const now = Date.now();
      for (const some of batches(keys)) {
        await storage.work.mark(
          some.map((key) => ({ ...at, side: "local", key, priority: 0, availableAt: now })),
          now,
        );
      }
    },
    async drain() {
      let done = 0;
      for (;;) {
        const { tenant, queue } = at;
        const claimed = await storage.work.claim({ tenant, queue, now: Date.now(), leaseMs: 30_000, limit: batch });
        if (claimed.length === 0) return done;
        await storage.work.complete(claimed);
        done += claimed.length;
      }
    },
    close: () => storage.close(),
  };
}

function boss(url: string, schema: string): Queue {
  const pg = new PgBoss({ connectionString: url, schema, max: 4, supervise: false, schedule: false });
  pg.on("error", (error) => process.stderr.write(`${error.message}\n`));
  return {
    async open() {
      await pg.start();
      await pg.createQueue("leads");
    },
    async put(keys) {
      for (const some of batches(keys)) {
        await pg.insert(
          "leads",
          some.map((key) => ({ data: { key } })),
        );
      }
    },
    async drain() {
      let done = 0;
      for (;;) {
        const taken = await pg.fetch("leads", { batchSize: batch });
        if (taken.length === 0) return done;
        await pg.complete(
          "leads",
          taken.map(({ id }) => id),
        );
        done += taken.length;
      }
    },
    close: () => pg.stop({ graceful: false }),
  };
}

function graphile(url: string, schema: string): Queue {
  const pgPool = new Pool({ connectionString: url, max: 4 });
  pgPool.on("error", (error) => process.stderr.write(`${error.message}\n`));
  const utils = makeWorkerUtils({ pgPool, schema });
  return {
    open: async () => (await utils).migrate(),
    async put(keys) {
      const { addJobs } = await utils;
      for (const some of batches(keys)) {
        await addJobs(some.map((key) => ({ identifier: "lead", payload: { key } })));
      }
    },
    async drain() {
      let done = 0;
      await runOnce({
        pgPool,
        schema,
        concurrency: 10,
        noHandleSignals: true,
        preset: { worker: { localQueue: { size: batch }, completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
        logger: new Logger(() => () => undefined),
        taskList: {
          lead: async () => {
            done++;
          },
        },
      });
      return done;
    },
    async close() {
      await (await utils).release();
      // It gives its connections back a moment after it said it was done.
      await later(50);
      await pgPool.end();
    },
  };
}

export async function remove(url: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.end();
}

function batches(keys: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(keys.length / batch) }, (_, i) => keys.slice(i * batch, (i + 1) * batch));
}
