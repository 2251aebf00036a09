import { setTimeout } from "node:timers/promises";

/** The real clock, which can be set forward: a day passes without anybody waiting for it. */
export interface AheadClock {
  ahead: number;
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export function aheadClock(): AheadClock {
  return {
    ahead: 0,
    now() {
      return Date.now() + this.ahead;
    },
    sleep: async (ms, signal) => void (await setTimeout(ms, undefined, signal === undefined ? {} : { signal })),
  };
}
