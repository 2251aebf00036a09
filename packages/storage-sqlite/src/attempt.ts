import type { HubspokeError } from "@hubspoke/core/errors";

export interface AttemptOptions {
  /** Waits; injected so that tests need no clock. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Total waiting before STORE_BUSY. */
  readonly budgetMs: number;
  readonly toStoreError: (error: unknown) => HubspokeError;
}

/** SQLite's own waits between tries, in ms. The last one repeats. */
const waits: readonly number[] = [1, 2, 5, 10, 15, 20, 25];

/**
 * Waits for locks without blocking: SQLite's own busy handler sleeps inside the driver, and with it the whole event
 * loop, for as long as another process holds the lock. A busy statement or BEGIN has changed nothing, so repeating is safe.
 */
export function attempter(options: AttemptOptions): <T>(work: () => T | Promise<T>) => Promise<T> {
  const { sleep, budgetMs, toStoreError } = options;
  return async (work) => {
    let waited = 0;
    for (let tries = 0; ; tries++) {
      try {
        return await work();
      } catch (error) {
        const mapped = toStoreError(error);
        const left = budgetMs - waited;
        if (mapped.code !== "STORE_BUSY" || left <= 0) throw mapped;
        const ms = Math.min(waits[Math.min(tries, waits.length - 1)] ?? 25, left);
        await sleep(ms);
        waited += ms;
      }
    }
  };
}
