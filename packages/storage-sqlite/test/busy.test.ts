import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { expect, it, onTestFinished } from "vitest";
import { scratch } from "./scratch.ts";

/** A storage whose waiting is counted instead of done, and another connection that can lock it. */
async function contended(onSleep: (slept: number) => void = () => {}) {
  const path = join(await scratch(), "store.db");
  const slept: number[] = [];
  const storage = sqliteStorage({
    path,
    busyTimeoutMs: 800,
    sleep: async (ms) => {
      slept.push(ms);
      onSleep(slept.length);
    },
  });
  await storage.migrate();
  const other = new DatabaseSync(path);
  onTestFinished(async () => {
    await storage.close();
    other.close();
  });
  return { path, storage, other, slept, total: () => slept.reduce((sum, ms) => sum + ms, 0) };
}

it("a write waits for another connection's lock and then happens", async () => {
  let release = (): void => {};
  const { storage, other, slept } = await contended((times) => {
    if (times === 5) release();
  });
  release = () => other.exec("commit");
  other.exec("begin immediate");
  expect(await storage.tenants.pin("a", "100", 1)).toEqual({ outcome: "pinned" });
  expect(slept).toEqual([1, 2, 5, 10, 15]);
});

it("a batch waits too, and is written once", async () => {
  let release = (): void => {};
  const { storage, other } = await contended((times) => {
    if (times === 3) release();
  });
  release = () => other.exec("commit");
  other.exec("begin immediate");
  const mark = {
    tenant: "a",
    portalId: "1",
    queue: "q",
    side: "local",
    key: "k",
    priority: 1,
    availableAt: 0,
  } as const;
  await storage.work.mark([mark], 0);
  const [row] = await storage.work.claim({ tenant: "a", queue: "q", now: 0, leaseMs: 10, limit: 1 });
  expect(row?.seq).toBe(1);
});

it("a lock that stays is STORE_BUSY after a bounded wait, and nothing is written", async () => {
  const { storage, other, total } = await contended();
  other.exec("begin immediate");
  await expect(storage.leases.acquire("job", "h", 0, 10)).rejects.toMatchObject({
    code: "STORE_BUSY",
    retryable: true,
  });
  expect(total()).toBe(800);
  other.exec("commit");
  expect(await storage.leases.acquire("job", "h", 0, 10)).toEqual({ fence: 1 });
});

it("reads go on while another connection writes", async () => {
  const { storage, other, slept } = await contended();
  await storage.tenants.pin("a", "100", 1);
  other.exec("begin immediate; update hubspoke_tenants set portal_id = '999'");
  expect((await storage.tenants.get("a"))?.portalId).toBe("100");
  expect(slept).toEqual([]);
  other.exec("rollback");
});

it("a transaction of the host on the given connection is waited for, not joined", async () => {
  const database = new DatabaseSync(":memory:");
  const storage = sqliteStorage({
    database,
    sleep: async () => {
      if (database.isTransaction) database.exec("rollback");
    },
  });
  await storage.migrate();
  database.exec("begin");
  await storage.tenants.pin("a", "100", 1);
  expect((await storage.tenants.get("a"))?.portalId, "the host's rollback took nothing of ours").toBe("100");
  database.exec("begin");
  const impatient = sqliteStorage({ database, sleep: async () => {} });
  await expect(impatient.tenants.get("a")).rejects.toMatchObject({
    code: "STORE_BUSY",
    message: expect.stringContaining("connection of its own"),
  });
  await storage.close();
  database.close();
});
