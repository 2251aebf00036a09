/** The simulator must never be what a benchmark measures: how fast it answers, loads and searches. */
import { part } from "./lib/part.ts";
import { percentile, type Row, report } from "./lib/report.ts";

const here = (file: string): URL => new URL(`simulator/${file}`, import.meta.url);

const reads = await part<{ perSecond: number; perProcessorSecond: number }>(here("reads.ts"));
const load = await part<{ seconds: number; megabytes: number }>(here("load.ts"), "100000", "3");
const searches = await part<{ what: string; milliseconds: number[] }[]>(here("search.ts"), "1000000");

const rows: Row[] = [
  { what: "single reads over HTTP from one process", value: reads.perSecond, unit: "reads/s", bar: ">= 5000" },
  { what: "the same for each second of processor time", value: reads.perProcessorSecond, unit: "reads/s" },
  { what: "load 100,000 contacts with four entries of history", value: load.seconds, unit: "s", bar: "<= 10" },
  { what: "what they hold of memory", value: load.megabytes, unit: "MB", bar: "<= 300" },
  ...searches.map(({ what, milliseconds }): Row => {
    return {
      what: `page of 200 of 1,000,000: ${what}`,
      value: percentile(milliseconds, 0.5),
      unit: "ms",
      bar: "<= 10",
    };
  }),
];
report(rows);
