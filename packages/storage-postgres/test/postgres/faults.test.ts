import type { Storage } from "@hubspoke/core/ports";
import { type PostgresStorageOptions, postgresStorage } from "@hubspoke/storage-postgres";
import type { Pool } from "pg";
import { describe, expect, it, onTestFinished } from "vitest";
import { place, waitsForLock } from "./database.ts";
import { handTimer, startProxy } from "./proxy.ts";
import { cacheRow, inboxEvent, linkRow, workMark } from "./rows.ts";

const unavailable = { code: "STORE_UNAVAILABLE", retryable: true };

function opened(options: PostgresStorageOptions): Storage {
  const storage = postgresStorage(options);
  onTestFinished(() => storage.close());
  return storage;
}

/** Answers once a row is in the table: it was committed, whatever its writer was told. */
async function committed(pool: Pool, table: string): Promise<void> {
  for (let looks = 0; looks < 10_000; looks++) {
    if ((await pool.query(`select 1 from ${table} limit 1`)).rows.length > 0) return;
  }
  throw new Error(`nothing is in ${table}`);
}

describe("a backend that is killed", () => {
  it("in the middle of a statement is STORE_UNAVAILABLE, and the call can be made again", async () => {
    const { pool, schema } = await place();
    const storage = opened({ pool, schema });
    await storage.migrate();
    const other = await pool.connect();
    await other.query(`begin; lock table "${schema}".hubspoke_contact_cache`);
    const put = storage.cache.put([cacheRow("i")]);
    put.catch(() => undefined);
    const [pid] = await waitsForLock(pool, "relation", `%${schema}%`);
    await pool.query("select pg_terminate_backend($1)", [pid]);
    await expect(put).rejects.toMatchObject({ ...unavailable, details: { postgres: "57P01" } });
    await other.query("commit");
    other.release();
    expect(await storage.cache.put([cacheRow("i")])).toEqual(["written"]);
    expect(await storage.cache.get("a", "100", ["i"])).toEqual([cacheRow("i")]);
  });

  it("between two statements of a batch leaves nothing of the batch", async () => {
    const { pool, schema } = await place();
    const storage = opened({ pool, schema });
    await storage.migrate();
    const other = await pool.connect();
    await other.query(`begin; lock table "${schema}".hubspoke_work_queues`);
    const mark = storage.work.mark([workMark("1")], 0);
    mark.catch(() => undefined);
    const [pid] = await waitsForLock(pool, "relation", `%${schema}%hubspoke_work_queues%`);
    await pool.query("select pg_terminate_backend($1)", [pid]);
    await expect(mark).rejects.toMatchObject(unavailable);
    await other.query("commit");
    other.release();
    expect((await storage.work.depth("a", "leads")).waiting).toBe(0);
    await storage.work.mark([workMark("1")], 0);
    const [claimed] = await storage.work.claim({ tenant: "a", queue: "leads", now: 0, leaseMs: 9, limit: 9 });
    expect(claimed?.seq, "marked once").toBe(1);
  });

  it("while nothing is asked goes unnoticed", async () => {
    const { pool, schema } = await place();
    const storage = opened({ pool, schema });
    await storage.migrate();
    const idle = await pool.query<{ pid: number }>(
      "select pid from pg_stat_activity where datname = current_database() and query like $1 and pid <> pg_backend_pid()",
      [`%${schema}%`],
    );
    for (const { pid } of idle.rows) await pool.query("select pg_terminate_backend($1)", [pid]);
    expect(await storage.tenants.get("a")).toBe(null);
  });
});

describe("a connection that is open on one side only", () => {
  const writes: readonly {
    readonly what: string;
    readonly table: string;
    write(s: Storage): Promise<unknown>;
    readonly again: unknown;
  }[] = [
    { what: "a cache entry", table: "contact_cache", write: (s) => s.cache.put([cacheRow("i")]), again: ["written"] },
    { what: "an event", table: "inbox", write: (s) => s.inbox.record([inboxEvent("e")]), again: ["seen"] },
    { what: "a link", table: "links", write: (s) => s.links.put([linkRow("l", "501")]), again: ["stale"] },
    { what: "a cursor", table: "cursors", write: (s) => s.cursors.advance("a", "100", "c", "v", 0, 1), again: "stale" },
    { what: "a pin", table: "tenants", write: (s) => s.tenants.pin("a", "100", 1), again: { outcome: "same" } },
  ];

  it.each(writes)("ends in bounded time; $what that was written all the same can be written again", async (one) => {
    const { pool, schema } = await place();
    const proxy = await startProxy();
    const time = handTimer();
    const storage = opened({ url: proxy.url, schema, timer: time.timer });
    await storage.tenants.get("first use");
    proxy.loseAnswers();
    const write = one.write(storage);
    write.catch(() => undefined);
    await committed(pool, `"${schema}".hubspoke_${one.table}`);
    time.pass();
    await expect(write).rejects.toMatchObject({ ...unavailable, details: { postgres: "no answer" } });
    proxy.heal();
    expect(await one.write(storage), "on a new connection").toEqual(one.again);
    const { rows } = await pool.query(`select * from "${schema}".hubspoke_${one.table}`);
    expect(rows).toHaveLength(1);
  });

  it("that never became one ends in bounded time as well", async () => {
    const { schema } = await place();
    const proxy = await startProxy();
    const storage = opened({ url: proxy.url, schema, timeoutMs: 200 });
    proxy.loseAnswers();
    await expect(storage.tenants.get("a")).rejects.toMatchObject(unavailable);
    proxy.heal();
    expect(await storage.tenants.get("a")).toBe(null);
  });

  it("in the middle of a batch: its locks are freed, and another worker goes on", async () => {
    const { pool, schema } = await place();
    const proxy = await startProxy();
    const time = handTimer();
    const vanishing = opened({ url: proxy.url, schema, timeoutMs: 300, timer: time.timer });
    const other = opened({ pool, schema });
    await vanishing.tenants.get("first use");
    await other.work.mark([workMark("1")], 0);
    const lost = proxy.loseFrom("hubspoke_work_queues");
    const mark = vanishing.work.mark([workMark("1")], 0);
    mark.catch(() => undefined);
    await lost;
    time.pass();
    await expect(mark).rejects.toMatchObject(unavailable);
    // The row is locked by a transaction nobody will end; the server ends it.
    await other.work.mark([workMark("1")], 0);
    const [claimed] = await other.work.claim({ tenant: "a", queue: "leads", now: 0, leaseMs: 9, limit: 9 });
    expect(claimed?.seq, "the lost mark is not there").toBe(2);
  });
});
