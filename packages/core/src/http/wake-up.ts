import type { Clock } from "../ports/clock.ts";
import type { EpochMs } from "../ports/ids.ts";

/** One timer at a time: the next moment at which a queue should be looked at again. */
export class WakeUp {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #broken: (error: unknown) => void;
  #next: { readonly at: EpochMs; readonly stop: AbortController } | null = null;

  /** `broken`: the clock failed, and whoever waits must not hang on it. */
  constructor(clock: Clock, wake: () => void, broken: (error: unknown) => void) {
    this.#clock = clock;
    this.#wake = wake;
    this.#broken = broken;
  }

  /** Replaces the timer. A moment that never comes (Infinity) sets none. */
  at(moment: EpochMs, now: EpochMs): void {
    if (this.#next?.at === moment) return;
    this.cancel();
    if (!Number.isFinite(moment)) return;
    const next = { at: moment, stop: new AbortController() };
    this.#next = next;
    this.#clock.sleep(Math.ceil(moment - now), next.stop.signal).then(
      () => {
        if (this.#next === next) this.#next = null;
        this.#wake();
      },
      (error: unknown) => {
        // Ours: the timer was replaced.
        if (next.stop.signal.aborted) return;
        this.#next = null;
        this.#broken(error);
      },
    );
  }

  cancel(): void {
    this.#next?.stop.abort();
    this.#next = null;
  }
}
