import type { CallLog } from "./call-log.ts";
import type { Portal } from "./state/portal.ts";

/** Counts for assertions such as "no request was answered 429". */
export interface SimStats {
  /** Requests of all portals, refused ones and failures by fault included. */
  readonly calls: number;
  /** By status as text, such as `"429"`, and `"reset"` or `"hang"`. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Keyed by method and template, e.g. `POST /crm/objects/{version}/{objectType}/search`. */
  readonly byRoute: Readonly<Record<string, number>>;
  /** Requests answered 429, by limit or by fault. */
  readonly rateLimited: number;
  /** By `policyName`: `DAILY`, `TEN_SECONDLY_ROLLING`, `SECONDLY`. */
  readonly rateLimitedByPolicy: Readonly<Record<string, number>>;
  /** The most calls of one app in one portal that arrived within any 10 seconds, refused ones included. */
  readonly maxInTenSeconds: number;
  /** The most searches in one portal that arrived within any second, refused ones included. */
  readonly maxSearchesInSecond: number;
  /** Requests that a fault struck. */
  readonly faultsInjected: number;
}

export function collectStats(log: CallLog, portals: Iterable<Portal>, faultsInjected: number): SimStats {
  const all = [...portals];
  return {
    calls: log.total,
    byStatus: Object.fromEntries(log.byStatus),
    byRoute: Object.fromEntries(log.byRoute),
    rateLimited: log.byStatus.get("429") ?? 0,
    rateLimitedByPolicy: Object.fromEntries(log.refusals),
    maxInTenSeconds: Math.max(0, ...all.map((portal) => portal.maxInWindow)),
    maxSearchesInSecond: Math.max(0, ...all.map((portal) => portal.limits.searchArrivals.max)),
    faultsInjected,
  };
}
