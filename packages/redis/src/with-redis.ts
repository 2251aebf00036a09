import { HubspokeError } from "@hubspoke/core/errors";
import type { Storage } from "@hubspoke/core/ports";
import { type RedisLike, redisCommands } from "./commands.ts";
import { redisLeases } from "./leases.ts";
import { redisRateBudgets } from "./rate-budgets.ts";

/** The host's Redis, and what is kept in it. */
export interface RedisOptions {
  /** A connection of the host's: `new Redis(url)` of ioredis. It stays the host's to close. */
  readonly redis: RedisLike;
  /** Begins every key. Default `hubspoke:`. Give each environment on one Redis its own. */
  readonly prefix?: string;
  /** Milliseconds after which a silent Redis counts as down. Default 2000. */
  readonly timeoutMs?: number;
  /**
   * Where named locks live. Default `"redis"`. A Redis that fails over without its last writes can let two processes
   * hold one lock for a moment; every write is fenced or guarded in the storage, so that costs repeated work and never an
   * edit. `"storage"` keeps locks where the data is.
   */
  readonly locks?: "redis" | "storage";
}

/**
 * The same storage, with its rate budgets and locks in Redis: what a fleet asks about at every turn costs the database
 * nothing. Rows, and with them everything that must last, stay in `storage`; Redis may be emptied at any time. Keys and
 * values hold hashes, names of jobs and numbers, no person's data and no token.
 *
 * While Redis cannot be reached, calls fail with STORE_UNAVAILABLE: the client then goes on within what it has of the
 * budget, and a job that needs a lock waits for its next round.
 *
 * Throws CONFIG_INVALID for what is no Redis connection.
 */
export function withRedis(storage: Storage, options: RedisOptions): Storage {
  const { redis, prefix = "hubspoke:", timeoutMs = 2_000, locks = "redis" } = options;
  if (typeof redis?.call !== "function") {
    throw new HubspokeError(
      "CONFIG_INVALID",
      "redis must be a connection of ioredis, or an object with call(command, ...args)",
    );
  }
  if (/[{}]/.test(prefix)) {
    throw new HubspokeError("CONFIG_INVALID", "prefix must be without { and }: Redis Cluster reads them as a hash tag");
  }
  const commands = redisCommands(redis, prefix, timeoutMs);
  const rateBudgets = redisRateBudgets(commands);
  return locks === "redis" ? { ...storage, rateBudgets, leases: redisLeases(commands) } : { ...storage, rateBudgets };
}
