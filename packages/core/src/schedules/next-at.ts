import type { EpochMs } from "../ports/ids.ts";
import { daysIn, zoneCalendar } from "./local-time.ts";
import type { Timing } from "./timing.ts";

const lengths = { "5m": 300_000, "1h": 3_600_000 } as const;

/**
 * The first occurrence after an instant. Pure: every process computes the same. Intervals fall on whole multiples of
 * their length; calendar words on their local time of day, once a day or month whatever the clocks do that day.
 */
export function nextAt(timing: Timing, after: EpochMs): EpochMs {
  const length = lengthOf(timing);
  if (length !== null) return (Math.floor(after / length) + 1) * length;
  const occurrence = occurrences(timing, after);
  for (let step = -1; ; step++) {
    const at = occurrence(step);
    if (at > after) return at;
  }
}

/** The last occurrence at or before an instant: which one a run that is late stands for. */
export function occurrenceAt(timing: Timing, at: EpochMs): EpochMs {
  const length = lengthOf(timing);
  if (length !== null) return Math.floor(at / length) * length;
  const occurrence = occurrences(timing, at);
  for (let step = 1; ; step--) {
    const found = occurrence(step);
    if (found <= at) return found;
  }
}

function lengthOf({ every }: Timing): number | null {
  if (typeof every === "object") return every.ms;
  return every === "1d" || every === "1mo" ? null : lengths[every];
}

/** The occurrence of the local day or month that lies `step` from that of an instant. */
function occurrences({ every, timeZone, at, day }: Timing, around: EpochMs): (step: number) => EpochMs {
  const calendar = zoneCalendar(timeZone);
  const today = calendar.dayOf(around);
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  return (step) => {
    if (every === "1d") return calendar.instantOf({ ...today, day: today.day + step }, hour, minute);
    const month = today.month + step;
    const last = daysIn(today.year, month);
    return calendar.instantOf({ year: today.year, month, day: Math.min(day, last) }, hour, minute);
  };
}
