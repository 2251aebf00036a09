import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zoneCalendar } from "./local-time.ts";
import { nextAt, occurrenceAt } from "./next-at.ts";
import { checkedTiming, type Timing, type TimingOptions } from "./timing.ts";

const iso = (at: number) => new Date(at).toISOString();
const next = (options: TimingOptions, after: string) => iso(nextAt(checkedTiming(options), Date.parse(after)));

const zones = [
  "UTC",
  "America/Halifax",
  "America/St_Johns",
  "America/Sao_Paulo",
  "Europe/Vienna",
  "Africa/Casablanca",
  "Asia/Kathmandu",
  "Asia/Tehran",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Pacific/Chatham",
];
const instants = fc.integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2035, 0, 1) });
const calendar = fc.record({
  every: fc.constantFrom("1d" as const, "1mo" as const),
  timeZone: fc.constantFrom(...zones),
  at: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":")),
  day: fc.integer({ min: 1, max: 31 }),
});
const timings: fc.Arbitrary<Timing> = fc.oneof(
  calendar,
  fc.record({
    every: fc.oneof(
      fc.constantFrom("5m" as const, "1h" as const),
      fc.record({ ms: fc.integer({ min: 1_000, max: 10_000_000_000 }) }),
    ),
    timeZone: fc.constantFrom(...zones),
    at: fc.constant("00:00"),
    day: fc.constant(1),
  }),
);

describe("the next occurrence", () => {
  it("of an interval falls on whole multiples of its length", () => {
    expect(next({ every: "5m" }, "2026-11-20T12:03:10Z")).toBe("2026-11-20T12:05:00.000Z");
    expect(next({ every: "5m" }, "2026-11-20T12:05:00Z")).toBe("2026-11-20T12:10:00.000Z");
    expect(next({ every: "1h" }, "2026-11-20T12:05:00Z")).toBe("2026-11-20T13:00:00.000Z");
    expect(next({ every: { ms: 90_000 } }, "1970-01-01T00:01:00Z")).toBe("1970-01-01T00:01:30.000Z");
  });

  it("of a day keeps its local time through both changes of the clocks", () => {
    const daily = { every: "1d", timeZone: "America/Halifax", at: "09:00" } as const;
    expect(next(daily, "2026-03-07T12:00:00Z")).toBe("2026-03-07T13:00:00.000Z");
    expect(next(daily, "2026-03-07T13:00:00Z")).toBe("2026-03-08T12:00:00.000Z");
    expect(next(daily, "2026-10-31T12:00:00Z")).toBe("2026-11-01T13:00:00.000Z");
  });

  it("that the clocks skip comes as much later, and one they show twice comes once", () => {
    const early = { every: "1d", timeZone: "Europe/Vienna", at: "02:30" } as const;
    expect(next(early, "2026-03-29T00:00:00Z")).toBe("2026-03-29T01:30:00.000Z");
    expect(next(early, "2026-03-29T01:30:00Z")).toBe("2026-03-30T00:30:00.000Z");
    expect(next(early, "2026-10-24T22:00:00Z")).toBe("2026-10-25T00:30:00.000Z");
    expect(next(early, "2026-10-25T00:30:00Z")).toBe("2026-10-26T01:30:00.000Z");
  });

  it("of a month keeps its day, or the last day of a shorter one", () => {
    const monthly = { every: "1mo", day: 31, at: "06:00" } as const;
    expect(next(monthly, "2026-01-31T06:00:00Z")).toBe("2026-02-28T06:00:00.000Z");
    expect(next(monthly, "2028-02-01T00:00:00Z")).toBe("2028-02-29T06:00:00.000Z");
    expect(next(monthly, "2026-12-31T06:00:00Z")).toBe("2027-01-31T06:00:00.000Z");
  });

  it("lies after the instant, and nothing lies between", () => {
    fc.assert(
      fc.property(timings, instants, (timing, after) => {
        const at = nextAt(timing, after);
        expect(at).toBeGreaterThan(after);
        expect(nextAt(timing, at - 1)).toBe(at);
        expect(occurrenceAt(timing, at)).toBe(at);
        expect(occurrenceAt(timing, at - 1)).toBeLessThanOrEqual(after);
      }),
      { numRuns: 300 },
    );
  });

  it("comes once for each local day or month, at its time of day where the clocks show it", () => {
    fc.assert(
      fc.property(calendar, instants, (timing, start) => {
        const zone = zoneCalendar(timing.timeZone);
        const unit = (at: number) => {
          const { year, month, day } = zone.dayOf(at);
          return timing.every === "1d" ? Date.UTC(year, month - 1, day) / 86_400_000 : year * 12 + month;
        };
        const format = new Intl.DateTimeFormat("en-GB", { timeZone: timing.timeZone, timeStyle: "short" });
        let at = nextAt(timing, start);
        for (let i = 0; i < 20; i++) {
          const following = nextAt(timing, at);
          const apart = unit(following) - unit(at);
          // Samoa left out 30 December 2011.
          expect(timing.timeZone === "Pacific/Apia" && apart === 2 ? 1 : apart).toBe(1);
          const skew = Math.abs(minutes(format.format(at)) - minutes(timing.at));
          // Thirty minutes on Lord Howe Island, an hour elsewhere; a whole day where one was left out.
          expect([0, 30, 60]).toContain(Math.min(skew, 1440 - skew));
          at = following;
        }
      }),
      { numRuns: 300 },
    );
  });
});

function minutes(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}

describe("a timing", () => {
  it.each([
    [{ every: "2h" }, '"every" is "5m"'],
    [{ every: { ms: 10 } }, '"every" is "5m"'],
    [{ every: "1d", at: "24:00" }, '"at" is a time of day'],
    [{ every: "1mo", day: 32 }, '"day" is a day of the month'],
    [{ every: "1d", timeZone: "Mars/Olympus" }, '"timeZone" is an IANA time zone'],
  ])("%j is refused, saying what to change", (options, words) => {
    expect(() => checkedTiming(options as TimingOptions)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", message: expect.stringContaining(words) }),
    );
  });
});
