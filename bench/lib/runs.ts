/**
 * Runs that take hours and add up: each is one line of `bench/runs/name.jsonl`, written when it is over, by whichever
 * process made it; a run that was broken off left nothing. The page shows their sums.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./report.ts";
import { type Result, record, type Surroundings } from "./result.ts";

export interface Run extends Surroundings {
  /** What they are added up by: a store. */
  readonly part: string;
  readonly counts: Readonly<Record<string, number>>;
  /** The seed of chance, or the first and the last of them. */
  readonly seeds: readonly [first: number, last: number];
  readonly seconds: number;
  /** Processor time, where one process tree used it. */
  readonly cpuSeconds?: number;
  /** Of what chance drew, where seeds stand for it: runs of another drawing do not add up with these. */
  readonly drawing?: string;
}

const folder: string = join(import.meta.dirname, "../runs");

export function runs(name: string): readonly Run[] {
  const path = join(folder, `${name}.jsonl`);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Run);
}

/** Keeps a run, and writes `results/name.json` from all there are. The first of another drawing begins anew. */
export function recordRun(name: string, run: Run, report: (all: readonly Run[]) => Report): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  if (runs(name).some(({ drawing }) => drawing !== run.drawing)) writeFileSync(path, "");
  appendFileSync(path, `${JSON.stringify(run)}\n`);
  recordRuns(name, report);
}

export function recordRuns(name: string, report: (all: readonly Run[]) => Report): void {
  const all = runs(name);
  const last = all.at(-1);
  if (last !== undefined) record(summed(name, all, last, report(all)));
}

/** The last run's surroundings, but every commit, and the loads of the first beginning and the last end. */
function summed(name: string, all: readonly Run[], last: Run, report: Report): Result {
  const { at, machine, node, load } = last;
  const commit = [...new Set(all.map((run) => run.commit))].join(", ");
  return { name, at, commit, machine, load: { before: all[0]?.load.before ?? 0, after: load.after }, node, ...report };
}

/** A count over all runs of one part. */
export function sum(all: readonly Run[], count: string): number {
  return all.reduce((total, { counts }) => total + (counts[count] ?? 0), 0);
}
