import type { EpochMs } from "../ports/ids.ts";
import type { ScheduleRow } from "../ports/schedule-store.ts";
import { nextAt } from "./next-at.ts";

export interface Lateness {
  /** Late enough to be told: by the schedule's own length, or by an hour where that is longer. */
  readonly late: boolean;
  readonly byMs: number;
  /** Occurrences that fell due meanwhile and are not made up for; counted up to a thousand. */
  readonly skipped: number;
}

const hour = 3_600_000;
const counted = 1_000;

/** How a run that begins at `now` stands to when it was due. Pure. */
export function latenessOf(row: ScheduleRow, now: EpochMs): Lateness {
  const byMs = Math.max(0, now - row.nextAt);
  let skipped = 0;
  for (let at = nextAt(row, row.nextAt); at <= now && skipped < counted; at = nextAt(row, at)) skipped++;
  return { late: skipped > 0 || byMs >= hour, byMs, skipped };
}
