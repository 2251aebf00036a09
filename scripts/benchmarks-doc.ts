/** Writes the figures of docs/benchmarks.md, and its pictures, from what benchmarks recorded. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Growth, number, shown, verdict } from "../bench/lib/report.ts";
import { type Result, results } from "../bench/lib/result.ts";
import { type GeneratedPage, main, table } from "./generated.ts";
import { bars, lines } from "./svg-chart.ts";
import { root } from "./workspace.ts";

const FOLDER = "docs/benchmarks";

export const benchmarksPage: GeneratedPage = {
  path: "docs/benchmarks.md",
  command: "node scripts/benchmarks-doc.ts",
  sections: async () => Object.fromEntries(results().map((result) => [result.name, section(result)])),
};

/** The pictures by file name. */
export function pictures(): ReadonlyMap<string, string> {
  return new Map(results().flatMap(picturesOf));
}

/** Pictures that are missing, or not what was recorded. */
export function stalePictures(): readonly string[] {
  return [...pictures()]
    .filter(([name, svg]) => {
      const path = join(root, FOLDER, name);
      return !existsSync(path) || readFileSync(path, "utf8") !== svg;
    })
    .map(([name]) => name);
}

export async function writeBenchmarks(): Promise<void> {
  mkdirSync(join(root, FOLDER), { recursive: true });
  for (const [name, svg] of pictures()) writeFileSync(join(root, FOLDER, name), svg);
  await main(benchmarksPage);
}

function section(result: Result): string {
  const { at, commit, machine, node, load, versions = {}, rows, growth = [] } = result;
  const others = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = [`${at} UTC`, `commit ${commit}`, machine, `load ${load.before} to ${load.after}`, `Node ${node}`];
  return [
    [...where, ...others].join(" · "),
    table(
      ["what", "measured", "bar"],
      rows.map((row) => [row.what, shown(row), verdict(row)]),
    ),
    ...growthTables(growth),
    ...picturesOf(result).map(([name]) => `![${altText(result, name)}](benchmarks/${name})`),
  ].join("\n\n");
}

/** One table for all costs that grow by the same thing at the same sizes. */
function growthTables(growth: readonly Growth[]): string[] {
  const kinds = groupBy(growth, ({ by, points }) => JSON.stringify([by, points.map(({ n }) => n)]));
  return [...kinds.values()].map((same) => {
    const [first] = same;
    if (first === undefined) return "";
    return table(
      [`cost by ${first.by}`, ...first.points.map(({ n }) => number(n))],
      same.map(({ what, unit, points }) => [`${what}, ${unit}`, ...points.map(({ value }) => number(value))]),
    );
  });
}

function picturesOf({ name, comparisons = [], growth = [] }: Result): [name: string, svg: string][] {
  return [
    ...comparisons.map((one, i): [string, string] => [`${name}-${i + 1}.svg`, bars(one)]),
    ...[...groupBy(growth, ({ by, unit }) => `${by} ${unit}`).values()].map((same, i): [string, string] => [
      `${name}-growth-${i + 1}.svg`,
      lines(same),
    ]),
  ];
}

function altText({ name, comparisons = [], growth = [] }: Result, file: string): string {
  const index = Number(/(\d+)\.svg$/.exec(file)?.[1] ?? 1) - 1;
  if (!file.includes("-growth-")) return comparisons[index]?.what ?? name;
  const unit = [...new Set(growth.map((one) => `${one.unit} by ${one.by}`))][index];
  return `${name}: ${unit ?? "cost"}`;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

if (import.meta.main) {
  if (process.argv.includes("--check")) await main(benchmarksPage);
  else await writeBenchmarks();
}
