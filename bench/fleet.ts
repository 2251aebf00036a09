/** Worker processes on one Postgres and one Redis, dispatched by pg-boss: what more of them do, and what killing them does. */

import { siege } from "../tests/fleet/siege.ts";
import { quota, scaling, slowMs } from "../tests/fleet/throughput.ts";
import { chance } from "../tests/simulation/base/random.ts";
import { report } from "./lib/report.ts";
import { versionsOf } from "./lib/versions.ts";

const servers = {
  postgres: process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres",
  redis: process.env.REDIS_URL ?? "redis://127.0.0.1:6379",
};
const kills = 20;

const { rates, found: notLinear } = await scaling(servers);
const { used, found: notUsed } = await quota(servers);
const { counts, found: broken } = await siege(servers, chance(1, "fleet"), kills);
const wrong = [...notLinear, ...notUsed, ...broken];
for (const one of wrong) process.stderr.write(`${one}\n`);

report({
  rows: [
    ...rates.map(({ processes, recordsPerSecond }) => ({
      what: `records written to HubSpot, which takes ${slowMs / 1_000} s for a call, by ${processes} ${processes === 1 ? "process" : "processes"}`,
      value: recordsPerSecond,
      unit: "records/s",
    })),
    ...rates
      .filter(({ processes }) => processes > 1)
      .map(({ processes, times }) => ({
        what: `${processes} processes against one`,
        value: times,
        unit: "×",
        bar: `>= ${processes * 0.75}` as const,
      })),
    {
      what: "of a quota of 30 calls in 10 s, used by four processes that would use more",
      value: used * 100,
      unit: "%",
      bar: ">= 80",
    },
    {
      what: `of four processes killed by kill -9 at random, one after another`,
      value: counts.kills ?? 0,
      unit: "kills",
    },
    { what: "edits and notes meanwhile", value: (counts.edits ?? 0) + (counts.notes ?? 0), unit: "" },
    {
      what: "lost, doubled, left over, refused with 429 or seen outside the tables",
      value: broken.length,
      unit: "",
      bar: "<= 0",
    },
  ],
  comparisons: [
    {
      what: "Records written a second, by processes",
      unit: "records/s",
      bars: rates.map(({ processes, recordsPerSecond }) => ({ label: String(processes), value: recordsPerSecond })),
    },
  ],
  versions: versionsOf("pg-boss"),
});
