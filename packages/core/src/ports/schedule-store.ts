import type { EpochMs, Tenant } from "./ids.ts";

/** A job that comes back: real-time is no schedule, the others are an interval or a calendar word. */
export interface ScheduleRow {
  readonly tenant: Tenant;
  readonly name: string;
  readonly every: "5m" | "1h" | "1d" | "1mo" | { readonly ms: number };
  readonly timeZone: string;
  readonly nextAt: EpochMs;
  readonly enabled: boolean;
  readonly lastRunAt: EpochMs | null;
  readonly lastOutcome: "ok" | "failed" | null;
}

/** Duty: each due occurrence is claimed by exactly one of many processes; a lost lease makes it due again. */
export interface ScheduleStore {
  put(row: ScheduleRow): Promise<void>;
  claimDue(
    now: EpochMs,
    leaseMs: number,
    limit: number,
  ): Promise<readonly (ScheduleRow & { readonly lease: string })[]>;
  finish(
    tenant: Tenant,
    name: string,
    lease: string,
    nextAt: EpochMs,
    outcome: "ok" | "failed",
    now: EpochMs,
  ): Promise<boolean>;
  list(tenant: Tenant): Promise<readonly ScheduleRow[]>;
  delete(tenant: Tenant, name: string): Promise<boolean>;
}
