/** A day of look-ups beside a backfill that takes the whole quota, in virtual time: who waits, and for how long. */
import { report } from "./lib/report.ts";
import { day } from "./load/day.ts";

const whole = { lookUps: 5_000, lastsMs: 1_800_000, people: 900 };
const figures = await day(whole);
const searching = await day({ ...whole, searchers: 12 });
const wait = "p95 wait beyond HubSpot's own time";
report({
  rows: [
    {
      what: `interactive searches: ${wait}`,
      value: figures.searchWaitP95,
      unit: "ms",
      bar: "<= 500",
    },
    {
      what: `look-ups of new numbers: ${wait}`,
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
    {
      what: `beside a backfill that searches, too: interactive searches: ${wait}`,
      value: searching.searchWaitP95,
      unit: "ms",
      bar: "<= 500",
    },
    {
      what: `beside a backfill that searches, too: look-ups of new numbers: ${wait}`,
      value: searching.coldWaitP95,
      unit: "ms",
      bar: "<= 500",
    },
    {
      what: "look-ups that failed beside a backfill that searches, too",
      value: searching.failedShare * 100,
      unit: "%",
      bar: "<= 0.1",
    },
    { what: "searches the backfill got beside them", value: searching.backfillSearchesPerSecond, unit: "calls/s" },
    { what: "429s beside a backfill that searches, too", value: searching.limited, unit: "calls", bar: "<= 0" },
  ],
});
