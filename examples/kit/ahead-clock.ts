import { setTimeout } from "node:timers/promises";

/** A clock that can be set forward: a day passes without anybody waiting for it. */
export interface AheadClock {
  ahead: number;
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The real clock, or one that runs so many times as fast: who sleeps a second by it, a worker between two looks for
 * example, sleeps a tenth of one with `speed` 10.
 */
export function aheadClock(speed = 1): AheadClock {
  const begun = Date.now();
  return {
    ahead: 0,
    now() {
      return begun + Math.floor((Date.now() - begun) * speed) + this.ahead;
    },
    sleep: async (ms, signal) => void (await setTimeout(ms / speed, undefined, signal === undefined ? {} : { signal })),
  };
}
