import type { LearnedBudget, RateBudgetStore } from "@hubspoke/core/ports";
import { type Commands, script } from "./commands.ts";

/** How long after its last use Redis forgets a budget: what HubSpot said of a day is worth nothing two days later. */
const keepMs = 48 * 3_600_000;

/** Drops what has expired, then lends what is wanted, or what the others leave, or what the holder has anyway. */
const take = script(`
  local block, now = ARGV[1], tonumber(ARGV[4])
  local limit, want = tonumber(ARGV[2]), tonumber(ARGV[3])
  local rows, others, taken, kept, first = redis.call('HGETALL', KEYS[1]), {}, 0, 0, -1
  for i = 1, #rows, 2 do
    local slots, wanted, ends = string.match(rows[i + 1], '^(%d+) (%d+) (%d+)$')
    slots, wanted, ends = tonumber(slots), tonumber(wanted), tonumber(ends)
    if ends <= now then
      redis.call('HDEL', KEYS[1], rows[i])
    elseif rows[i] == block then
      kept = math.min(want, slots)
    else
      taken = taken + slots
      others[#others + 1] = slots
      others[#others + 1] = wanted
      if first < 0 or ends < first then first = ends end
    end
  end
  local granted = math.max(kept, math.min(want, limit - taken))
  redis.call('HSET', KEYS[1], block, string.format('%d %d %d', granted, want, tonumber(ARGV[5])))
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
  return { granted, first, others, redis.call('HMGET', KEYS[2], 'limit', 'daily', 'left', 'at') }
`);

const giveBack = script(`
  local row = redis.call('HGET', KEYS[1], ARGV[1])
  if not row then return 0 end
  local slots, wanted, ends = string.match(row, '^(%d+) (%d+) (%d+)$')
  if tonumber(ends) <= tonumber(ARGV[3]) then return 0 end
  local left = math.max(0, tonumber(slots) - tonumber(ARGV[2]))
  redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %d %d', left, math.min(tonumber(wanted), left), tonumber(ends)))
  return 1
`);

const learn = script(`
  for i, field in ipairs({ 'limit', 'daily', 'left', 'at' }) do
    if ARGV[i] ~= '' then redis.call('HSET', KEYS[1], field, ARGV[i]) end
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[5])
`);

const read = script("return redis.call('HMGET', KEYS[1], 'limit', 'daily', 'left', 'at')");

/** See `RateBudgetStore` for the duties. */
export function redisRateBudgets(commands: Commands): RateBudgetStore {
  return {
    async take({ budget, block, limit, want, now, ttlMs }) {
      const args = [block, limit, want, now, now + ttlMs, ttlMs + keepMs];
      const answer = await commands.run(take, budget, ["blocks", "learned"], args);
      const [granted, first, others, known] = answer as [number, number, number[], Fields];
      return {
        granted,
        others: pairs(others).map(([slots, want]) => ({ slots, want })),
        retryAt: first < 0 ? null : first,
        learned: learned(known),
      };
    },
    async giveBack(budget, block, slots, now) {
      await commands.run(giveBack, budget, ["blocks"], [block, slots, now]);
    },
    async learn(budget, { limit, dailyLimit, dailyRemaining }, now) {
      await commands.run(
        learn,
        budget,
        ["learned"],
        [limit ?? "", dailyLimit ?? "", dailyRemaining ?? "", now, keepMs],
      );
    },
    read: async (budget) => learned((await commands.run(read, budget, ["learned"], [])) as Fields),
  };
}

type Fields = readonly (string | null)[];

function learned([limit, daily, left, at]: Fields): LearnedBudget | null {
  const number = (text: string | null | undefined): number | null => (text == null ? null : Number(text));
  if (at == null) return null;
  return { limit: number(limit), dailyLimit: number(daily), dailyRemaining: number(left), learnedAt: Number(at) };
}

function pairs(flat: readonly number[]): (readonly [number, number])[] {
  return flat.flatMap((first, i) => (i % 2 === 0 ? [[first, flat[i + 1] ?? 0] as const] : []));
}
