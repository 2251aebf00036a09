/**
 * Limits in virtual time: a million calls through the client, against a server that counts as HubSpot does. What
 * counts is what the server saw: 429s, its fullest window, and how much of the quota was used.
 */

import { part } from "./lib/part.ts";
import { type Row, report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";
import type { Measured, Scenario } from "./limits/scenario.ts";

const CALLS = 1_000_000;
const times: readonly Scenario["responseTime"][] = [
  "constant 100 ms",
  "log-normal, median 120 ms",
  "uniform 10 ms to 2 s",
];
const one = { calls: CALLS, foreign: 0, processes: 1, lane: "interactive", seed: 1 } as const;

const measure = (scenario: Scenario): Promise<Measured> =>
  part<Measured>(new URL("limits/part.ts", import.meta.url), JSON.stringify(scenario));

async function alone(scenario: Scenario, who: string): Promise<Row[]> {
  const { refused, fullestWindow, ofPossible } = await measure(scenario);
  return [
    { what: `${who}: answered 429`, value: refused, unit: "calls", bar: "<= 0" },
    {
      what: `${who}: most calls in any window of the server (190 allowed)`,
      value: fullestWindow,
      unit: "calls",
      bar: "<= 190",
    },
    { what: `${who}: of quota × W / (W + mean response time)`, value: ofPossible, unit: "", bar: ">= 0.98" },
  ];
}

async function beside(scenario: Scenario, who: string): Promise<Row[]> {
  const { calls, refused, refusedAtStart, ofPossible } = await measure(scenario);
  return [
    { what: `${who}: answered 429`, value: (100 * refused) / calls, unit: "% of calls", bar: "<= 0.5" },
    { what: `${who}: in the first minute`, value: refusedAtStart, unit: "calls" },
    { what: `${who}: of what the other program leaves`, value: ofPossible, unit: "" },
  ];
}

/** Two at a time: in virtual time a busy machine changes nothing that is measured. */
async function pair(responseTime: Scenario["responseTime"], processes: number, who: string): Promise<Row[]> {
  const scenario = { ...one, responseTime, processes };
  const [free, shared] = await Promise.all([
    alone(scenario, `${who}, ${responseTime}`),
    beside({ ...scenario, foreign: 0.5 }, `${who} beside a program that takes half, ${responseTime}`),
  ]);
  return [...free, ...shared];
}

const rows: Row[] = [];
for (const responseTime of times) rows.push(...(await pair(responseTime, 1, "one process")));
for (const responseTime of times) rows.push(...(await pair(responseTime, 4, "four processes, one killed")));
const cost = await part<{ client: number; bottleneck: number }>(new URL("limits/cost.ts", import.meta.url));
rows.push(
  { what: "processor time of a whole call of the client, without the network", value: cost.client, unit: "µs" },
  { what: "processor time of an empty job of Bottleneck, without limits", value: cost.bottleneck, unit: "µs" },
);
report({ rows, versions: versionsOf("bottleneck") });
