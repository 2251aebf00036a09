import { randomBytes } from "node:crypto";
import type { Worker } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { type BossWorker, bossWorker } from "@hubspoke/pg-boss";
import { PgBoss } from "pg-boss";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";

const schema = `hubspoke_test_${Date.now().toString(36)}_${randomBytes(4).toString("hex")}`;
let boss: PgBoss;
beforeAll(async () => {
  boss = new PgBoss({ connectionString: inject("postgresUrl"), schema });
  boss.on("error", () => undefined);
  await boss.start();
});
afterAll(async () => {
  const db = boss.getDb();
  await db.executeSql(`drop schema "${schema}" cascade`);
  await boss.stop({ graceful: false });
});

type Run = Worker["runJob"];

/** A worker of given jobs, each a function of how often it was run before. */
function workerOf(jobs: Readonly<Record<string, Run>>): Pick<Worker, "jobs" | "runJob"> {
  return {
    jobs: Object.keys(jobs),
    runJob: (name, options) => (jobs[name] as Run)(name, options),
  };
}

let prefixes = 0;
async function started(jobs: Readonly<Record<string, Run>>, options: Partial<Parameters<typeof bossWorker>[1]> = {}) {
  const prefix = options.prefix ?? `p${prefixes++}`;
  const worker: BossWorker = bossWorker(workerOf(jobs), { boss, pollSeconds: 0.5, ...options, prefix });
  onTestFinished(() => worker.stop());
  await worker.start();
  return { worker, prefix };
}

/** Resolves when it was called so many times. */
function countdown(n: number): { readonly reached: Promise<void>; hit(): void } {
  let left = n;
  let resolve = (): void => {};
  const reached = new Promise<void>((done) => {
    resolve = done;
  });
  return {
    reached,
    hit: () => {
      if (--left === 0) resolve();
    },
  };
}

describe("a job on pg-boss", () => {
  it("runs again and again, as soon as there is more to do", async () => {
    const runs = countdown(4);
    await started({
      "sync:apply": async () => {
        runs.hit();
        return { did: 1 };
      },
    });
    await runs.reached;
  });

  it("goes on without asking the queue while there is more to do", async () => {
    const [done, next] = [countdown(200), countdown(1)];
    let left = 200;
    const { prefix } = await started({
      many: async () => {
        if (left === 0) {
          next.hit();
          return { did: 0, nextAt: Date.now() + 3_600_000 };
        }
        left--;
        done.hit();
        return { did: 1 };
      },
    });
    await Promise.all([done.reached, next.reached]);
    const { rows } = await boss
      .getDb()
      .executeSql(`select count(*)::int as n from "${schema}".job where name = $1 and state <> 'created'`, [
        `${prefix}.many`,
      ]);
    expect(rows[0].n).toBeLessThan(5);
  });

  it("leaves its place after a while, however much there is to do", async () => {
    const runs = countdown(3);
    const { prefix } = await started(
      {
        endless: async () => {
          runs.hit();
          return { did: 1 };
        },
      },
      { busyMs: 0 },
    );
    await runs.reached;
    const { rows } = await boss
      .getDb()
      .executeSql(`select count(*)::int as n from "${schema}".job where name = $1`, [`${prefix}.endless`]);
    expect(rows[0].n).toBeGreaterThan(2);
  });

  it("waits until the time it asked for", async () => {
    const runs = countdown(2);
    const times: number[] = [];
    await started({
      later: async () => {
        times.push(Date.now());
        runs.hit();
        return { did: 0, nextAt: Date.now() + 1_500 };
      },
    });
    await runs.reached;
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(1_400);
  });

  it("keeps one waiting run however many processes start it", async () => {
    const never: Run = async () => ({ did: 0, nextAt: Date.now() + 3_600_000 });
    const { prefix } = await started({ quiet: never });
    await Promise.all(
      Array.from({ length: 3 }, () => bossWorker(workerOf({ quiet: never }), { boss, prefix }).kick("quiet")),
    );
    const { rows } = await boss
      .getDb()
      .executeSql(`select count(*)::int as n from "${schema}".job where name = $1 and state = 'created'`, [
        `${prefix}.quiet`,
      ]);
    expect(rows[0].n).toBeLessThanOrEqual(1);
  });

  it("asks for help while a run takes long", async () => {
    const both = countdown(2);
    const gate = countdown(1);
    await started(
      {
        long: async () => {
          both.hit();
          await gate.reached;
          return { did: 0, nextAt: Date.now() + 3_600_000 };
        },
      },
      { concurrency: 2, helpAfterMs: 50 },
    );
    await both.reached;
    gate.hit();
  });

  it("that goes on failing ends among the dead letters, with its code and nothing a driver said", async () => {
    let runs = 0;
    const { prefix, worker } = await started({
      "outbox:send": async () => {
        runs++;
        throw runs === 1
          ? new HubspokeError("STORE_BUSY", "busy", { unsafe: new Error("Key (email)=(ada@example.com)") })
          : new Error("Key (email)=(ada@example.com)");
      },
    });
    // Retries wait for seconds; the test takes their place.
    const name = `${prefix}.outbox.send`;
    const db = boss.getDb();
    const dead = async (): Promise<{ data: unknown }[]> =>
      (await db.executeSql(`select data from "${schema}".job where name = $1`, [`${prefix}.dead-letters`])).rows;
    while ((await dead()).length === 0) {
      await db.executeSql(
        `update "${schema}".job set start_after = now() - interval '1 second' where name = $1 and state = 'retry'`,
        [name],
      );
    }
    await worker.stop();
    expect(await dead()).toEqual([{ data: { job: "outbox:send" } }]);
    expect(runs).toBe(6);
    const { rows } = await db.executeSql(`select coalesce(string_agg(j::text, ''), '') as text from "${schema}".job j`);
    expect(rows[0].text).toContain("INTERNAL");
    expect(rows[0].text).not.toContain("ada@example.com");
  });

  it("is asked to stop, and leaves its turn to others", async () => {
    const running = countdown(1);
    const { worker, prefix } = await started({
      slow: (_name, options) => {
        running.hit();
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener("abort", () => reject(new Error("stopped")));
        });
      },
    });
    await running.reached;
    await worker.stop();
    const taken = countdown(1);
    await started(
      {
        slow: async () => {
          taken.hit();
          return { did: 0 };
        },
      },
      { prefix },
    );
    await taken.reached;
  });
});

it("refuses a prefix pg-boss would not take", () => {
  expect(() => bossWorker(workerOf({}), { boss, prefix: "a b" })).toThrow(/prefix/);
});
