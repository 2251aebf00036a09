import { createHash } from "node:crypto";
import type { Report, Row } from "../../../bench/lib/report.ts";
import type { Surroundings } from "../../../bench/lib/result.ts";
import { type Run, recordRun, runs, sum } from "../../../bench/lib/runs.ts";
import { drawScript } from "../script/draw.ts";
import { drawWide } from "../script/draw-wide.ts";
import type { StoreName } from "../stores/store.ts";
import type { Totals } from "./report.ts";

/** Steps that have to be on record, by store. */
const promised: Readonly<Partial<Record<string, number>>> = { sqlite: 1_000_000, postgres: 20_000, d1: 5_000 };
/** Steps for each second of a core, on SQLite. */
const rate = 1_000;

export interface Proof {
  readonly wide: boolean;
  readonly store: StoreName;
  readonly seeds: readonly [first: number, last: number];
  readonly totals: Totals;
  readonly sound: boolean;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Adds seeds that were run to what is on record, whether they were sound or not. */
export function recordProof(
  { wide, store, seeds, totals, sound, seconds, cpuSeconds }: Proof,
  where: Surroundings,
): void {
  const { steps, actions, records, crashes, pauses, repairs, calls } = totals;
  const faults = [...totals.faults.values()].reduce((all, fired) => all + fired, 0);
  const told = { seeds: totals.seeds, steps, actions, records, crashes, pauses, repairs, calls, faults };
  const counts = { ...told, violations: sound ? 0 : 1 };
  const run = { ...where, part: store, seeds, counts, seconds, cpuSeconds, drawing: drawing(wide) };
  recordRun(nameOf(wide), run, (all) => report(all, wide));
}

/** The first seed of a store that is not on record, nor any after it: one that counted twice would prove nothing. */
export function notOnRecord(store: StoreName, wide: boolean): number {
  const mine = runs(nameOf(wide)).filter(({ part }) => part === store);
  const now = drawing(wide);
  return Math.max(1, ...mine.filter((run) => run.drawing === now).map(({ seeds: [, last] }) => last + 1));
}

/** What seeds stand for: the same as long as nobody changes what is drawn. */
function drawing(wide: boolean): string {
  const scripts = Array.from({ length: 200 }, (_, i) => (wide ? drawWide : drawScript)(i + 1));
  return createHash("sha256").update(JSON.stringify(scripts)).digest("hex").slice(0, 12);
}

/** Wide worlds have a record of their own, which nothing was promised of. */
const nameOf = (wide: boolean): string => (wide ? "simulation-wide" : "simulation");

function report(all: readonly Run[], wide: boolean): Report {
  const stores = [...new Set(all.map(({ part }) => part))].toSorted();
  return {
    rows: stores.flatMap((store) =>
      rowsOf(
        store,
        all.filter(({ part }) => part === store),
        wide,
      ),
    ),
  };
}

const shown = [
  ["seeds", "seeds"],
  ["records", "records"],
  ["actions", "edits, creates and events of a record's life"],
  ["crashes", "crashes of a worker"],
  ["pauses", "workers that stood still past their lease"],
  ["faults", "faults that fired"],
  ["calls", "calls at HubSpot"],
  ["repairs", "writes by reconciliation of what no event told"],
] as const;

function rowsOf(store: string, runs: readonly Run[], wide: boolean): Row[] {
  const steps = sum(runs, "steps");
  const cpuSeconds = runs.reduce((total, run) => total + (run.cpuSeconds ?? 0), 0);
  const bar = wide ? undefined : promised[store];
  return [
    { what: `${store}: steps`, value: steps, unit: "", ...(bar !== undefined && { bar: `>= ${bar}` as const }) },
    { what: `${store}: violations`, value: sum(runs, "violations"), unit: "", bar: "<= 0" },
    {
      what: `${store}: steps for each second of processor time`,
      value: steps / cpuSeconds,
      unit: "/s",
      ...(store === "sqlite" && !wide && { bar: `>= ${rate}` as const }),
    },
    ...shown.map(([count, name]) => ({ what: `${store}: ${name}`, value: sum(runs, count), unit: "" })),
  ];
}
