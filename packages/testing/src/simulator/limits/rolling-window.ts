export interface SavedWindow {
  readonly times: readonly number[];
  readonly max: number;
}

/** Counts events of the last `span` milliseconds exactly, remembering each one. */
export class RollingWindow {
  readonly #span: number;
  #times: number[] = [];
  #head = 0;
  #max = 0;

  constructor(span: number) {
    this.#span = span;
  }

  add(now: number): void {
    this.#times.push(now);
    this.#max = Math.max(this.#max, this.count(now));
  }

  /** An event leaves the window exactly `span` milliseconds after it happened. */
  count(now: number): number {
    while (this.#head < this.#times.length && this.#times[this.#head]! <= now - this.#span) this.#head++;
    if (this.#head > 4096) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
    return this.#times.length - this.#head;
  }

  save(): SavedWindow {
    return { times: this.#times.slice(this.#head), max: this.#max };
  }

  load({ times, max }: SavedWindow): void {
    this.#times = [...times];
    this.#head = 0;
    this.#max = max;
  }

  /** The most events that any window held. */
  get max(): number {
    return this.#max;
  }
}
