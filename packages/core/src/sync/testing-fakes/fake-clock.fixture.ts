import { HubspokeError } from "../../errors/hubspoke-error.ts";
import type { Clock } from "../../ports/clock.ts";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Virtual time: it moves only when a test moves it, or while `drive` waits for work that waits for it. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
  /** Time passes in which no timer could fire: something kept the process busy. */
  pass(ms: number): void;
  /** Runs work to its end, moving time to the next sleeper whenever nothing else can go on. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Lets work go on as far as it can without time moving. Answers whether it is through. */
  flush(work: Promise<unknown>): Promise<boolean>;
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start;
  let sleepers: Sleeper[] = [];

  function moveTo(time: number): void {
    now = Math.max(now, time);
    const due = sleepers.filter(({ at }) => at <= now);
    sleepers = sleepers.filter(({ at }) => at > now);
    for (const { wake } of due) wake();
  }

  async function flush(work: Promise<unknown>): Promise<boolean> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    work.then(done, done);
    await new Promise((resolve) => setImmediate(resolve));
    return settled;
  }

  return {
    now: () => now,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        const stop = () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(new HubspokeError("ABORTED", "the sleep was stopped"));
        };
        if (signal?.aborted) return stop();
        signal?.addEventListener("abort", stop, { once: true });
        sleepers.push(sleeper);
      });
    },
    advance: (ms) => moveTo(now + ms),
    pass: (ms) => {
      now += ms;
    },
    flush,
    async drive(work) {
      for (;;) {
        // Everything that does not wait for time gets through before time moves.
        if (await flush(work)) return work;
        const next = Math.min(...sleepers.map(({ at }) => at));
        if (Number.isFinite(next)) moveTo(next);
      }
    },
  };
}
