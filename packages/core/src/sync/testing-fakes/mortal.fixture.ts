/** What a killed process throws at whoever still waits for it. */
export class Killed extends Error {}

export interface Fate {
  /** Calls are counted from the first stored intent on: what follows is where a crash hurts. */
  readonly fromIntent?: boolean;
  /** The call to a port that is the last one. */
  readonly killAt?: number | null;
  /** Whether the last call takes effect before the process is gone. */
  readonly afterEffect?: boolean;
  /** Things that happen in the world just before some calls, by number. */
  readonly meanwhile?: ReadonlyMap<number, () => void>;
  /** The call before which the process stands still until it is woken. */
  readonly pauseAt?: number | null;
}

/** The calls that matter to a crash: what reads a side, and what changes anything. */
const counted = new Set(
  "read findBy update create archive write delete handOver store markSent clear put add resolve mark complete advance save link unlink".split(
    " ",
  ),
);

/** One worker's process, counted in calls to its ports. */
export class Process {
  readonly #fate: Fate;
  #armed: boolean;
  #calls = 0;
  #wake: (() => void) | null = null;
  paused = false;

  constructor(fate: Fate = {}) {
    this.#fate = fate;
    this.#armed = fate.fromIntent !== true;
  }

  get dead(): boolean {
    return this.#calls >= (this.#fate.killAt ?? Number.POSITIVE_INFINITY);
  }

  wake(): void {
    this.paused = false;
    this.#wake?.();
  }

  async call<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Killed();
    if (name === "store") this.#armed = true;
    if (!counted.has(name) || !this.#armed) return work();
    const number = ++this.#calls;
    this.#fate.meanwhile?.get(number)?.();
    if (number === this.#fate.pauseAt) {
      this.paused = true;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (!this.dead) return work();
    if (this.#fate.afterEffect) await work();
    throw new Killed();
  }
}

/** The same port, whose every call is the process's. Nested objects (the stores of a storage) are wrapped too. */
export function ownedBy<T extends object>(process: Process, port: T): T {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value === "function")
        return (...args: unknown[]) =>
          process.call(String(key), async () => Reflect.apply(value, target, args) as unknown);
      return typeof value === "object" && value !== null && key !== "capabilities" ? ownedBy(process, value) : value;
    },
  });
}
