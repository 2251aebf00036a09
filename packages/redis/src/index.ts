/** Rate budgets and locks in Redis, for many processes over any storage. */
export type { RedisLike } from "./commands.ts";
export { type RedisOptions, withRedis } from "./with-redis.ts";
