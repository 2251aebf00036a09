import type { SimClock } from "../base/clock.ts";

/** When something goes on, and its place among what goes on at the same moment. */
export interface Due {
  readonly at: number;
  readonly order: number;
}

interface Resumed {
  readonly due: Due | undefined;
  readonly go: () => void;
}

/**
 * Everything that goes on in the background. A wait is a time and a place and nothing else, so that it can be saved and
 * waited for again.
 */
export class Agenda {
  readonly #clock: SimClock;
  #resumed: Resumed[] = [];
  #isStopped = false;
  /** How many waits there have been. */
  count = 0;

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  /** Nothing of a world that was thrown away happens any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  now(): number {
    return this.#clock.now();
  }

  /** @param ms from now */
  next(ms: number): Due {
    return { at: this.now() + ms, order: ++this.count };
  }

  /** Alone it does not keep a process alive. */
  async until({ at }: Due): Promise<void> {
    const wait = at - this.now();
    if (wait > 0) await (this.#clock.idle ?? this.#clock.sleep)(wait);
    if (this.#isStopped) await new Promise(() => {});
  }

  /** Work that takes real time: see `SimClock.hold`. */
  hold(work: Promise<unknown>): void {
    this.#clock.hold?.(work);
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Something that was waiting when it was saved; it goes on with all the others. */
  resume(due: Due | undefined, go: () => void): void {
    this.#resumed.push({ due, go });
  }

  /** In the order in which they would have gone on. */
  goOn(): void {
    const resumed = this.#resumed.toSorted((a, b) => compare(a.due, b.due));
    this.#resumed = [];
    for (const { go } of resumed) go();
  }
}

/** What waits for nothing comes first. */
function compare(a: Due | undefined, b: Due | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.at - b.at || a.order - b.order;
}
