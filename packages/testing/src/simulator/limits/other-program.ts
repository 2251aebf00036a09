import type { AppLimiter } from "./limiter.ts";

/** Somebody else who calls all the time, and leaves less for the caller. */
export interface OtherProgramOptions {
  /** Of its app's ten-second limit and of the day. Default 0. */
  readonly callsPerSecond?: number;
  /** Of the account's 5 a second. Default 0. */
  readonly searchesPerSecond?: number;
  /** The app whose limits it uses up; default 1. The day and the searches are the whole account's. */
  readonly appId?: number;
}

/** Calls older than this are in no window any more: of them only the day remembers. */
const WINDOW_MS = 10_000;

/** Makes, whenever somebody looks, the calls that were due since somebody looked last. */
export class OtherProgram {
  readonly #limiterOf: (appId: number) => AppLimiter;
  #doneUntil: number | undefined;

  constructor(limiterOf: (appId: number) => AppLimiter) {
    this.#limiterOf = limiterOf;
  }

  catchUp({ callsPerSecond = 0, searchesPerSecond = 0, appId = 1 }: OtherProgramOptions, now: number): void {
    const since = this.#doneUntil ?? now - WINDOW_MS;
    this.#doneUntil = now;
    const limiter = this.#limiterOf(appId);
    this.#call(limiter, callsPerSecond, since, now, false);
    this.#call(limiter, searchesPerSecond, since, now, true);
  }

  get doneUntil(): number | undefined {
    return this.#doneUntil;
  }

  set doneUntil(at: number | undefined) {
    this.#doneUntil = at;
  }

  #call(limiter: AppLimiter, rate: number, since: number, now: number, isSearch: boolean): void {
    if (rate <= 0) return;
    const step = 1_000 / rate;
    const recent = Math.max(since, now - WINDOW_MS);
    limiter.ate(now, ticks(Math.max(since, limiter.dayStart(now)), recent, step));
    for (let tick = Math.floor(recent / step) + 1; tick * step <= now; tick++) limiter.tryToEat(tick * step, isSearch);
  }
}

/** How many multiples of `step` lie after `from` and not after `to`. */
function ticks(from: number, to: number, step: number): number {
  return Math.max(0, Math.floor(to / step) - Math.floor(from / step));
}
