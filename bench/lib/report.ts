/** How benchmarks say what they measured: to a person, or as data to `run.ts`. */

/** One number. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What is promised: `>= 5000`, `<= 10`; absent for a number that is only shown. */
  readonly bar?: `${">=" | "<="} ${number}`;
  /** Between which the middle half of several repetitions lies; `value` is their median. */
  readonly spread?: { readonly low: number; readonly high: number; readonly runs: number };
}

/** What something costs as there is more of it: 10³, 10⁴ … of `by`. Shown as a table and a picture. */
export interface Growth {
  readonly what: string;
  readonly by: string;
  readonly unit: string;
  readonly points: readonly { readonly n: number; readonly value: number }[];
}

/** Contestants beside each other, as a picture. */
export interface Comparison {
  readonly what: string;
  readonly unit: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

/** Everything one benchmark has to say. */
export interface Report {
  readonly rows: readonly Row[];
  readonly growth?: readonly Growth[];
  readonly comparisons?: readonly Comparison[];
  /** Of whom it was measured against: `{ undici: "8.12.4" }`. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Prints it as a table, or as one line of JSON for `run.ts`. */
export function report(given: Report | readonly Row[]): void {
  const all: Report = "rows" in given ? given : { rows: given };
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(all));
    return;
  }
  for (const row of all.rows) console.log(`${row.what.padEnd(76)} ${shown(row).padStart(16)}  ${verdict(row)}`);
  for (const { what, by, unit, points } of all.growth ?? []) {
    console.log(`${what}, ${unit} for n ${by}: ${points.map(({ n, value }) => `${n}: ${number(value)}`).join("  ")}`);
  }
}

export function shown({ value, unit, spread }: Row): string {
  const range = spread === undefined ? "" : ` (${number(spread.low)}–${number(spread.high)})`;
  return `${number(value)} ${unit}`.trimEnd() + range;
}

export function verdict({ value, bar }: Row): string {
  if (bar === undefined) return "";
  const [comparison, limit] = bar.split(" ");
  const holds = comparison === ">=" ? value >= Number(limit) : value <= Number(limit);
  return `${holds ? "holds" : "FAILS"}: ${bar}`;
}

/** Three digits that say something. */
export function number(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { maximumFractionDigits: Math.min(digits, 4) });
}

/** The value below which `share` of them lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median of repetitions, and between which their middle half lies: what a busy machine does to the rest says nothing. */
export function repeated(values: readonly number[]): Pick<Row, "value" | "spread"> {
  const [low, value, high] = [0.25, 0.5, 0.75].map((share) => percentile(values, share)) as [number, number, number];
  return { value, spread: { low, high, runs: values.length } };
}
