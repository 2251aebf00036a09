import { DailyQuota, type DailyState } from "../limits/daily-quota.ts";
import type { Clock } from "../ports/clock.ts";
import { Budget } from "./budget.ts";
import type { BudgetState } from "./budget-types.ts";

/** The smallest quota HubSpot sells (hubspot-facts §2.1): safe for everyone until the first answer's headers. */
const startingSize = { limit: 100, windowMs: 10_000 };
/** Searches per account and second (hubspot-facts §2.2); their answers carry no headers to learn from. */
const searchSize = { limit: 5, windowMs: 1_000 };

export interface QuotaState extends BudgetState {
  readonly key: string;
  readonly kind: "calls" | "search";
  readonly daily: DailyState | null;
}

/** Every quota this instance spends from. Owned by the instance: two instances, like two portals, never touch each other. */
export class Budgets {
  readonly #clock: Clock;
  readonly #ceiling: number | undefined;
  readonly #calls = new Map<string, Budget>();
  readonly #searches = new Map<string, Budget>();
  readonly #days = new Map<string, DailyQuota>();
  #closed = false;

  /** `ceiling`: calls per window the host allows itself, where less than HubSpot's. */
  constructor(clock: Clock, ceiling?: number) {
    this.#clock = clock;
    this.#ceiling = ceiling;
  }

  calls(key: string): Budget {
    const ceiling = this.#ceiling === undefined ? {} : { ceiling: this.#ceiling };
    return this.#entry(this.#calls, key, () => new Budget(this.#clock, { size: startingSize, ...ceiling }));
  }

  search(key: string): Budget {
    return this.#entry(this.#searches, key, () => new Budget(this.#clock, { size: searchSize }));
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

  close(): void {
    this.#closed = true;
    for (const budget of [...this.#calls.values(), ...this.#searches.values()]) budget.close();
  }

  #entry(map: Map<string, Budget>, key: string, make: () => Budget): Budget {
    return entry(map, key, () => {
      const budget = make();
      if (this.#closed) budget.close();
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
