/**
 * Runs benchmarks, each in a process of its own, and prints what they measured against what is promised.
 *
 *     npx -y pnpm@12 bench              all of them
 *     npx -y pnpm@12 bench client       one
 *     npx -y pnpm@12 bench --record     keeps the results and writes docs/benchmarks.md from them
 *
 * A benchmark is a file beside this one that calls `report(…)` of `lib/report.ts` once, with rows (a number, its unit
 * and, where something is promised, its bar), cost growth over 10³ … 10⁶, and comparisons for pictures. Its parts
 * live in a folder of its name; `part(…)` of `lib/part.ts` runs one in a fresh process, which is what makes processor
 * time and memory its own. To appear on the page it needs a section there: `<!-- generated:name -->` and
 * `<!-- /generated -->`. With `--record` the numbers go to `results/name.json`, together with commit, machine, load and
 * versions; nobody types a figure. A bar that does not hold fails the command.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { writeBenchmarks } from "../scripts/benchmarks-doc.ts";
import { number, type Report, shown, verdict } from "./lib/report.ts";
import { observed, record } from "./lib/result.ts";

const FLAGS = ["--conditions=@hubspoke/source", "--expose-gc", "--no-warnings"];

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -3));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`No benchmark ${unknown.join(", ")}. There are: ${known.join(", ")}`);

let failed = false;
for (const name of known.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  const result = observed(name, () => measured(name));
  console.log(`\n## ${name} · ${result.commit} · load ${result.load.before} to ${result.load.after}\n`);
  for (const row of result.rows) console.log(`${row.what.padEnd(80)} ${shown(row).padStart(28)}  ${verdict(row)}`);
  for (const { what, by, unit, points } of result.growth ?? []) {
    const costs = points.map(({ n, value }) => `${number(n)}: ${number(value)}`).join("   ");
    console.log(`${what}, ${unit} by ${by}:   ${costs}`);
  }
  failed ||= result.rows.some((row) => verdict(row).startsWith("FAILS"));
  if (process.argv.includes("--record")) {
    record(result);
    await writeBenchmarks();
  }
}
process.exitCode = failed ? 1 : 0;

function measured(name: string): Report {
  const output = execFileSync(process.execPath, [...FLAGS, join(import.meta.dirname, `${name}.ts`), "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output) as Report;
}
