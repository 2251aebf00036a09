import type { Tenant } from "../ports/ids.ts";
import type { ScheduleRow } from "../ports/schedule-store.ts";

/** When something comes back: `every` alone, or with its place in the calendar of a time zone. */
export interface TimetableTiming {
  /** `1d` and `1mo` follow the calendar; the others fall on multiples of their length since 1970. */
  readonly every: ScheduleRow["every"];
  /** For `1d` and `1mo`: an IANA name. Default `UTC`. */
  readonly timeZone?: string;
  /** For `1d` and `1mo`: local time of day, `HH:MM`. Default `00:00`. */
  readonly at?: string;
  /** For `1mo`: day of the month; the last day of months that have fewer. Default 1. */
  readonly day?: number;
}

/** A schedule as it stands, with its next and last run. */
export type TimetableState = Omit<ScheduleRow, "tenant">;

/** The schedule of one sync for one tenant. */
export interface TenantTimetable {
  /** Switches it on. Where it never was, with the declared timing and what is given over it. */
  start(change?: Partial<TimetableTiming>): Promise<TimetableState>;
  /** The timing is kept for the next `start`; a run under way ends by itself. */
  stop(): Promise<void>;
  /** Null where it was never started. */
  status(): Promise<TimetableState | null>;
}

/**
 * All that the engine asks of schedules. Duties: `define` throws INPUT_INVALID for a timing that cannot be; each due
 * occurrence runs in one process; `start` leaves a timing that was set before as it is, unless it is given another.
 */
export interface TimetablePort {
  /** Does no I/O. `name` is what rows are kept under. */
  define(
    job: TimetableTiming & {
      readonly name: string;
      readonly run: (run: { readonly tenant: Tenant; readonly signal: AbortSignal }) => unknown;
    },
  ): { for(tenant: Tenant): TenantTimetable };
}
