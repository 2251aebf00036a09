import type { EpochMs } from "../ports/ids.ts";

/** A calendar day, counted from one; `month` may run past 12 and `day` past the month's end, as in `Date.UTC`. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The calendar of one time zone, by the runtime's own zone data. */
export interface ZoneCalendar {
  /** The local day of an instant. */
  dayOf(at: EpochMs): Day;
  /**
   * The instant at which a local day reaches a time of day. Where the clocks skip it, as much later; where they show it
   * twice, the first of the two.
   */
  instantOf(day: Day, hour: number, minute: number): EpochMs;
}

const dayMs = 86_400_000;

export function zoneCalendar(timeZone: string): ZoneCalendar {
  const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });

  /** The local clock's reading, as if it were UTC. */
  function wall(at: EpochMs): EpochMs {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  }

  /** How far the local clock is ahead of UTC. Its reading has no milliseconds. */
  const offset = (at: EpochMs): number => wall(at) - Math.floor(at / 1_000) * 1_000;

  return {
    dayOf(at) {
      const local = new Date(wall(at));
      return { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
    },
    instantOf({ year, month, day }, hour, minute) {
      const reading = Date.UTC(year, month - 1, day, hour, minute);
      const before = offset(reading - dayMs);
      const candidates = [before, offset(reading + dayMs)].map((ahead) => reading - ahead);
      const shown = candidates.filter((at) => wall(at) === reading);
      return shown.length > 0 ? Math.min(...shown) : reading - before;
    },
  };
}

/** How many days a month has. */
export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
