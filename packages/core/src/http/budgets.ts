import { DailyQuota, type DailyState } from "../limits/daily-quota.ts";
import type { Clock } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { RateBudgetStore } from "../ports/rate-budget-store.ts";
import { Budget } from "./budget.ts";
import type { LeaseOptions } from "./budget-lease.ts";
import type { BudgetState } from "./budget-types.ts";

/** The smallest quota HubSpot sells (hubspot-facts §2.1): safe for everyone until the first answer's headers. */
const startingSize = { limit: 100, windowMs: 10_000 };
/** Searches per account and second (hubspot-facts §2.2); their answers carry no headers to learn from. */
const searchSize = { limit: 5, windowMs: 1_000 };
/** Budgets of one kind are looked through for idle ones whenever there are this many more. */
const sweepEvery = 1_000;

/** One budget as it stands: calls or searches of an app in an account. */
export interface QuotaState extends BudgetState {
  /**
   * Of calls `oauth:{clientId}:{portalId}`, or `token:` and a hash of the token; of searches the portal, as their limit is
   * the account's.
   */
  readonly key: string;
  /** Searches have a budget of their own, 5 a second for each account (hubspot-facts §2.2). */
  readonly kind: "calls" | "search";
  /** As HubSpot's headers last told it; null for searches, and before the first answer that told it. */
  readonly daily: DailyState | null;
}

/** How budgets are shared with other processes. */
export interface SharedBudgets {
  readonly store: RateBudgetStore;
  /** A random name for this process's block. */
  readonly newId: () => string;
  readonly logger?: Logger;
  /** See `LeaseOptions`: only where an instance lives for one invocation. */
  readonly behind?: (work: () => Promise<void>) => void;
}

export interface BudgetsOptions {
  /** Calls per window the host allows itself, where less than HubSpot's. */
  readonly ceiling?: number;
  readonly shared?: SharedBudgets;
}

/** Every quota this instance spends from. Owned by the instance: two instances, like two portals, never touch each other. */
export class Budgets {
  readonly #clock: Clock;
  readonly #options: BudgetsOptions;
  readonly #calls = new Map<string, Budget>();
  readonly #searches = new Map<string, Budget>();
  readonly #days = new Map<string, DailyQuota>();
  #closed = false;

  constructor(clock: Clock, options: BudgetsOptions = {}) {
    this.#clock = clock;
    this.#options = options;
  }

  calls(key: string): Budget {
    const { ceiling } = this.#options;
    const options = { size: startingSize, slowStart: true, ...(ceiling === undefined ? {} : { ceiling }) };
    return this.#entry(this.#calls, key, () => new Budget(this.#clock, { ...options, ...this.#lease(`calls ${key}`) }));
  }

  search(key: string): Budget {
    return this.#entry(
      this.#searches,
      key,
      () => new Budget(this.#clock, { size: searchSize, ...this.#lease(`search ${key}`) }),
    );
  }

  day(key: string): DailyQuota {
    return entry(this.#days, key, () => new DailyQuota());
  }

  state(): readonly QuotaState[] {
    return [
      ...[...this.#calls].map(([key, budget]) => {
        const daily = this.#days.get(key)?.state ?? null;
        return { key, kind: "calls" as const, daily, ...budget.state() };
      }),
      ...[...this.#searches].map(([key, budget]) => ({ key, kind: "search" as const, daily: null, ...budget.state() })),
    ];
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#calls.values(), ...this.#searches.values()].map((budget) => budget.close()));
  }

  #lease(budget: string): { readonly lease?: LeaseOptions } {
    const { shared } = this.#options;
    if (shared === undefined) return {};
    const { newId, ...rest } = shared;
    return { lease: { ...rest, budget, block: newId(), clock: this.#clock } };
  }

  #entry(map: Map<string, Budget>, key: string, make: () => Budget): Budget {
    return entry(map, key, () => {
      // Tokens come and go in a long life. A budget in use is never dropped: its successor would begin with a full quota.
      if (map.size > 0 && map.size % sweepEvery === 0) {
        for (const [name, budget] of map) {
          if (!budget.idle) continue;
          map.delete(name);
          if (map === this.#calls) this.#days.delete(name);
        }
      }
      const budget = make();
      if (this.#closed) void budget.close();
      return budget;
    });
  }
}

function entry<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
