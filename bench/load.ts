/** A day of look-ups beside a backfill that takes the whole quota, in virtual time: who waits, and for how long. */
import { report } from "./lib/report.ts";
import { day } from "./load/day.ts";

const figures = await day({ lookUps: 5_000, lastsMs: 1_800_000, people: 900 });
report({
  rows: [
    {
      what: "interactive searches: p95 wait beyond HubSpot's own time",
      value: figures.searchWaitP95,
      unit: "ms",
      bar: "<= 500",
    },
    {
      what: "look-ups of new numbers: p95 wait beyond HubSpot's own time",
      value: figures.coldWaitP95,
      unit: "ms",
      bar: "<= 500",
    },
    { what: "look-ups answered from the cache", value: figures.hitRate * 100, unit: "%", bar: ">= 80" },
    { what: "look-ups that failed", value: figures.failedShare * 100, unit: "%", bar: "<= 0.1" },
    { what: "a page of 200 numbers, warm: HubSpot's calls", value: figures.warmPageCalls, unit: "calls", bar: "<= 0" },
    { what: "a page of 200 numbers, warm", value: figures.warmPageMs, unit: "ms", bar: "<= 50" },
    { what: "what the backfill got beside them", value: figures.backfillCallsPerSecond, unit: "calls/s", bar: ">= 15" },
    { what: "429s", value: figures.limited, unit: "calls", bar: "<= 0" },
  ],
});
