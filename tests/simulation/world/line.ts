import type { SimulatedClock } from "../base/clock.ts";

/**
 * Calls that leave this process, one at a time and in the order in which they were made, while time stands still: so that
 * what a real server takes its own time over happens in the same order in every run of a seed.
 */
export class Line {
  readonly #clock: SimulatedClock;
  #last: Promise<void> = Promise.resolve();

  constructor(clock: SimulatedClock) {
    this.#clock = clock;
  }

  /** The same port, whose calls stand in line. Nested objects (the stores of a storage) are wrapped too. */
  through<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value === "object" && value !== null && key !== "capabilities") return this.through(value);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => this.#stand(async () => Reflect.apply(value, target, args) as unknown);
      },
    });
  }

  async #stand<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let leave = (): void => {};
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    const back = this.#clock.goOutside();
    await before;
    try {
      return await work();
    } finally {
      leave();
      back();
    }
  }
}
