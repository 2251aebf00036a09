import { createHash } from "node:crypto";
import { HubspokeError } from "@hubspoke/core/errors";

/** What is needed of a Redis client. ioredis has it; for node-redis: `{ call: (...args) => client.sendCommand(args) }`. */
export interface RedisLike {
  /**
   * One command with its arguments as text, `EVALSHA` among them; resolves with Redis' reply, as ioredis decodes it.
   */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A Lua script: Redis runs it as one step, which is what makes a taking guarded. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function script(lua: string): Script {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

export interface Commands {
  /**
   * Runs a script over keys of one `name`. They share a hash tag, so that Redis Cluster keeps them on one node; the name is
   * percent-encoded in it, because a tag ends at the first brace.
   * STORE_UNAVAILABLE when Redis fails or does not answer in time.
   */
  run(script: Script, name: string, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

export function redisCommands(redis: RedisLike, prefix: string, timeoutMs: number): Commands {
  return {
    async run({ lua, sha }, name, keys, args) {
      const tag = `${prefix}{${encodeURIComponent(name)}}`;
      const rest = [String(keys.length), ...keys.map((key) => `${tag}:${key}`), ...args.map(String)];
      try {
        return await within(timeoutMs, async () => {
          try {
            return await redis.call("EVALSHA", sha, ...rest);
          } catch (error) {
            // A Redis that was restarted, or another node of a cluster, has not seen the script yet.
            if (!isUnknownScript(error)) throw error;
            return await redis.call("EVAL", lua, ...rest);
          }
        });
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

class NoAnswer extends Error {}

async function within<T>(ms: number, run: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      run(),
      new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new NoAnswer()), ms);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

function unavailable(error: unknown): HubspokeError {
  if (error instanceof NoAnswer) {
    return new HubspokeError(
      "STORE_UNAVAILABLE",
      "Redis did not answer in time; whether it wrote is unknown, and asking again is harmless",
      { details: { redis: "no answer" } },
    );
  }
  return new HubspokeError(
    "STORE_UNAVAILABLE",
    "Redis failed or cannot be reached; unsafeDetails() has what the client said",
    { unsafe: error, details: { redis: "failed" } },
  );
}
