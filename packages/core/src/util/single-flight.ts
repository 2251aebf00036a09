/**
 * One promise per key while it is in flight; cleared when it settles, so a failure is never remembered.
 * Use within one process only: on Workers a follower must not await another request's promise.
 */
export class SingleFlight<T> {
  readonly #inFlight = new Map<string, Promise<T>>();

  /** Joins the call in flight for `key`, or starts `work`. */
  run(key: string, work: () => Promise<T>): Promise<T> {
    const current = this.#inFlight.get(key);
    if (current !== undefined) return current;
    const started = work().finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, started);
    return started;
  }

  get size(): number {
    return this.#inFlight.size;
  }
}
