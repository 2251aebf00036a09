import type { Report, Row } from "../../bench/lib/report.ts";
import type { Surroundings } from "../../bench/lib/result.ts";
import { type Run, recordRun, sum } from "../../bench/lib/runs.ts";
import type { SiegeResult } from "./siege.ts";

/** Of each store, on record. */
const promised = 1_000;

const shown = [
  "at any moment",
  "over a write",
  "over an event",
  "over a call",
  "accepted",
  "edits here",
  "writes to HubSpot",
  "writes here",
];

/** Adds a run to what is on record. */
export function recordSiege(
  store: string,
  seed: number,
  { found, counts }: SiegeResult,
  seconds: number,
  surroundings: Surroundings,
): void {
  const run = { part: store, seeds: [seed, seed] as const, counts: { ...counts, found: found.length }, seconds };
  recordRun("crash", { ...surroundings, ...run }, report);
}

function report(all: readonly Run[]): Report {
  return { rows: [...new Set(all.map(({ part }) => part))].toSorted().flatMap((part) => rowsOf(part, all)) };
}

function rowsOf(store: string, all: readonly Run[]): Row[] {
  const mine = all.filter(({ part }) => part === store);
  return [
    { what: `${store}: workers killed by kill -9`, value: sum(mine, "kills"), unit: "", bar: `>= ${promised}` },
    { what: `${store}: lost, doubled or left open`, value: sum(mine, "found"), unit: "", bar: "<= 0" },
    { what: `${store}: runs, each over an empty store`, value: mine.length, unit: "" },
    ...shown.map((count) => ({ what: `${store}: ${named(count)}`, value: sum(mine, count), unit: "" })),
  ];
}

function named(count: string): string {
  if (count.startsWith("at ") || count.startsWith("over ")) return `killed ${count}`;
  return count === "accepted" ? "edits in HubSpot whose event was accepted" : count;
}
