import { HubspokeError } from "@hubspoke/core/errors";
import type { Clock } from "@hubspoke/core/ports";

interface Sleeper {
  readonly due: number;
  readonly order: number;
  readonly wake: () => void;
  gone: boolean;
}

/** Time that jumps to the next sleeper. Programs read whole milliseconds, as from `Date.now`; the network is exact. */
export interface JumpingClock extends Clock {
  exact(): number;
  /** Until `done` answers true. Throws when nothing sleeps and it does not. */
  runUntil(done: () => boolean): Promise<void>;
}

/**
 * `ready` lets promise chains run to their next sleep. Default: those that wait for nothing but each other. `patience`:
 * how often it is asked again while nothing sleeps, before that is taken for the end.
 */
export function jumpingClock(
  start: number = Date.UTC(2026, 10, 20, 12),
  ready: (asleep: number) => Promise<void> = readyWork,
  patience = 0,
): JumpingClock {
  let now = start;
  let order = 0;
  const heap: Sleeper[] = [];

  return {
    now: () => Math.floor(now),
    exact: () => now,
    sleep(ms, signal) {
      if (signal?.aborted === true) return Promise.reject(aborted());
      return new Promise((resolve, reject) => {
        const sleeper: Sleeper = { due: now + Math.max(0, ms), order: order++, wake: resolve, gone: false };
        push(heap, sleeper);
        signal?.addEventListener("abort", () => {
          if (sleeper.gone) return;
          sleeper.gone = true;
          reject(aborted());
        });
      });
    },
    async runUntil(done) {
      let asked = 0;
      for (await ready(heap.length); !done(); await ready(heap.length)) {
        let next = pop(heap);
        while (next?.gone === true) next = pop(heap);
        if (next === undefined && asked++ < patience) continue;
        if (next === undefined) throw new Error("Nothing sleeps, and the run is not over");
        asked = 0;
        now = Math.max(now, next.due);
        next.gone = true;
        next.wake();
      }
    },
  };
}

function before(a: Sleeper, b: Sleeper): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}

function push(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.length;
  heap.push(sleeper);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const parent = heap[up] as Sleeper;
    if (!before(sleeper, parent)) break;
    heap[at] = parent;
    at = up;
  }
  heap[at] = sleeper;
}

function pop(heap: Sleeper[]): Sleeper | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (top === undefined || last === undefined || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    let least = 2 * at + 1;
    if (least >= heap.length) break;
    if (least + 1 < heap.length && before(heap[least + 1] as Sleeper, heap[least] as Sleeper)) least++;
    if (before(last, heap[least] as Sleeper)) break;
    heap[at] = heap[least] as Sleeper;
    at = least;
  }
  heap[at] = last;
  return top;
}

/** Lets promise chains run to their next sleep; a macrotask, because chains can be long. */
function readyWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function aborted(): HubspokeError {
  return new HubspokeError("ABORTED", "ABORTED: the wait was aborted", { details: { sent: false } });
}
