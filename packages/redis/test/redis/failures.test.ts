import { createServer, type Server } from "node:net";
import { memoryStorage } from "@hubspoke/core/memory";
import { withRedis } from "@hubspoke/redis";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, freshPrefix, keysOf, removeAll } from "./server.ts";

let redis: Redis;
const prefix = freshPrefix();
const now = 1_780_000_000_000;
beforeAll(async () => {
  redis = await connect();
});
afterAll(async () => {
  await removeAll(redis, prefix);
  await redis.quit();
});

/** Takes connections and says nothing: a Redis that hangs. */
async function silentServer(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(() => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, port: (server.address() as { port: number }).port };
}

describe("a Redis that fails", () => {
  it("loses all its data: fences still grow, and the old holder is told", async () => {
    const { leases } = withRedis(memoryStorage(), { redis, prefix });
    const before = await leases.acquire("job", "old", now, 60_000);
    await removeAll(redis, prefix);
    expect(await leases.holds("job", before!.fence, now)).toBe(false);
    expect(await leases.renew("job", before!.fence, now, 60_000)).toBe(false);
    const after = await leases.acquire("job", "new", now, 60_000);
    expect(after!.fence).toBeGreaterThan(before!.fence);
    await leases.release("job", after!.fence);
    expect((await leases.acquire("job", "newer", now, 60_000))!.fence).toBeGreaterThan(after!.fence);
  });

  it("forgot the scripts: they are sent again", async () => {
    const { leases } = withRedis(memoryStorage(), { redis, prefix });
    await redis.script("FLUSH");
    expect(await leases.acquire("scripts", "me", now, 1_000)).not.toBeNull();
  });

  it("cannot be reached: a typed error, and nothing of the address in it", async () => {
    const nowhere = new Redis("redis://:geheim@127.0.0.1:1", { retryStrategy: () => null, maxRetriesPerRequest: 0 });
    nowhere.on("error", () => {});
    const { rateBudgets } = withRedis(memoryStorage(), { redis: nowhere, prefix });
    const error = await rateBudgets.read("b").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "STORE_UNAVAILABLE" });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("geheim");
    nowhere.disconnect();
  });

  it("does not answer: given up after the time that was set", async () => {
    const { server, port } = await silentServer();
    const silent = new Redis(port, "127.0.0.1", { enableReadyCheck: false });
    const { rateBudgets } = withRedis(memoryStorage(), { redis: silent, prefix, timeoutMs: 50 });
    await expect(rateBudgets.read("b")).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
      details: { redis: "no answer" },
    });
    silent.disconnect();
    server.close();
  });
});

describe("what is kept there", () => {
  it("is names, hashes and numbers under the prefix, and only locks and budgets", async () => {
    const own = `${prefix}kept:`;
    const storage = memoryStorage();
    const shared = withRedis(storage, { redis, prefix: own });
    await shared.leases.acquire("acme/passes", "worker-1", now, 1_000);
    await shared.rateBudgets.take({ budget: "1f3a", block: "w", limit: 5, want: 2, now, ttlMs: 1_000 });
    expect((await keysOf(redis, own)).sort()).toEqual([`${own}{1f3a}:blocks`, `${own}{acme%2Fpasses}:lock`]);
    expect(shared.cache).toBe(storage.cache);
    expect(withRedis(storage, { redis, locks: "storage" }).leases).toBe(storage.leases);
  });
});

describe("what is no Redis", () => {
  it("is refused with what to do", () => {
    expect(() => withRedis(memoryStorage(), { redis: {} as never })).toThrow(/connection of ioredis/);
    expect(() => withRedis(memoryStorage(), { redis, prefix: "{a}" })).toThrow(/hash tag/);
  });
});
