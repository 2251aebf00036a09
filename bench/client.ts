/** The client beside `@hubspot/api-client` and raw undici: speed, processor time, calls, memory, size. */
import { bundles } from "./client/bundles.ts";
import { singleReads } from "./client/single-reads.ts";
import { part } from "./lib/part.ts";
import { type Growth, type Row, report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";

interface Volume {
  readonly listCalls: number;
  readonly readCalls: number;
  readonly megabytes: number;
}

const { rows: reads, comparisons } = await singleReads();

const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;
const volumes: Volume[] = [];
for (const n of sizes) volumes.push(await part<Volume>(new URL("client/volume.ts", import.meta.url), String(n)));
const of = (n: (typeof sizes)[number]): Volume => volumes[sizes.indexOf(n)] as Volume;
const points = (value: (volume: Volume) => number): Growth["points"] => sizes.map((n) => ({ n, value: value(of(n)) }));

const volume: Row[] = [
  { what: "1,000 single reads issued together", value: of(1_000).readCalls, unit: "calls", bar: "<= 10" },
  { what: "listing 1,000,000 contacts", value: of(1_000_000).listCalls, unit: "calls", bar: "<= 10000" },
  {
    what: "memory in use while listing 1,000,000, of that while listing 10,000",
    value: of(1_000_000).megabytes / of(10_000).megabytes,
    unit: "×",
    bar: "<= 1.1",
  },
];

report({
  rows: [...reads, ...volume, ...(await bundles())],
  growth: [
    { what: "listing contacts", by: "contacts", unit: "calls", points: points(({ listCalls }) => listCalls) },
    { what: "memory in use while listing", by: "contacts", unit: "MB", points: points(({ megabytes }) => megabytes) },
  ],
  comparisons,
  versions: versionsOf("@hubspot/api-client", "undici"),
});
