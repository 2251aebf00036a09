import type { EpochMs, Tenant } from "./ids.ts";

/** A job that comes back: real-time is no schedule, the others are an interval or a calendar word. */
export interface ScheduleRow {
  /** With `name` the row's key. */
  readonly tenant: Tenant;
  /** Of a sync's: `sync:`, its name, `:changes` or `:reconcile`. Of the host's: as it was defined. */
  readonly name: string;
  /** `1d` and `1mo` follow the calendar of `timeZone`; the others fall on whole multiples of their length since 1970. */
  readonly every: "5m" | "1h" | "1d" | "1mo" | { readonly ms: number };
  /** An IANA name such as `America/Halifax`. */
  readonly timeZone: string;
  /** Local time of day of `1d` and `1mo`, `HH:MM`. */
  readonly at: string;
  /** Day of `1mo`, 1 to 31; the month's last day where it has fewer. */
  readonly day: number;
  /** When it is due next. */
  readonly nextAt: EpochMs;
  /** False after `stop()`: the timing is kept. */
  readonly enabled: boolean;
  /** Null while it never ran. */
  readonly lastRunAt: EpochMs | null;
  /** Null while it never ran. */
  readonly lastOutcome: "ok" | "failed" | null;
}

/**
 * Duties: each due occurrence is claimed by exactly one of many processes; only enabled rows of the asked names are claimed,
 * the longest due first; a lease that ran out makes its occurrence due again; once another has claimed it, its old holder can
 * neither renew nor finish it.
 */
export interface ScheduleStore {
  /** Inserts where (tenant, name) has no row; true for the one racer that did. What stands is left as it is. */
  add(row: ScheduleRow): Promise<boolean>;
  /** Inserts or replaces, all but the lease: a run under way keeps it, and is not claimed a second time. */
  put(row: ScheduleRow): Promise<void>;
  /** Theirs alone for `leaseMs`; at most `limit`. */
  claimDue(
    now: EpochMs,
    leaseMs: number,
    limit: number,
    names: readonly string[],
  ): Promise<readonly (ScheduleRow & { readonly lease: string })[]>;
  /** Extends the lease of a run under way; false when it was lost. */
  renew(tenant: Tenant, name: string, lease: string, until: EpochMs): Promise<boolean>;
  /** Frees it and sets `nextAt`. False when the lease was lost: nothing changed. */
  finish(
    tenant: Tenant,
    name: string,
    lease: string,
    nextAt: EpochMs,
    outcome: "ok" | "failed",
    now: EpochMs,
  ): Promise<boolean>;
  /** In the order of names, switched-off ones included. */
  list(tenant: Tenant): Promise<readonly ScheduleRow[]>;
  /** False where there was none. */
  delete(tenant: Tenant, name: string): Promise<boolean>;
}
