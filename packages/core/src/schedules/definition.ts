import type { Background } from "../audit/tell.ts";
import type { AlertSink } from "../ports/alerts.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import type { ScheduleStore } from "../ports/schedule-store.ts";
import type { TimingOptions } from "./timing.ts";

/** One run of a scheduled job, for one tenant. */
export interface ScheduleRun {
  /** The one that started the schedule. */
  readonly tenant: Tenant;
  /** The occurrence this run stands for: the same in every try of it, so effects can be made idempotent by it. */
  readonly dueAt: EpochMs;
  /** Fires when the worker stops, or when another process has taken the run over. */
  readonly signal: AbortSignal;
}

/** A job that comes back, for each tenant that started it. The timing is what a tenant starts with. */
export interface ScheduleDefinition extends TimingOptions {
  /** Stable: tenants' rows are kept under it. Letters, digits, `.`, `_`, `:` and `-`. */
  readonly name: string;
  /** A failure is told and tried again every five minutes until it succeeds or the next occurrence is due. */
  readonly run: (run: ScheduleRun) => unknown;
}

export interface SchedulesDeps {
  readonly store: ScheduleStore;
  readonly clock: Clock;
  readonly logger?: Logger;
  readonly alerts?: AlertSink;
  /** Runs may take minutes: they go on beside the worker's other jobs where the runtime lets them. */
  readonly background?: Background | undefined;
  /** How long a run excludes others without a sign of life. Default 60 s. */
  readonly leaseMs?: number;
}
