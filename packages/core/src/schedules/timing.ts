import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { ScheduleRow } from "../ports/schedule-store.ts";

/** When a job comes back, with everything filled in. */
export type Timing = Pick<ScheduleRow, "every" | "timeZone" | "at" | "day">;

/** When a job comes back. Only `every` is needed. */
export interface TimingOptions {
  /** `5m`, `1h`, `1d`, `1mo`, or any whole number of milliseconds from one second on. */
  readonly every: Timing["every"];
  /** For `1d` and `1mo`: an IANA name such as `America/Halifax`. Default `UTC`. */
  readonly timeZone?: string;
  /** For `1d` and `1mo`: local time of day, `HH:MM`. Default `00:00`. A time that the clocks skip runs as much later. */
  readonly at?: string;
  /** For `1mo`: day of the month, 1 to 31; the last day of months that have fewer. Default 1. */
  readonly day?: number;
}

const words: readonly unknown[] = ["5m", "1h", "1d", "1mo"];

/** Fills in defaults. Throws INPUT_INVALID naming what cannot be. */
export function checkedTiming({ every, timeZone = "UTC", at = "00:00", day = 1 }: TimingOptions): Timing {
  if (!words.includes(every) && !isLength(every))
    throw invalid("every", 'is "5m", "1h", "1d", "1mo" or { ms } with a whole number of at least 1000');
  if (typeof at !== "string" || !/^([01]\d|2[0-3]):[0-5]\d$/.test(at))
    throw invalid("at", 'is a time of day such as "03:30"');
  if (!Number.isInteger(day) || day < 1 || day > 31) throw invalid("day", "is a day of the month, 1 to 31");
  if (!isTimeZone(timeZone)) throw invalid("timeZone", 'is an IANA time zone such as "America/Halifax"');
  return { every: typeof every === "string" ? every : { ms: every.ms }, timeZone, at, day };
}

function isLength(every: unknown): boolean {
  if (typeof every !== "object" || every === null) return false;
  const { ms } = every as { readonly ms?: unknown };
  return Number.isSafeInteger(ms) && (ms as number) >= 1_000;
}

function isTimeZone(timeZone: unknown): timeZone is string {
  if (typeof timeZone !== "string" || timeZone === "") return false;
  // The default, and every definition asks: a formatter takes longer to make than all the rest.
  if (timeZone === "UTC") return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function invalid(option: string, what: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `a schedule's "${option}" ${what}`, { details: { option } });
}
