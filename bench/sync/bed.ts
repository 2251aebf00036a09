/**
 * What every full pass is measured on: an account behind its rate limit, a table in a file, Hubspoke over SQLite with its
 * statements counted, all in virtual time; and the pass itself, whose calls, time, statements and memory come out.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import type { FieldSpecs, PassOptions, TenantSync } from "@hubspoke/core/sync";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { seeded } from "../lib/seeded.ts";
import { type JumpingClock, jumpingClock } from "../limits/clock.ts";
import { LIMIT, WINDOW_MS } from "../limits/server.ts";
import { type Portal, portalOf } from "./portal.ts";
import { countedDatabase } from "./statements.ts";
import { type Table, tableAt } from "./table.ts";

export interface Measured {
  /** Of everything that was sent. */
  readonly calls: number;
  /** The same by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Refused by the rate limit. */
  readonly refused: number;
  /** Calls answered, of what the quota allows in the time. */
  readonly quota: number;
  readonly seconds: number;
  /** Statements Hubspoke ran in its own database, those that begin and end a transaction included. */
  readonly statements: number;
  /** Rows written to the table. */
  readonly localWrites: number;
  /** Contacts created or updated in the account. */
  readonly remoteWrites: number;
  readonly equal: boolean;
  /** Of the whole process, the account and the table included; without the collections of the samples. */
  readonly processorMs: number;
  /** In use at most during the pass, after a collection. */
  readonly megabytes: number;
}

export interface Bed {
  readonly portal: Portal;
  readonly table: Table;
  readonly sync: TenantSync;
  /** Lets so much virtual time pass. */
  wait(ms: number): Promise<void>;
  measured(pass: (options: PassOptions) => Promise<{ readonly equal: boolean }>): Promise<Measured>;
}

/** Of the process, at most so far. */
export function residentMegabytes(): number {
  return process.resourceUsage().maxRSS / 2 ** 10;
}

/** Runs `work` over an account with `listed` contacts that hold what the table's rows will, of `n` in all. */
export async function onBed<T>(
  n: number,
  given: { readonly listed: number; readonly fields: FieldSpecs },
  work: (bed: Bed) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-bench-sync-"));
  const clock = jumpingClock(undefined, engineReady, 3_000);
  const chance = seeded(n);
  const portal = portalOf(n, given.listed, clock, chance);
  const table = tableAt(join(folder, "people.db"));
  const database = countedDatabase(join(folder, "hubspoke.db"));
  const hubspoke = createHubSpoke({
    auth: privateApp("pat-na1-00000000"),
    storage: sqliteStorage({ database }),
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
    fields: given.fields,
    // Every row is edited at once, which is what a breaker is there to stop.
    breaker: { share: 1 },
  });
  try {
    return await work({
      portal,
      table,
      sync: people.for("acme"),
      wait: (ms) => untilDone(clock, clock.sleep(ms)),
      measured: (pass) => measured(n, { clock, portal, table, statements: database.statements }, pass),
    });
  } finally {
    table.close();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Counted {
  readonly clock: JumpingClock;
  readonly portal: Portal;
  readonly table: Table;
  readonly statements: () => number;
}

async function measured(
  n: number,
  { clock, portal, table, statements }: Counted,
  pass: (options: PassOptions) => Promise<{ readonly equal: boolean }>,
): Promise<Measured> {
  const { calls } = portal;
  const samples = sampler(n);
  const counts = () => ({
    refused: portal.refused(),
    remoteWrites: portal.writes(),
    localWrites: table.writes(),
    statements: statements(),
  });
  const before = counts();
  const began = clock.exact();
  const processor = process.cpuUsage();
  calls.clear();
  const { equal } = await untilDone(clock, pass({ onProgress: samples.at }));
  const used = microseconds(process.cpuUsage(processor)) - samples.microseconds();
  const after = counts();
  const all = [...calls.values()].reduce((sum, each) => sum + each, 0);
  const elapsed = clock.exact() - began;
  return {
    calls: all,
    kinds: Object.fromEntries(calls),
    refused: after.refused - before.refused,
    quota: all / ((elapsed / WINDOW_MS) * LIMIT),
    seconds: elapsed / 1_000,
    statements: after.statements - before.statements,
    localWrites: after.localWrites - before.localWrites,
    remoteWrites: after.remoteWrites - before.remoteWrites,
    equal,
    processorMs: used / 1_000,
    megabytes: samples.megabytes(),
  };
}

/** Virtual time goes on until the promise is settled. */
async function untilDone<T>(clock: JumpingClock, promise: Promise<T>): Promise<T> {
  const state = { settled: false };
  const settle = () => {
    state.settled = true;
  };
  promise.then(settle, settle);
  await clock.runUntil(() => state.settled);
  return promise;
}

/** Statements take a turn or two of the loop each; while nothing sleeps at all, it is a file that is waited for. */
async function engineReady(asleep: number): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (asleep === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Memory in use, twenty times in each phase of a pass, and what it cost to look. */
function sampler(n: number): {
  readonly at: (progress: { readonly done: number }) => void;
  readonly megabytes: () => number;
  readonly microseconds: () => number;
} {
  let most = 0;
  let spent = 0;
  let sampledAt = 0;
  return {
    at({ done }) {
      if (Math.abs(done - sampledAt) < Math.max(1_000, n / 20)) return;
      sampledAt = done;
      const before = process.cpuUsage();
      globalThis.gc?.();
      const { heapUsed, external } = process.memoryUsage();
      most = Math.max(most, (heapUsed + external) / 2 ** 20);
      spent += microseconds(process.cpuUsage(before));
    },
    megabytes: () => most,
    microseconds: () => spent,
  };
}

function microseconds({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
