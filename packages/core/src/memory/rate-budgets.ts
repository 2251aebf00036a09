import type { LearnedBudget, RateBudgetStore } from "../ports/rate-budget-store.ts";
import type { Sync } from "./expose.ts";

interface Block {
  readonly slots: number;
  readonly want: number;
  readonly expiresAt: number;
}

export function memoryRateBudgets(): Sync<RateBudgetStore> {
  const learned = new Map<string, LearnedBudget>();
  const budgets = new Map<string, Map<string, Block>>();
  const live = (budget: string, now: number): Map<string, Block> => {
    const blocks = budgets.get(budget) ?? new Map<string, Block>();
    budgets.set(budget, blocks);
    for (const [name, { expiresAt }] of blocks) if (expiresAt <= now) blocks.delete(name);
    return blocks;
  };
  return {
    take({ budget, block, limit, want, now, ttlMs }) {
      const blocks = live(budget, now);
      const kept = Math.min(want, blocks.get(block)?.slots ?? 0);
      blocks.delete(block);
      const others = [...blocks.values()];
      const taken = others.reduce((sum, { slots }) => sum + slots, 0);
      const granted = Math.max(kept, Math.min(want, limit - taken));
      blocks.set(block, { slots: granted, want, expiresAt: now + ttlMs });
      return {
        granted,
        others: others.map(({ slots, want }) => ({ slots, want })),
        retryAt: others.length === 0 ? null : Math.min(...others.map(({ expiresAt }) => expiresAt)),
        learned: learned.get(budget) ?? null,
      };
    },
    giveBack(budget, block, slots, now) {
      const blocks = live(budget, now);
      const held = blocks.get(block);
      if (held !== undefined) {
        const left = Math.max(0, held.slots - slots);
        blocks.set(block, { ...held, slots: left, want: Math.min(held.want, left) });
      }
    },
    learn(budget, said, now) {
      const known = learned.get(budget);
      learned.set(budget, {
        limit: said.limit ?? known?.limit ?? null,
        dailyLimit: said.dailyLimit ?? known?.dailyLimit ?? null,
        dailyRemaining: said.dailyRemaining ?? known?.dailyRemaining ?? null,
        learnedAt: now,
      });
    },
    read: (budget) => learned.get(budget) ?? null,
  };
}
