import type { CallEvent } from "./call-event.ts";

export interface RouteStats {
  readonly route: string;
  readonly version: string;
  readonly calls: number;
}

/** What was sent since the instance was made, in this process. */
export interface ClientStats {
  /** Requests sent, retries included. */
  readonly calls: number;
  /** Attempts beyond a call's first; contained in `calls`. */
  readonly retries: number;
  /** Answers with status 429. */
  readonly rateLimited: number;
  /** Requests without an answer. */
  readonly failed: number;
  /** `onSend` and `onCall` hooks and metrics sinks that threw or rejected. The calls went on. */
  readonly hookFailures: number;
  /** One row for each route that was called, by template: `GET /crm/objects/{version}/contacts/{id}`. */
  readonly routes: readonly RouteStats[];
}

/** Counters since the instance was made. Reading them is free of side effects. */
export class Stats {
  #calls = 0;
  #retries = 0;
  #rateLimited = 0;
  #failed = 0;
  #hookFailures = 0;
  readonly #routes = new Map<string, { route: string; version: string; calls: number }>();

  count(event: CallEvent, version: string): void {
    this.#calls++;
    if (event.attempt > 1) this.#retries++;
    if (event.status === 429) this.#rateLimited++;
    if (event.status === null) this.#failed++;
    const known = this.#routes.get(event.route);
    if (known === undefined) this.#routes.set(event.route, { route: event.route, version, calls: 1 });
    else known.calls++;
  }

  hookFailed(): void {
    this.#hookFailures++;
  }

  read(): ClientStats {
    return {
      calls: this.#calls,
      retries: this.#retries,
      rateLimited: this.#rateLimited,
      failed: this.#failed,
      hookFailures: this.#hookFailures,
      routes: [...this.#routes.values()].map((row) => ({ ...row })),
    };
  }
}
