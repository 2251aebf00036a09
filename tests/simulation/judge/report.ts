import { faultKinds, type Script } from "../script/steps.ts";
import { cells } from "./matrix.ts";
import type { Outcome, Stats } from "./outcome.ts";

/** What many seeds did together. */
export interface Totals extends Stats {
  seeds: number;
}

export function noTotals(): Totals {
  const counts = { seeds: 0, steps: 0, actions: 0, records: 0, crashes: 0, pauses: 0, repairs: 0, calls: 0 };
  return { ...counts, faults: new Map(), stops: new Map(), cells: new Map() };
}

export function addTo(totals: Totals, { stats }: Pick<Outcome, "stats">, seeds = 1): void {
  totals.seeds += seeds;
  for (const name of ["steps", "actions", "records", "crashes", "pauses", "repairs", "calls"] as const)
    totals[name] += stats[name];
  for (const name of ["faults", "stops", "cells"] as const)
    for (const [kind, count] of stats[name]) totals[name].set(kind, (totals[name].get(kind) ?? 0) + count);
}

/** What was declared and never came about: a simulation that is blind on one eye. */
export function neverSeen({ seeds, faults, cells: met }: Totals): string[] {
  const silent = faultKinds.filter((kind) => !faults.has(kind)).map((kind) => `the fault "${kind}" never fired`);
  const empty = cells.filter((cell) => !met.has(cell)).map((cell) => `never met: ${cell}`);
  return [...(seeds >= enoughForFaults ? silent : []), ...(seeds >= enoughForCells ? empty : [])];
}

/** Seeds over which every fault fires, and every cell is met. */
const enoughForFaults = 200;
const enoughForCells = 1_000;

/** `cpuSeconds`: what it would take alone on a core; a machine is seldom alone. */
export function summary(totals: Totals, seconds: number, cpuSeconds: number): string {
  const { seeds, steps, actions, records, crashes, pauses, repairs, calls } = totals;
  const list = (counts: ReadonlyMap<string, number>): string =>
    [...counts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([name, count]) => `    ${String(count).padStart(6)}  ${name}`)
      .join("\n");
  return [
    `${seeds} seeds, ${steps} steps in ${seconds.toFixed(1)} s (${Math.round(steps / seconds)}/s; ${Math.round(steps / cpuSeconds)}/s of a core)`,
    "  (a step: one edit, creation, life event, jump, fault, delivery, piece of a worker's work, rest, review or loss of a script;",
    "  what engines and stores do for it, and the rest before and after a script, are its cost and are not counted)",
    `  ${records} records, ${actions} edits and life events, ${calls} calls at HubSpot, ${repairs} writes by reconciliation of what no event told`,
    `  ${crashes} crashes and ${pauses} pauses, at:`,
    list(totals.stops),
    "  faults that fired:",
    list(totals.faults),
    "  records met, in what state × by what:",
    list(totals.cells),
  ].join("\n");
}

/** Everything a person needs to see a failure again. */
export function failure(script: Script, violations: readonly string[], replay: string): string {
  const steps = script.steps.map((step, i) => `    ${String(i + 1).padStart(3)}  ${JSON.stringify(step)}`);
  return [
    `seed ${script.setup.seed} FAILS`,
    ...violations.slice(0, 8).map((one) => `  ${one}`),
    `  in a world of ${JSON.stringify(script.setup)}`,
    `  by ${steps.length} steps:`,
    ...steps,
    `  again: ${replay}`,
  ].join("\n");
}
