import { expect, it } from "vitest";
import { day } from "../bench/load/day.ts";

/** The morning of the day that `bench load` measures whole: the hardest part, when nobody is known yet. */
it("look-ups beside a backfill that takes the whole quota: searches wait little, most answers cost nothing, none fails", async () => {
  const figures = await day({ lookUps: 500, lastsMs: 180_000, people: 120 });
  expect(figures.searchWaitP95).toBeLessThan(500);
  expect(figures.coldWaitP95).toBeLessThan(500);
  expect(figures.hitRate).toBeGreaterThan(0.7);
  expect([figures.failedShare, figures.warmPageCalls, figures.limited]).toEqual([0, 0, 0]);
  expect(figures.backfillCallsPerSecond).toBeGreaterThan(15);
}, 60_000);

it("beside a backfill that takes every search it can get, too: people still wait less than half a second", async () => {
  const figures = await day({ lookUps: 500, lastsMs: 180_000, people: 120, searchers: 12 });
  expect(figures.searchWaitP95).toBeLessThan(500);
  expect(figures.coldWaitP95).toBeLessThan(500);
  expect([figures.failedShare, figures.limited]).toEqual([0, 0]);
  expect(figures.backfillSearchesPerSecond).toBeGreaterThan(2);
}, 60_000);
