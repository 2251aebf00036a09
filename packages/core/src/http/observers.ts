import type { RateHeaders } from "../limits/rate-headers.ts";
import type { Logger } from "../ports/logger.ts";
import type { Metrics } from "../ports/metrics.ts";
import { isPromise } from "../util/maybe-async.ts";
import type { AvailabilityWatch } from "./availability.ts";
import type { CallEvent, CallHooks, CallStart } from "./call-event.ts";
import type { Stats } from "./stats.ts";

export interface ObserverOptions {
  readonly hooks: CallHooks;
  readonly metrics?: Metrics;
  readonly logger?: Logger;
  readonly stats: Stats;
  readonly availability: AvailabilityWatch;
  /** As `report()` counts it. */
  readonly version: string;
}

/**
 * Who is told of each attempt. A hook or metrics sink that throws must not turn a write that happened into one that seems
 * to have failed: that is counted and logged, and the call goes on.
 */
export class Observers {
  readonly #options: ObserverOptions;

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Whether somebody wants what only costs to find out. */
  get inDetail(): boolean {
    return this.#options.hooks.onCall !== undefined;
  }

  sending(start: CallStart): void {
    const { onSend } = this.#options.hooks;
    if (onSend !== undefined) this.#guarded("onSend", start, () => onSend(start));
  }

  attempted(event: CallEvent): void {
    const { stats, availability, version, hooks, metrics } = this.#options;
    availability.note(event);
    if (event.sent) stats.count(event, event.route.includes("{version}") ? version : "fixed");
    const { onCall } = hooks;
    if (onCall !== undefined) this.#guarded("onCall", event, () => onCall(event));
    if (metrics !== undefined) this.#guarded("metrics", event, () => measure(metrics, event));
  }

  /** What HubSpot said is left of its limits, and how many calls still wait for them here. */
  quota({ route, lane }: Pick<CallStart, "route" | "lane">, rates: RateHeaders, waiting: () => number): void {
    const { metrics } = this.#options;
    if (metrics === undefined) return;
    this.#guarded("metrics", { route }, () => {
      const { remaining, dailyRemaining } = rates;
      if (remaining !== null) metrics.record("hubspot.quota.remaining_calls", remaining, { quota: "window" });
      if (dailyRemaining !== null) metrics.record("hubspot.quota.remaining_calls", dailyRemaining, { quota: "day" });
      metrics.record("hubspot.queue.depth_calls", waiting(), { lane });
    });
  }

  /** One of them threw. What it threw may hold anything, so only that is told. */
  failed(hook: string, route: string): void {
    this.#options.stats.hookFailed();
    this.#options.logger?.error("hubspot.hook_failed", { hook, route });
  }

  #guarded(hook: string, { route }: Pick<CallStart, "route">, work: () => unknown): void {
    const failed = (): void => this.failed(hook, route);
    try {
      const result = work();
      // Nobody waits for a hook that is written as `async`; that it fails is told all the same.
      if (isPromise(result)) result.then(undefined, failed);
    } catch {
      failed();
    }
  }
}

function measure(metrics: Metrics, event: CallEvent): void {
  const { route, lane } = event;
  const status = event.status === null ? "none" : String(event.status);
  metrics.count("hubspot.call.count", 1, { route, status, code: event.code ?? "ok" });
  metrics.record("hubspot.call.duration_ms", event.durationMs, { route, status });
  metrics.record("hubspot.queue.wait_ms", event.waitedMs, { lane });
  if (event.attempt > 1) metrics.count("hubspot.retry.count", 1, { route });
}
