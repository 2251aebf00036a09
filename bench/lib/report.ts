/** How benchmarks say what they measured, to a person or to `run.ts`. */

/** One number. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What is promised: `>= 5000`, `<= 10`; absent for a number that is only shown. */
  readonly bar?: `${">=" | "<="} ${number}`;
}

/** Prints rows as a table, or as one line of JSON for `run.ts`. */
export function report(rows: readonly Row[]): void {
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify(rows));
    return;
  }
  for (const row of rows) console.log(`${row.what.padEnd(70)} ${shown(row).padStart(14)}  ${verdict(row)}`);
}

export function shown({ value, unit }: Row): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${unit}`;
}

export function verdict({ value, bar }: Row): string {
  if (bar === undefined) return "";
  const [comparison, limit] = bar.split(" ");
  const holds = comparison === ">=" ? value >= Number(limit) : value <= Number(limit);
  return `${holds ? "holds" : "FAILS"}: ${bar}`;
}

/** The value below which `share` of them lie. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
