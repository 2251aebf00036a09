import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { watched } from "../../bench/lib/result.ts";
import { writeBenchmarks } from "../../scripts/benchmarks-doc.ts";
import { chance } from "../simulation/base/random.ts";
import { recordSiege } from "./record.ts";
import { Siege } from "./siege.ts";

const usage = `npx -y pnpm@12 test:crash
  --kills N       how many worker processes die by kill -9, per store (default 25)
  --store NAME    sqlite or postgres (default: both)
  --seed S        what is done and when they die (default 1); real processes never run the same way twice
  --record        adds the run to what docs/benchmarks.md shows
  --postgres URL  default DATABASE_URL, else the server on this machine`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "25" },
    store: { type: "string" },
    seed: { type: "string", default: "1" },
    postgres: { type: "string", default: process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres" },
    record: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const schema = `crash_${process.pid}`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function besiege(store: "sqlite" | "postgres"): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-crash-"));
  const began = performance.now();
  const over = watched();
  const siege = new Siege({
    folder,
    random: chance(Number(values.seed), store),
    store: store === "sqlite" ? { sqlite: join(folder, "hubspoke.db") } : { postgres: values.postgres, schema },
  });
  try {
    const result = await siege.run(Number(values.kills));
    const { found, counts } = result;
    const seconds = (performance.now() - began) / 1_000;
    if (values.record) recordSiege(store, Number(values.seed), result, seconds, over());
    say(
      `${store}: ${JSON.stringify(counts)} in ${seconds.toFixed(0)} s: ${found.length === 0 ? "nothing lost, nothing doubled" : "FAILS"}`,
    );
    for (const one of found.slice(0, 20)) say(`  ${one}`);
    return found.length === 0;
  } finally {
    await siege.end();
    if (store === "postgres") await dropSchema();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function dropSchema(): Promise<void> {
  const client = new Client({ connectionString: values.postgres });
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.end();
}

if (values.help) say(usage);
else {
  let sound = true;
  for (const store of ["sqlite", "postgres"] as const)
    if (values.store === undefined || values.store === store) sound = (await besiege(store)) && sound;
  if (values.record) await writeBenchmarks();
  process.exitCode = sound ? 0 : 1;
}
