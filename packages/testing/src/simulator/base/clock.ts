/** Time as the simulator sees it. Inject one to run hours of limits, lag and retries in no time. */
export interface SimClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of this clock: a virtual one settles when `advanceClock` has come that far. */
  sleep(ms: number): Promise<void>;
  /** Like `sleep`, for waits that alone should not keep a process alive; default `sleep`. */
  readonly idle?: (ms: number) => Promise<void>;
  /**
   * Work that takes real time, such as asking a server: a clock that is moved by hand stands still until it is over,
   * but no longer than a second, because it may itself wait for the clock.
   */
  readonly hold?: (work: Promise<unknown>) => void;
}

/** A clock that moves only when told, and wakes its sleepers in order of their due time. */
export interface VirtualClock extends SimClock {
  /** Moves time forward, stopping at each sleeper that falls due so that what it does next happens at its own time. */
  advance(ms: number): Promise<void>;
  /** How many sleepers wait: 0 means that nothing more happens by itself. */
  readonly sleepers: number;
}

/** The machine's own time. */
export const realClock: SimClock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  idle: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
};

interface Sleeper {
  readonly due: number;
  readonly wake: () => void;
}

/** A clock that stands still until it is moved. `start`: milliseconds since the epoch; default 2026-11-20T12:00:00Z. */
export function createVirtualClock(start: number = Date.UTC(2026, 10, 20, 12)): VirtualClock {
  let now = start;
  const sleepers: Sleeper[] = [];
  const held = new Set<Promise<unknown>>();

  async function settle(): Promise<void> {
    await readyWork();
    while (held.size > 0 && (await isOver([...held]))) await readyWork();
  }

  return {
    now: () => now,
    sleep(ms) {
      if (ms <= 0) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper: Sleeper = { due: now + ms, wake: resolve };
        const later = sleepers.findIndex((other) => other.due > sleeper.due);
        sleepers.splice(later < 0 ? sleepers.length : later, 0, sleeper);
      });
    },
    hold(work) {
      const done = () => held.delete(work);
      held.add(work);
      work.then(done, done);
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let next = sleepers[0]; next !== undefined && next.due <= end; next = sleepers[0]) {
        now = next.due;
        sleepers.shift();
        next.wake();
        await settle();
      }
      now = end;
      await settle();
    },
    get sleepers() {
      return sleepers.length;
    },
  };
}

/** Lets promise chains that are ready run to their next sleep; a macrotask, because chains can be long. */
function readyWork(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const PATIENCE_MS = 1_000;

/** Whether all of it came to its end while anybody would wait. */
function isOver(work: readonly Promise<unknown>[]): Promise<boolean> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => resolve(false), PATIENCE_MS);
    void Promise.allSettled(work).then(() => {
      clearTimeout(impatient);
      resolve(true);
    });
  });
}
