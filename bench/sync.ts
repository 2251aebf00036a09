/** Full passes of a sync, 150 to 400 ms away from HubSpot, from 10³ to 10⁶ records: calls, statements, processor, memory. */
import { partWithin } from "./lib/part.ts";
import { type Growth, type Row, report } from "./lib/report.ts";
import type { Measured } from "./sync/bed.ts";
import type { Passes } from "./sync/pass.ts";
import type { Pushes } from "./sync/push.ts";

const sizes = [1_000, 10_000, 100_000, 1_000_000] as const;
type Size = (typeof sizes)[number];

/** The passes, and how many calls each may take for a hundred contacts; the single ones are within two of a hundred. */
const passes = {
  pull: { what: "a full pull", calls: "1.02" },
  reconcile: { what: "a reconciliation of equal sides", calls: "1.02" },
  creates: { what: "a first push", calls: "2.02" },
  edits: { what: "a push of edits everywhere", calls: "4.02" },
} as const;
type Pass = keyof typeof passes;
const kinds = Object.keys(passes) as readonly Pass[];

type Everything = Readonly<Record<Pass, Measured>> & {
  readonly resident: { readonly pulling: number; readonly pushing: number };
};

// Else what is resident tells how much V8 thinks worth leaving to the collector; here a pass that needed more would end.
const small = ["--max-old-space-size=96", "--max-semi-space-size=4"];
const measured = new Map<Size, Everything>();
for (const n of sizes) {
  const pulled = await partWithin<Passes>(small, new URL("sync/pass.ts", import.meta.url), String(n));
  const pushed = await partWithin<Pushes>(small, new URL("sync/push.ts", import.meta.url), String(n));
  const resident = { pulling: pulled.residentMegabytes, pushing: pushed.residentMegabytes };
  measured.set(n, { ...pulled, ...pushed, resident });
}
const of = (n: Size): Everything => measured.get(n) as Everything;

const large = [100_000, 1_000_000] as const;
const rows: Row[] = large.flatMap((n): Row[] => {
  const who = n.toLocaleString("en");
  const { reconcile } = of(n);
  return [
    ...kinds.flatMap((kind): Row[] => {
      const { calls, quota, refused } = of(n)[kind];
      const what = `${passes[kind].what}, ${who}`;
      const even = kind === "pull" || kind === "reconcile";
      return [
        {
          what: `${what}: calls of everything / ⌈n/100⌉`,
          value: calls / Math.ceil(n / 100),
          unit: "×",
          bar: `<= ${Number(passes[kind].calls)}`,
        },
        {
          what: `${what}: of the quota, beginning and end included`,
          value: quota,
          unit: "",
          ...(even && { bar: ">= 0.93" }),
        },
        { what: `${what}: answered 429`, value: refused, unit: "calls", bar: "<= 0" },
      ];
    }),
    {
      what: `${passes.reconcile.what}, ${who}: writes, here and there`,
      value: reconcile.localWrites + reconcile.remoteWrites + (reconcile.equal ? 0 : Number.NaN),
      unit: "writes",
      bar: "<= 0",
    },
  ];
});

const more = (what: string, megabytes: (all: Everything) => number, bar?: Row["bar"]): Row => ({
  what: `${what} at most with 1,000,000 contacts, more than with 10,000`,
  value: megabytes(of(1_000_000)) - megabytes(of(10_000)),
  unit: "MB",
  ...(bar !== undefined && { bar }),
});
const inUse = (all: Everything): number => Math.max(...kinds.map((kind) => all[kind].megabytes));

/** One line for every pass. */
const each = (unit: string, value: (pass: Measured, n: number) => number): Growth[] =>
  kinds.map((kind) => ({
    what: passes[kind].what,
    by: "contacts",
    unit,
    points: sizes.map((n) => ({ n, value: value(of(n)[kind], n) })),
  }));
const resident = (what: string, unit: string, value: (all: Everything, n: number) => number): Growth => ({
  what,
  by: "contacts",
  unit,
  points: sizes.map((n) => ({ n, value: value(of(n), n) })),
});

report({
  rows: [
    ...rows,
    more("memory resident while pulling", ({ resident: { pulling } }) => pulling, "<= 150"),
    more("memory resident while pushing", ({ resident: { pushing } }) => pushing, "<= 150"),
    more("memory in use", inUse),
  ],
  growth: [
    ...each("calls for each contact", ({ calls }, n) => calls / n),
    ...each("database statements for each contact", ({ statements }, n) => statements / n),
    ...each("µs of the processor for each contact", ({ processorMs }, n) => (processorMs * 1_000) / n),
    ...each("s at HubSpot's limit", ({ seconds }) => seconds),
    ...each("MB in use at most", ({ megabytes }) => megabytes),
    resident("pulling and reconciling", "MB resident at most", (all) => all.resident.pulling),
    resident("pushing", "MB resident at most", (all) => all.resident.pushing),
    resident("pulling and reconciling", "kB resident for each contact", (all, n) => (all.resident.pulling * 1024) / n),
    resident("pushing", "kB resident for each contact", (all, n) => (all.resident.pushing * 1024) / n),
  ],
});
