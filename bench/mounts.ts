/**
 * Webhooks through the mounts, beside handlers of the same frameworks written by hand that verify the same and store
 * the same rows in the same table: throughput, processor time, and how long ten concurrent bodies wait for their
 * acknowledgement.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Comparison, percentile, type Row, repeated, report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";
import { type Size, type Turn, type Turns, turns } from "./mounts/turns.ts";

const sizes: readonly Size[] = [
  { events: 1, bodies: 500 },
  { events: 10, bodies: 400 },
  { events: 100, bodies: 120 },
];
const frameworks = ["Express", "Hono"] as const;

const rows: Row[] = [];
const comparisons: Comparison[] = [];
const folder = mkdtempSync(join(tmpdir(), "hubspoke-bench-mounts-"));
try {
  for (const size of sizes) {
    const what = `${size.events} ${size.events === 1 ? "event" : "events"} a body`;
    const all = await turns(size, folder);
    for (const framework of frameworks) rows.push(...rowsOf(all, framework, what));
    comparisons.push(picture(all, `Webhooks taken durably, ${what}, ten at a time`));
    if (size.events === 100) for (const framework of frameworks) rows.push(latency(all, framework));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report({ rows, comparisons, versions: versionsOf("express", "hono", "@hono/node-server") });

function rowsOf(all: Turns, framework: (typeof frameworks)[number], what: string): Row[] {
  const ours = all[`${framework}, hubspoke`];
  const bare = all[`${framework}, by hand`];
  const shown = (name: string, of: readonly Turn[]): Row[] => [
    { what: `${what}: ${framework}, ${name}`, ...repeated(of.map(perSecond)), unit: "requests/s" },
    { what: `${what}: processor time of one, ${framework}, ${name}`, ...repeated(of.map(micros)), unit: "µs" },
  ];
  const ratio = (value: (turn: Turn) => number): Pick<Row, "value" | "spread"> =>
    repeated(ours.map((turn, i) => value(turn) / value(bare[i] as Turn)));
  return [
    ...shown("by hand", bare),
    ...shown("hubspoke", ours),
    { what: `${what}: requests/s of ${framework}, hubspoke / by hand`, ...ratio(perSecond), unit: "×", bar: ">= 0.9" },
    { what: `${what}: processor time of ${framework}, hubspoke / by hand`, ...ratio(micros), unit: "×" },
  ];
}

function latency(all: Turns, framework: (typeof frameworks)[number]): Row {
  const took = all[`${framework}, hubspoke`].flatMap((turn) => turn.took);
  return {
    what: `ten concurrent bodies of 100 events: p99 until acknowledged, ${framework}, hubspoke`,
    value: percentile(took, 0.99),
    unit: "ms",
    bar: "<= 100",
  };
}

function picture(all: Turns, what: string): Comparison {
  const bars = Object.entries(all).map(([label, turns]) => {
    const { value, spread } = repeated(turns.map(perSecond));
    return { label, value, ...(spread === undefined ? {} : { low: spread.low, high: spread.high }) };
  });
  return { what, unit: "requests/s", bars };
}

function perSecond(turn: Turn): number {
  return turn.perSecond;
}

function micros(turn: Turn): number {
  return turn.processorMicros;
}
