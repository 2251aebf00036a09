import type { EpochMs, LearnedBudget, RateBudgetStore } from "@hubspoke/core/ports";
import { sql } from "kysely";
import type { SqlRow } from "../sql/columns.ts";
import { call, type Session } from "../sql/session.ts";
import { type Places, statement } from "../sql/statement.ts";

interface Take {
  readonly budget: string;
  readonly block: string;
  readonly limit: number;
  readonly want: number;
  readonly now: EpochMs;
  readonly expiresAt: EpochMs;
}

/** Begins every taking: racers on one budget stand in line at its row, so that each sees what the one before took. */
const line = statement<{ budget: string }>(
  ({ value }) => sql`
    insert into hubspoke_rate_budgets (budget, takes, learned_at) values (${value("budget")}, 1, 0)
    on conflict (budget) do update set takes = hubspoke_rate_budgets.takes + 1
    returning call_limit, daily_limit, daily_remaining, learned_at`,
);

const expire = statement<{ budget: string; now: EpochMs }>(
  ({ value }) => sql`
    delete from hubspoke_rate_blocks where budget = ${value("budget")} and expires_at <= ${value("now")}`,
);

/** What is wanted, or what the others leave, or what of it a live block has: slots in use cannot be taken back. */
const take = statement<Take>((places) => {
  const { value } = places;
  const want = whole(places, "want");
  const left = sql`(${whole(places, "limit")} - coalesce(sum(slots), 0))`;
  return sql`
    insert into hubspoke_rate_blocks (budget, block, slots, want, expires_at)
    select ${value("budget")}, ${value("block")},
      case when ${left} <= 0 then 0 when ${left} < ${want} then ${left} else ${want} end,
      ${want}, ${whole(places, "expiresAt")}
    from hubspoke_rate_blocks where budget = ${value("budget")} and block <> ${value("block")}
    on conflict (budget, block) do update set
      slots = case
        when excluded.slots >= hubspoke_rate_blocks.slots then excluded.slots
        when excluded.want < hubspoke_rate_blocks.slots then excluded.want
        else hubspoke_rate_blocks.slots end,
      want = excluded.want, expires_at = excluded.expires_at`;
});

const blocks = statement<{ budget: string }>(
  ({ value }) => sql`
    select block, slots, want, expires_at from hubspoke_rate_blocks where budget = ${value("budget")}`,
);

const giveBack = statement<{ budget: string; block: string; slots: number; now: EpochMs }>((places) => {
  const { value } = places;
  const left = sql`(slots - ${whole(places, "slots")})`;
  return sql`
    update hubspoke_rate_blocks set
      slots = case when ${left} < 0 then 0 else ${left} end,
      want = case when ${left} < 0 then 0 when ${left} < want then ${left} else want end
    where budget = ${value("budget")} and block = ${value("block")} and expires_at > ${value("now")}`;
});

const learn = statement<{
  budget: string;
  limit: number | null;
  dailyLimit: number | null;
  dailyRemaining: number | null;
  now: EpochMs;
}>(
  ({ value }) => sql`
    insert into hubspoke_rate_budgets (budget, takes, call_limit, daily_limit, daily_remaining, learned_at)
    values (${value("budget")}, 0, ${value("limit")}, ${value("dailyLimit")}, ${value("dailyRemaining")}, ${value("now")})
    on conflict (budget) do update set
      call_limit = coalesce(excluded.call_limit, hubspoke_rate_budgets.call_limit),
      daily_limit = coalesce(excluded.daily_limit, hubspoke_rate_budgets.daily_limit),
      daily_remaining = coalesce(excluded.daily_remaining, hubspoke_rate_budgets.daily_remaining),
      learned_at = excluded.learned_at`,
);

const read = statement<{ budget: string }>(
  ({ value }) => sql`
    select call_limit, daily_limit, daily_remaining, learned_at from hubspoke_rate_budgets
    where budget = ${value("budget")}`,
);

/** A number that Postgres cannot tell from a text by where it stands. */
function whole<A>({ dialect, value }: Places<A>, name: keyof A & string): ReturnType<Places<A>["value"]> {
  return sql`cast(${value(name)} as ${sql.raw(dialect.types.integer)})`;
}

export function rateBudgetStore(session: Session): RateBudgetStore {
  return {
    async take({ budget, block, limit, want, now, ttlMs }) {
      const [known, , , held] = await session.batch([
        call(line, { budget }),
        call(expire, { budget, now }),
        call(take, { budget, block, limit, want, now, expiresAt: now + ttlMs }),
        call(blocks, { budget }),
      ]);
      const rows = held?.rows ?? [];
      const others = rows.filter((row) => row.block !== block);
      return {
        granted: Number(rows.find((row) => row.block === block)?.slots ?? 0),
        others: others.map((row) => ({ slots: Number(row.slots), want: Number(row.want) })),
        retryAt: others.length === 0 ? null : Math.min(...others.map((row) => Number(row.expires_at))),
        learned: learned(known?.rows[0]),
      };
    },
    async giveBack(budget, block, slots, now) {
      await session.run(giveBack, { budget, block, slots, now });
    },
    async learn(budget, said, now) {
      await session.run(learn, { budget, ...said, now });
    },
    read: async (budget) => learned((await session.run(read, { budget })).rows[0]),
  };
}

/** A row that only served as the head of the line has learned nothing. */
function learned(row: SqlRow | undefined): LearnedBudget | null {
  if (row === undefined || Number(row.learned_at) === 0) return null;
  const number = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
  return {
    limit: number(row.call_limit),
    dailyLimit: number(row.daily_limit),
    dailyRemaining: number(row.daily_remaining),
    learnedAt: Number(row.learned_at),
  };
}
