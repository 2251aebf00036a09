import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";

/** A Redis of the developer's own; nothing outside a test's own prefix is touched. */
export const url: string = process.env.REDIS_URL ?? "redis://127.0.0.1:6379";

/** A connection that fails at once where no Redis is, instead of waiting for one. */
export async function connect(): Promise<Redis> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: () => null });
  redis.on("error", () => {});
  await redis.connect();
  return redis;
}

export const freshPrefix = (): string => `hubspoke-test-${randomUUID()}:`;

export async function keysOf(redis: Redis, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) found.push(...(keys as string[]));
  return found;
}

export async function removeAll(redis: Redis, prefix: string): Promise<void> {
  const keys = await keysOf(redis, prefix);
  if (keys.length > 0) await redis.del(keys);
}
