import { HubspokeError } from "@hubspoke/core/errors";
import type { Clock } from "@hubspoke/core/ports";

/** Whose timer it is: a process that is dead or stands still has no time. */
export interface Owner {
  readonly runs: boolean;
}

interface Timer {
  readonly at: number;
  readonly owner: Owner;
  readonly fire: () => void;
}

/** The engine did not come to an end, or to rest. */
export class Stuck extends Error {}

const world: Owner = { runs: true };

/** One for all: hundreds of sleeps of a seed are stopped, and nobody asks where. */
const stopped = new HubspokeError("ABORTED", "the sleep was stopped");

/** More turns of the event loop than anything needs that comes to its next wait. */
const mostTurns = 100_000;

/** Virtual time. It moves only when the simulation moves it. */
export class SimulatedClock {
  #now: number;
  #timers: Timer[] = [];
  /** Calls under way outside of this process, and who waits for their end. */
  #outside = 0;
  #waiting: (() => void)[] = [];
  /** Grows with every call that anything makes: while it grows, not everything has come to its next wait. */
  activity = 0;

  constructor(start: number) {
    this.#now = start;
  }

  now = (): number => this.#now;

  sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      this.timer(ms, world, resolve);
    });

  /** Runs `fire` after `ms`; answers how to call it off. */
  timer(ms: number, owner: Owner, fire: () => void): () => void {
    this.activity++;
    const timer = { at: this.#now + Math.ceil(Math.max(0, ms)), owner, fire };
    const later = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return () => this.#drop(timer);
  }

  /** The clock as one process has it. */
  of(owner: Owner): Clock {
    return {
      now: this.now,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(stopped);
          const stop = () => {
            cancel();
            reject(stopped);
          };
          const cancel = this.timer(ms, owner, () => {
            signal?.removeEventListener("abort", stop);
            resolve();
          });
          signal?.addEventListener("abort", stop, { once: true });
        }),
    };
  }

  forget(owner: Owner): void {
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
  }

  /** Moves time on, whatever waits for it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#fire(next);
      await this.settle();
    }
    this.#now = end;
    await this.settle();
  }

  /** A moment, without giving anything a turn: two edits never share a millisecond. */
  tick(): void {
    this.#now++;
  }

  /** To the next timer of anything that runs; whoever moves time so lets it settle. Answers false when nothing waits for it. */
  next(): boolean {
    const next = this.#next(Number.POSITIVE_INFINITY);
    if (next !== undefined) this.#fire(next);
    return next !== undefined;
  }

  /** Something takes real time: virtual time waits until it is back, which the answer tells. */
  goOutside(): () => void {
    this.#outside++;
    return () => {
      this.#outside--;
      this.activity++;
      if (this.#outside === 0) for (const go of this.#waiting.splice(0)) go();
    };
  }

  /** Lets everything go on as far as it can without time moving. */
  async settle(): Promise<void> {
    for (let before = -1, turns = 0; before !== this.activity; turns++) {
      if (turns > mostTurns) throw new Stuck("the engine goes on and on while no time passes");
      before = this.activity;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#outside > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #next(end: number): Timer | undefined {
    return this.#timers.find(({ at, owner }) => at <= end && owner.runs);
  }

  #fire(timer: Timer): void {
    this.#drop(timer);
    this.#now = Math.max(this.#now, timer.at);
    timer.fire();
  }

  #drop(timer: Timer): void {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }
}
