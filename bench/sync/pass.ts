/**
 * Brings `n` contacts over into an empty table, then reconciles the two, which are equal, in virtual time and in a
 * process of its own. Prints the calls, the share of the quota and what both cost of processor time and memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { seeded } from "../lib/seeded.ts";
import { jumpingClock } from "../limits/clock.ts";
import { LIMIT, WINDOW_MS } from "../limits/server.ts";
import { type Portal, portalOf } from "./portal.ts";
import { type Table, tableAt } from "./table.ts";

export interface Measured {
  /** Of everything that was sent. */
  readonly calls: number;
  readonly listCalls: number;
  /** Refused by the rate limit. */
  readonly refused: number;
  /** Calls answered, of what the quota allows in the time. */
  readonly quota: number;
  readonly seconds: number;
  readonly localWrites: number;
  readonly equal: boolean;
  readonly processorMs: number;
}

export interface Passes {
  readonly pull: Measured;
  readonly reconcile: Measured;
  /** In use at most, after a collection, and resident at most. */
  readonly megabytes: number;
  readonly residentMegabytes: number;
}

const n = Number(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "hubspoke-bench-sync-"));
const clock = jumpingClock(undefined, engineReady, 3_000);
const chance = seeded(n);
const portal = portalOf(n, clock, chance);
const table = tableAt(join(folder, "people.db"));
const hubspoke = createHubSpoke({
  auth: privateApp("pat-na1-00000000"),
  storage: sqliteStorage({ path: join(folder, "hubspoke.db") }),
  keys: { current: "k1", keys: { k1: new Uint8Array(32).fill(7) } },
  portalId: 62515,
  transport: portal.transport,
  clock,
  random: chance,
  // Looking for it takes real time, in which virtual time would pass.
  telemetry: false,
});
const people = hubspoke.sync({
  name: "people",
  object: "contacts",
  local: table.source,
  match: ["email"],
  fields: {
    email: field("email", { owner: "hubspot" }),
    first: field("firstname", { owner: "hubspot" }),
    last: field("lastname", { owner: "hubspot" }),
  },
});
const sync = people.for("acme");

let megabytes = 0;
let sampledAt = 0;
try {
  const pull = await measured(portal, table, sync.backfill({ onProgress: sample }));
  if (table.rows() !== n) throw new Error(`${table.rows()} of ${n} contacts came over`);
  // A base as young as the pass would have to be read again.
  let later = false;
  void clock.sleep(60_000).then(() => {
    later = true;
  });
  await clock.runUntil(() => later);
  const reconcile = await measured(portal, table, sync.reconcile({ onProgress: sample }));
  const residentMegabytes = process.resourceUsage().maxRSS / 2 ** 10;
  console.log(JSON.stringify({ pull, reconcile, megabytes, residentMegabytes } satisfies Passes));
} finally {
  table.close();
  rmSync(folder, { recursive: true, force: true });
}

async function measured(
  { calls, refused }: Portal,
  { writes }: Table,
  pass: Promise<{ readonly equal: boolean }>,
): Promise<Measured> {
  const began = { at: clock.exact(), writes: writes(), refused: refused(), processor: process.cpuUsage() };
  calls.clear();
  let result: { readonly equal: boolean } | Error | undefined;
  const done = pass.then(
    (one) => {
      result = one;
    },
    (error: Error) => {
      result = error;
    },
  );
  await clock.runUntil(() => result !== undefined);
  await done;
  if (result === undefined || result instanceof Error) throw result;
  const { user, system } = process.cpuUsage(began.processor);
  const all = [...calls.values()].reduce((sum, each) => sum + each, 0);
  const elapsed = clock.exact() - began.at;
  return {
    calls: all,
    listCalls: calls.get("list") ?? 0,
    refused: refused() - began.refused,
    quota: all / ((elapsed / WINDOW_MS) * LIMIT),
    seconds: elapsed / 1_000,
    localWrites: writes() - began.writes,
    equal: result.equal,
    processorMs: (user + system) / 1_000,
  };
}

/** Statements take a turn or two of the loop each; while nothing sleeps at all, it is a file that is waited for. */
async function engineReady(asleep: number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (asleep === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Twenty times in a pass. */
function sample({ done }: { readonly done: number }): void {
  if (Math.abs(done - sampledAt) < Math.max(1_000, n / 20)) return;
  sampledAt = done;
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  megabytes = Math.max(megabytes, (heapUsed + external) / 2 ** 20);
}
