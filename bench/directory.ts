/**
 * The directory: what a look-up costs with everything on that stands before it, what is kept costs on each store, and
 * what cold numbers cost of HubSpot's search.
 */
import { part } from "./lib/part.ts";
import { percentile, type Row, repeated, report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";

interface LookUps {
  readonly perSecond: number;
  readonly perProcessorSecond: number;
  readonly quiet: number[];
  readonly all: number[];
}

const here = (file: string): URL => new URL(`directory/${file}`, import.meta.url);

async function lookUps(from: "memory" | "store", who: string, bar: number): Promise<Row[]> {
  const runs: LookUps[] = [];
  for (let i = 0; i < 3; i++) runs.push(await part<LookUps>(here("look-ups.ts"), from));
  const quiet = runs.map((run) => percentile(run.quiet, 0.99));
  const all = runs.map((run) => percentile(run.all, 0.99));
  return [
    { what: `${who}: look-ups`, ...repeated(runs.map((run) => run.perSecond)), unit: "/s" },
    {
      what: `${who}: look-ups for each second of processor time`,
      ...repeated(runs.map((run) => run.perProcessorSecond)),
      unit: "/s",
      bar: `>= ${bar}`,
    },
    { what: `${who}: p99 between writes of the audit trail`, ...repeated(quiet), unit: "ms", bar: "<= 1" },
    { what: `${who}: p99 over all`, ...repeated(all), unit: "ms" },
  ];
}

const rows: Row[] = [
  ...(await lookUps("memory", "kept by this process", 50_000)),
  ...(await lookUps("store", "sealed in SQLite", 15_000)),
];

const cold = await part<{ searches: number; repeated: number }>(here("cold.ts"));
rows.push(
  { what: "1,000 cold numbers: searches of HubSpot", value: cold.searches, unit: "calls", bar: "<= 12" },
  { what: "1,000 cold numbers: searches that were repeated", value: cold.repeated, unit: "calls", bar: "<= 0" },
);

const postgres = await part<Record<string, number[]>>(here("postgres.ts"));
const ratio = (of: string, to: string): Pick<Row, "value" | "spread"> =>
  repeated((postgres[of] ?? []).map((value, i) => value / (postgres[to]?.[i] ?? Number.NaN)));
rows.push(
  { what: "Postgres, 1,000 rows a call", ...repeated(postgres.ourThousands ?? []), unit: "rows/s" },
  { what: "Postgres, 100 rows of raw VALUES", ...repeated(postgres.rawHundreds ?? []), unit: "rows/s" },
  {
    what: "Postgres, 100 rows a call: of raw VALUES",
    ...ratio("ourHundreds", "rawHundreds"),
    unit: "×",
    bar: ">= 0.6",
  },
  {
    what: "Postgres, 1,000 rows a call: of raw VALUES",
    ...ratio("ourThousands", "rawHundreds"),
    unit: "×",
    bar: ">= 0.6",
  },
  {
    what: "Postgres, 1,000 rows a call: of single rows",
    ...ratio("ourThousands", "ourSingles"),
    unit: "×",
    bar: ">= 20",
  },
  { what: "Postgres, 100 rows a call: of single rows", ...ratio("ourHundreds", "ourSingles"), unit: "×" },
  { what: "Postgres, 100 rows of raw VALUES: of single rows", ...ratio("rawHundreds", "ourSingles"), unit: "×" },
);

for (const [what, count] of Object.entries(await part<Record<string, number>>(here("d1.ts")))) {
  rows.push({ what: `D1, 100 ${what}`, value: count, unit: "statements", bar: "<= 2" });
}

report({ rows, versions: versionsOf("pg") });
