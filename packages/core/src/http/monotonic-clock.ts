import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";

/** The clock, made monotonic: a host clock set back by an hour must not hold slots for an hour. */
export class MonotonicClock {
  readonly #clock: Clock;
  #lead = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): EpochMs {
    const read = this.#clock.now() + this.#lead;
    if (read < this.#last) {
      this.#lead += this.#last - read;
      return this.#last;
    }
    this.#last = read;
    return read;
  }
}
