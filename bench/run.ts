/**
 * Runs every benchmark beside this file, each in a process of its own, and prints one table. `--record` also writes it
 * into `docs/benchmarks.md`, with date, machine and versions; names of files run only those.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { fill, table } from "../scripts/generated.ts";
import { root } from "../scripts/workspace.ts";
import { type Row, shown, verdict } from "./lib/report.ts";

const PAGE = join(root, "docs/benchmarks.md");
const FLAGS = ["--conditions=@hubspoke/source", "--expose-gc", "--no-warnings"];

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(".ts") && file !== "run.ts")
  .map((file) => file.slice(0, -3))
  .filter((name) => wanted.length === 0 || wanted.includes(name));

let failed = false;
for (const name of names) {
  const output = execFileSync(process.execPath, [...FLAGS, join(import.meta.dirname, `${name}.ts`), "--json"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const rows = JSON.parse(output) as Row[];
  failed ||= rows.some((row) => verdict(row).startsWith("FAILS"));
  const text = `${machine()}\n\n${table(
    ["what", "measured", "bar"],
    rows.map((row) => [row.what, shown(row), verdict(row)]),
  )}`;
  console.log(`\n## ${name}\n\n${text}`);
  if (process.argv.includes("--record")) writeFileSync(PAGE, fill(readFileSync(PAGE, "utf8"), { [name]: text }));
}
process.exitCode = failed ? 1 : 0;

function machine(): string {
  const day = new Date().toISOString().slice(0, 10);
  const [processor] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${day} · ${processor?.model.trim()}, ${cpus().length} cores, ${memory} GB · Node ${process.versions.node}`;
}
