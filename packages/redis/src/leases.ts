import type { LeaseStore } from "@hubspoke/core/ports";
import { type Commands, script } from "./commands.ts";

/** A lock nobody touches for so long is forgotten. Its next fence is still higher: fences follow Redis' own clock. */
const keepMs = 30 * 86_400_000;

/**
 * The fence is one more than the last, and at least the microseconds of Redis' clock: after Redis lost its data, or
 * forgot the lock, a holder from before is still told apart.
 */
const acquire = script(`
  local ends = redis.call('HGET', KEYS[1], 'until')
  if ends and tonumber(ends) > tonumber(ARGV[2]) then return false end
  local time = redis.call('TIME')
  local fence = math.max((tonumber(redis.call('HGET', KEYS[1], 'fence')) or 0) + 1, time[1] * 1000000 + time[2])
  redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'fence', string.format('%d', fence), 'until', ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return fence
`);

const isHeld =
  "redis.call('HGET', KEYS[1], 'fence') == ARGV[1] and tonumber(redis.call('HGET', KEYS[1], 'until')) > tonumber(ARGV[2])";

const renew = script(`
  if not (${isHeld}) then return 0 end
  if tonumber(ARGV[3]) > tonumber(redis.call('HGET', KEYS[1], 'until')) then
    redis.call('HSET', KEYS[1], 'until', ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
  end
  return 1
`);

const release = script(`
  if redis.call('HGET', KEYS[1], 'fence') == ARGV[1] then redis.call('HSET', KEYS[1], 'until', '0') end
`);

const holds = script(`if ${isHeld} then return 1 else return 0 end`);

/** See `LeaseStore` for the duties. */
export function redisLeases(commands: Commands): LeaseStore {
  const key = ["lock"];
  return {
    async acquire(name, holder, now, ttlMs) {
      const fence = await commands.run(acquire, name, key, [holder, now, now + ttlMs, ttlMs + keepMs]);
      return fence === null ? null : { fence: Number(fence) };
    },
    renew: async (name, fence, now, ttlMs) =>
      (await commands.run(renew, name, key, [fence, now, now + ttlMs, ttlMs + keepMs])) === 1,
    async release(name, fence) {
      await commands.run(release, name, key, [fence]);
    },
    holds: async (name, fence, now) => (await commands.run(holds, name, key, [fence, now])) === 1,
  };
}
