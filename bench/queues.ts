/** What handing out work costs, by three queues on one Postgres, in turns. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Comparison, type Row, repeated, report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";
import type { Turn } from "./queues/contestant.ts";
import { batch, queues, remove } from "./queues/queues.ts";

const url = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres";
const US = "work table";
const names = Object.keys(queues);
const JOBS = 2_000;
const ROUNDS = 12;
const FLAGS = ["--conditions=@hubspoke/source", "--no-warnings"];
const schemaOf = (name: string): string => `bench_${name.replaceAll(/\W/g, "_")}_${process.pid}`;

const turns = new Map<string, Turn[]>(names.map((name) => [name, []]));
const programs = new Map<string, ChildProcess>();
try {
  for (const name of names) programs.set(name, await start(name));
  for (const program of programs.values()) await turn(program, JOBS);
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < names.length; i++) {
      // Nobody always begins.
      const name = names[(round + i) % names.length] ?? US;
      turns.get(name)?.push(await turn(programs.get(name) as ChildProcess, JOBS));
    }
  }
} finally {
  for (const program of programs.values()) {
    program.send("end");
    await once(program, "exit");
  }
  for (const name of names) await remove(url, schemaOf(name));
}

const measures: readonly (readonly [what: string, unit: string, of: (turn: Turn) => number])[] = [
  ["put in", "jobs/s", ({ putPerSecond }) => putPerSecond],
  ["taken and finished", "jobs/s", ({ donePerSecond }) => donePerSecond],
  ["processor time of a job in the process", "µs", ({ processorMicros }) => processorMicros],
];
const values = (name: string, of: (turn: Turn) => number): number[] => (turns.get(name) ?? []).map(of);
const rows = measures.flatMap(([what, unit, of]): Row[] => [
  ...names.map((name) => ({ what: `${what}: ${name}`, ...repeated(values(name, of)), unit })),
  ...names
    .filter((name) => name !== US)
    .map((name) => {
      const theirs = values(name, of);
      const ratios = values(US, of).map((ours, i) => ours / (theirs[i] as number));
      return { what: `${what}: ${US} / ${name}`, ...repeated(ratios), unit: "×" };
    }),
]);
const comparisons = measures.map(
  ([what, unit, of]): Comparison => ({
    what: `${what[0]?.toUpperCase()}${what.slice(1)}, ${batch} at a time`,
    unit,
    bars: names.map((name) => {
      const { value, spread } = repeated(values(name, of));
      return { label: name, value, ...(spread === undefined ? {} : { low: spread.low, high: spread.high }) };
    }),
  }),
);
report({ rows, comparisons, versions: versionsOf("pg-boss", "graphile-worker") });

async function start(name: string): Promise<ChildProcess> {
  const program = new URL("queues/contestant.ts", import.meta.url);
  // What a library prints is no figure of this benchmark.
  const stdio = ["ignore", "ignore", "inherit", "ipc"] as const;
  const child = fork(program, [name, url, schemaOf(name)], { execArgv: FLAGS, stdio: [...stdio] });
  await once(child, "message");
  return child;
}

async function turn(program: ChildProcess, jobs: number): Promise<Turn> {
  program.send(jobs);
  const [took] = (await once(program, "message")) as [Turn];
  return took;
}
