import { type BrokenStore, gap, replace } from "./broken-store.ts";

/** Faults in shared rate budgets. */
export const brokenRates: readonly BrokenStore[] = [
  {
    name: "grants what it read a moment ago",
    caughtBy: "rate-budgets.race.sum-within-limit",
    plant: (store) =>
      replace(store, "rateBudgets", (budgets) => {
        const held = new Map<string, number>();
        return {
          async take(query) {
            const taken = [...held]
              .filter(([block]) => block !== query.block)
              .reduce((sum, [, slots]) => sum + slots, 0);
            await gap();
            const granted = Math.max(0, Math.min(query.want, query.limit - taken));
            held.set(query.block, granted);
            return { ...(await budgets.take(query)), granted };
          },
        };
      }),
  },
  {
    name: "lets the slots of a killed holder go at once",
    caughtBy: "rate-budgets.expiry",
    plant: (store) =>
      replace(store, "rateBudgets", (budgets) => ({ take: (query) => budgets.take({ ...query, ttlMs: 1 }) })),
  },
  {
    name: "gives a second block to whoever renews",
    caughtBy: "rate-budgets.renew",
    plant: (store) => {
      let count = 0;
      return replace(store, "rateBudgets", (budgets) => ({
        take: (query) => budgets.take({ ...query, block: `${query.block}-${count++}` }),
      }));
    },
  },
];
