/** What a benchmark measured, with where and when: the only source of the figures in `docs/benchmarks.md`. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import type { Report } from "./report.ts";

/** Where and when something was measured. */
export interface Surroundings {
  readonly at: string;
  /** Of the code that was measured; ends in `+` when files were changed after it. */
  readonly commit: string;
  readonly machine: string;
  /** Processes that wanted the processor when it began and when it was over, on average over a minute. */
  readonly load: { readonly before: number; readonly after: number };
  readonly node: string;
}

export interface Result extends Report, Surroundings {
  readonly name: string;
}

const folder: string = join(import.meta.dirname, "../results");

export function results(): readonly Result[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Result);
}

export function record(result: Result): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Runs `measure` and notes what was so meanwhile. */
export function observed(name: string, measure: () => Report): Result {
  const over = watched();
  const report = measure();
  return { name, ...over(), ...report };
}

/** Begins to watch; what it answers is called when the measurement is over. */
export function watched(): () => Surroundings {
  const before = round(loadavg()[0] ?? 0);
  const measured = commit();
  return () => {
    const [processor] = cpus();
    const memory = Math.round(totalmem() / 2 ** 30);
    return {
      at: new Date().toISOString().slice(0, 16).replace("T", " "),
      commit: measured,
      machine: `${processor?.model.trim()}, ${cpus().length} cores, ${memory} GB`,
      load: { before, after: round(loadavg()[0] ?? 0) },
      node: process.versions.node,
    };
  };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--", ":/packages", ":/bench/*.ts") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${changed ? "+" : ""}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
