import type { Storage } from "@hubspoke/core/ports";
import { holds, same } from "../check.ts";
import type { ContractCase } from "../contract.ts";
import { race } from "../race.ts";

type Budgets = Pick<Storage, "rateBudgets">;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** What a rate-budget store must do. */
export const rateBudgetCases: readonly ContractCase<Budgets>[] = [
  {
    id: "rate-budgets.race.sum-within-limit",
    async run(t) {
      const limit = t.racers * 5 - 3;
      const asked = { budget: "app", limit, want: 5, now: t.now, ttlMs: 100 };
      const taken = await race(t, ({ rateBudgets }, i) => rateBudgets.take({ ...asked, block: `b${i}` }));
      same(sum(taken.map(({ granted }) => granted)), limit, "racers get the whole limit between them, and no more");
      const grown = await race(t, ({ rateBudgets }, i) => rateBudgets.take({ ...asked, block: `b${i}`, want: limit }));
      const { rateBudgets } = await t.open();
      const { others } = await rateBudgets.take({ ...asked, block: "spectator", want: 1 });
      same(sum(others.map(({ slots }) => slots)), limit, "nor do racers that renew and want more");
      holds(
        grown.every(({ granted }) => granted >= 2),
        "and what a holder has it keeps",
      );
    },
  },
  {
    id: "rate-budgets.expiry",
    async run(t) {
      const { rateBudgets } = await t.open();
      await rateBudgets.take({ budget: "app", block: "killed", limit: 10, want: 8, now: t.now, ttlMs: 100 });
      const ask = { budget: "app", block: "b", limit: 10, want: 10, ttlMs: 500 };
      const early = await rateBudgets.take({ ...ask, now: t.now + 99 });
      same(early.granted, 2, "a block counts until it expires");
      same(early.retryAt, t.now + 100, "and the store says when that is");
      const late = await rateBudgets.take({ ...ask, now: t.now + 100 });
      same(late, { granted: 10, others: [], retryAt: null, learned: null }, "then its slots are free again");
      const back = await rateBudgets.take({ ...ask, block: "killed", now: t.now + 101 });
      same(back.granted, 0, "its holder, should it come back, has no claim to them");
    },
  },
  {
    id: "rate-budgets.renew",
    async run(t) {
      const { rateBudgets } = await t.open();
      const ask = { budget: "app", limit: 10, ttlMs: 100 };
      same((await rateBudgets.take({ ...ask, block: "a", want: 6, now: t.now })).granted, 6, "a first block");
      same((await rateBudgets.take({ ...ask, block: "b", want: 9, now: t.now })).granted, 4, "and what is left");
      const renewed = await rateBudgets.take({ ...ask, block: "a", want: 9, now: t.now + 50 });
      same(renewed.granted, 6, "renewing is no second block, and gives no more than there is");
      same(renewed.others, [{ slots: 4, want: 9 }], "others are shown with what they want");
      same((await rateBudgets.take({ ...ask, block: "a", want: 3, now: t.now + 60 })).granted, 3, "a block shrinks");
      const grown = await rateBudgets.take({ ...ask, block: "b", want: 9, now: t.now + 70 });
      same(grown.granted, 7, "and what it leaves goes to others");
      same(grown.retryAt, t.now + 160, "renewing moved its end");
      same(
        (await rateBudgets.take({ ...ask, block: "c", want: 1, limit: 5, now: t.now + 80 })).granted,
        0,
        "never below 0",
      );
      const fewer = await rateBudgets.take({ ...ask, block: "b", want: 9, limit: 5, now: t.now + 90 });
      same(fewer.granted, 7, "a smaller limit takes nothing back that is wanted");
      same(
        (await rateBudgets.take({ ...ask, block: "b", want: 4, limit: 5, now: t.now + 95 })).granted,
        4,
        "but no more is",
      );
    },
  },
  {
    id: "rate-budgets.apart",
    async run(t) {
      const { rateBudgets } = await t.open();
      const ask = { block: "a", limit: 10, want: 10, now: t.now, ttlMs: 100 };
      same((await rateBudgets.take({ ...ask, budget: "app" })).granted, 10, "one budget");
      same((await rateBudgets.take({ ...ask, budget: "other" })).granted, 10, "is not another's");
    },
  },
  {
    id: "rate-budgets.give-back",
    async run(t) {
      const { rateBudgets } = await t.open();
      const ask = { budget: "app", limit: 10, ttlMs: 100, now: t.now };
      await rateBudgets.take({ ...ask, block: "a", want: 8 });
      await rateBudgets.giveBack("app", "a", 3, t.now);
      await rateBudgets.giveBack("app", "nobody", 3, t.now);
      await rateBudgets.giveBack("other", "a", 3, t.now);
      const b = await rateBudgets.take({ ...ask, block: "b", want: 10 });
      same([b.granted, b.others], [5, [{ slots: 5, want: 5 }]], "what is given back is free at once");
      await rateBudgets.giveBack("app", "a", 99, t.now);
      const all = await rateBudgets.take({ ...ask, block: "b", want: 20 });
      same(all.granted, 10, "and more than a block has cannot be given");
      await rateBudgets.giveBack("app", "b", 4, t.now + 100);
      const later = await rateBudgets.take({ ...ask, block: "c", want: 10, now: t.now + 100 });
      same([later.granted, later.others], [10, []], "an expired block has nothing to give, and stays expired");
    },
  },
  {
    id: "rate-budgets.learned",
    async run(t) {
      const { rateBudgets } = await t.open();
      same(await rateBudgets.read("app"), null, "nothing is known at first");
      await rateBudgets.take({ budget: "app", block: "a", limit: 10, want: 1, now: t.now, ttlMs: 100 });
      same(await rateBudgets.read("app"), null, "taking teaches nothing");
      await rateBudgets.learn("app", { limit: 190, dailyLimit: 625_000, dailyRemaining: 9 }, t.now);
      await rateBudgets.learn("app", { limit: null, dailyLimit: null, dailyRemaining: 8 }, t.now + 1);
      const learned = { limit: 190, dailyLimit: 625_000, dailyRemaining: 8, learnedAt: t.now + 1 };
      same(await rateBudgets.read("app"), learned, "what was not said stays known");
      const ask = { budget: "app", block: "a", limit: 190, want: 1, now: t.now + 2, ttlMs: 100 };
      same((await rateBudgets.take(ask)).learned, learned, "and whoever takes is told");
      same(await rateBudgets.read("other"), null, "of this budget alone");
    },
  },
  {
    id: "rate-budgets.peer",
    needs: ["shared"],
    async run(t) {
      const ask = { budget: "app", limit: 10, want: 8, now: t.now, ttlMs: 100 };
      await (await t.open()).rateBudgets.take({ ...ask, block: "a" });
      const { rateBudgets } = await t.peer();
      same((await rateBudgets.take({ ...ask, block: "b" })).granted, 2, "a block counts for other processes");
      await rateBudgets.learn("app", { limit: 7, dailyLimit: null, dailyRemaining: null }, t.now);
      same((await (await t.open()).rateBudgets.read("app"))?.limit, 7, "and so does what one of them learned");
    },
  },
];
