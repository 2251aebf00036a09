import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
  live: boolean;
}

/** Time that moves only while a test waits for something: always to the next sleeper. */
export interface TestClock extends Clock {
  /** Moves time forward until `work` settles. Fails when nothing sleeps and it has not. */
  run<T>(work: Promise<T>): Promise<T>;
  advance(ms: number): Promise<void>;
  /** Sets the host's clock, as an administrator or NTP would. */
  jump(ms: number): void;
  readonly sleepers: number;
}

export function testClock(start = 1_790_000_000_000): TestClock {
  let now = start;
  let skew = 0;
  let order = 0;
  const heap: Timer[] = [];
  const before = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

  const push = (timer: Timer): void => {
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(heap[at] as Timer, heap[parent] as Timer)) break;
      [heap[at], heap[parent]] = [heap[parent] as Timer, heap[at] as Timer];
      at = parent;
    }
  };
  const pop = (): Timer | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && before(heap[child] as Timer, heap[least] as Timer)) least = child;
      }
      if (least === at) return top;
      [heap[at], heap[least]] = [heap[least] as Timer, heap[at] as Timer];
      at = least;
    }
  };
  const next = (): Timer | undefined => {
    while (heap[0]?.live === false) pop();
    return heap[0];
  };
  const step = (): boolean => {
    const timer = next();
    if (timer === undefined) return false;
    pop();
    now = Math.max(now, timer.due);
    timer.live = false;
    timer.wake();
    return true;
  };

  return {
    now: () => Math.floor(now + skew),
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(aborted());
      return new Promise((resolve, reject) => {
        const timer: Timer = { due: now + Math.max(0, ms), order: order++, wake: resolve, live: true };
        push(timer);
        signal?.addEventListener(
          "abort",
          () => {
            if (!timer.live) return;
            timer.live = false;
            reject(aborted());
          },
          { once: true },
        );
      });
    },
    async run(work) {
      let done = false;
      const mark = (): void => {
        done = true;
      };
      work.then(mark, mark);
      await settle();
      while (!done) {
        if (!step()) throw new Error("nothing sleeps, and what the test waits for has not happened");
        await settle();
      }
      return work;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let timer = next(); timer !== undefined && timer.due <= end; timer = next()) {
        step();
        await settle();
      }
      now = end;
      await settle();
    },
    jump(ms) {
      skew += ms;
    },
    get sleepers() {
      return heap.filter((timer) => timer.live).length;
    },
  };
}

/** Runs everything that is ready: a macrotask, because promise chains can be long. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function aborted(): HubspokeError {
  return new HubspokeError("ABORTED", "ABORTED: the wait was aborted", { details: { sent: false } });
}
