/** Full passes of a sync, 150 to 400 ms away from HubSpot: calls, share of the quota, processor time, memory. */
import { partWithin } from "./lib/part.ts";
import { type Growth, type Row, report } from "./lib/report.ts";
import type { Passes } from "./sync/pass.ts";

const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;
type Size = (typeof sizes)[number];

const passes = new Map<Size, Passes>();
// Else what is resident tells how much V8 thinks worth leaving to the collector; here a pass that needed more would end.
const small = ["--max-old-space-size=96", "--max-semi-space-size=4"];
for (const n of sizes)
  passes.set(n, await partWithin<Passes>(small, new URL("sync/pass.ts", import.meta.url), String(n)));
const of = (n: Size): Passes => passes.get(n) as Passes;
const points = (value: (passes: Passes, n: number) => number): Growth["points"] =>
  sizes.map((n) => ({ n, value: value(of(n), n) }));

const large = [100_000, 1_000_000] as const;
const rows: Row[] = large.flatMap((n): Row[] => {
  const { pull, reconcile } = of(n);
  const pages = Math.ceil(n / 100);
  const who = n.toLocaleString("en");
  return [
    {
      what: `a full pull of ${who}: calls of everything / ⌈n/100⌉`,
      value: pull.calls / pages,
      unit: "×",
      bar: "<= 1.02",
    },
    {
      what: `a full pull of ${who}: of the quota, beginning and end included`,
      value: pull.quota,
      unit: "",
      bar: ">= 0.93",
    },
    {
      what: `a reconciliation of ${who} equal to theirs: of the quota`,
      value: reconcile.quota,
      unit: "",
      bar: ">= 0.93",
    },
    { what: `a full pull of ${who}: answered 429`, value: pull.refused, unit: "calls", bar: "<= 0" },
    {
      what: `a reconciliation of ${who} equal to theirs: calls of everything / ⌈n/100⌉`,
      value: reconcile.calls / pages,
      unit: "×",
      bar: "<= 1.02",
    },
    {
      what: `a reconciliation of ${who} equal to theirs: writes, here and there`,
      value: reconcile.localWrites + (reconcile.equal ? 0 : Number.NaN),
      unit: "writes",
      bar: "<= 0",
    },
  ];
});

report({
  rows: [
    ...rows,
    {
      what: "memory resident at most with 1,000,000 contacts, more than with 10,000",
      value: of(1_000_000).residentMegabytes - of(10_000).residentMegabytes,
      unit: "MB",
      bar: "<= 150",
    },
    {
      what: "memory in use at most with 1,000,000 contacts, more than with 10,000",
      value: of(1_000_000).megabytes - of(10_000).megabytes,
      unit: "MB",
    },
  ],
  growth: [
    { what: "a full pull", by: "contacts", unit: "calls", points: points(({ pull }) => pull.calls) },
    {
      what: "a reconciliation of equal sides",
      by: "contacts",
      unit: "calls",
      points: points(({ reconcile }) => reconcile.calls),
    },
    { what: "a full pull", by: "contacts", unit: "s at HubSpot's limit", points: points(({ pull }) => pull.seconds) },
    {
      what: "a full pull, processor time of a contact",
      by: "contacts",
      unit: "µs",
      points: points(({ pull }, n) => (pull.processorMs * 1_000) / n),
    },
    {
      what: "a reconciliation of equal sides, processor time of a contact",
      by: "contacts",
      unit: "µs",
      points: points(({ reconcile }, n) => (reconcile.processorMs * 1_000) / n),
    },
    { what: "memory in use", by: "contacts", unit: "MB", points: points(({ megabytes }) => megabytes) },
    {
      what: "memory resident",
      by: "contacts",
      unit: "MB",
      points: points(({ residentMegabytes }) => residentMegabytes),
    },
  ],
});
