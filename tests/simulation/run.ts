import { parseArgs } from "node:util";
import { watched } from "../../bench/lib/result.ts";
import { writeBenchmarks } from "../../scripts/benchmarks-doc.ts";
import type { Outcome } from "./judge/outcome.ts";
import { notOnRecord, recordProof } from "./judge/record.ts";
import { addTo, failure, neverSeen, noTotals, summary } from "./judge/report.ts";
import { shrink } from "./judge/shrink.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { mutants } from "./mutants/mutants.ts";
import { cores, type Lot, openPool, type Pool, type Proved, serve } from "./pool.ts";
import { runScript } from "./run-script.ts";
import { drawScript } from "./script/draw.ts";
import { drawWide } from "./script/draw-wide.ts";
import { found, keep } from "./script/found.ts";
import type { Script, Step } from "./script/steps.ts";
import { type StoreName, storeNames } from "./stores/store.ts";
import { openGround } from "./world/ground.ts";

const usage = `node --conditions=@hubspoke/source tests/simulation/run.ts
  --seeds N      how many seeds (default 100), from --from S (default 1)
  --seconds T    stops after so long, however many seeds are left
  --jobs J       processes that share the seeds (default: one for each core)
  --wide         in worlds with lists, fields of two properties, values that one side refuses, and stages in which the
                 product only reads; the same seeds, by scripts of their own
  --steps 1,4,9  only these steps of a seed's script
  --mutant NAME  with a planted bug: must fail. --mutants: each of them, up to --seeds seeds of the worlds it is for;
                 with --wide those that only wide worlds can catch
  --store NAME   sqlite (default: in memory), sqlite-file, postgres (DATABASE_URL, else on this machine) or d1
  --record       adds the run to what docs/benchmarks.md shows, so many seeds at a time that a run which is broken off is
                 not lost; it says from where to go on
  --keep NAME    keeps the short script of a failure in found/NAME.json: from then on it is run before any seed
  --trace        prints everything that happens`;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "100" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "1000000000" },
    jobs: { type: "string" },
    share: { type: "string" },
    wide: { type: "boolean", default: false },
    steps: { type: "string" },
    mutant: { type: "string" },
    mutants: { type: "boolean", default: false },
    store: { type: "string", default: "sqlite" },
    record: { type: "boolean", default: false },
    keep: { type: "string" },
    trace: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const from = Number(values.from);
const seeds = Number(values.seeds);
const budgetMs = Number(values.seconds) * 1_000;
const began = performance.now();
const spent = (): number => performance.now() - began;
const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const store = storeNames.find((name) => name === values.store);
if (store === undefined) throw new Error(`--store is one of ${storeNames.join(", ")}`);
const ground = await openGround(store);

/** One seed in so many runs twice, and must leave the same trace. */
const twiceEvery = 100;

function scriptOf(seed: number, wide = values.wide): Script {
  const script = wide ? drawWide(seed) : drawScript(seed);
  if (values.steps === undefined) return script;
  const wanted = new Set(values.steps.split(",").map(Number));
  return { ...script, steps: script.steps.filter((_, i) => wanted.has(i + 1)) };
}

function run(script: Script, mutant?: Mutant): Promise<Outcome> {
  const tampering = mutant?.plant();
  return runScript(script, { ground, ...(tampering && { tampering }), ...(values.trace && { listener: say }) });
}

async function explain(script: Script, outcome: Outcome): Promise<void> {
  const short = await shrink(script, async (shorter) => (await run(shorter)).violations.length > 0);
  const numbers = short.steps.map((step: Step) => script.steps.indexOf(step) + 1).join(",");
  const again = `npx -y pnpm@12 sim${values.wide ? " --wide" : ""} --seeds 1 --from ${script.setup.seed} --steps ${numbers || "0"} --trace`;
  if (values.keep !== undefined) keep(values.keep, short);
  const { violations } = await run(short);
  say(failure(short, violations.length > 0 ? violations : outcome.violations, again));
}

/** What was lost once must not be lost again, whatever later seeds draw. */
async function relive(): Promise<boolean> {
  let sound = true;
  // Once is enough, and a server's seeds are dear.
  for (const { name, script } of values.steps === undefined && store === "sqlite" ? found() : []) {
    const { violations } = await run(script);
    if (violations.length === 0) continue;
    say(failure(script, violations, `the history kept in found/${name}.json`));
    sound = false;
  }
  return sound;
}

/** Every `of`-th seed in order, until one fails or they are through. */
async function proveShare(share: number, of: number, { first, count }: Lot): Promise<Proved> {
  const totals = noTotals();
  let sound = true;
  for (let seed = first + share; seed < first + count && sound && spent() < budgetMs; seed += of) {
    const script = scriptOf(seed);
    const outcome = await run(script);
    addTo(totals, outcome);
    if (seeds === 1) say(`trace ${outcome.trace}`);
    if (seed % twiceEvery === 0 && (await run(script)).trace !== outcome.trace) {
      say(`seed ${seed} FAILS: run twice, it took two ways`);
      sound = false;
    }
    if (outcome.violations.length > 0) {
      await explain(script, outcome);
      sound = false;
    }
  }
  const before = reckoned;
  reckoned = cpuSeconds();
  return { sound, totals, cpuSeconds: reckoned - before };
}

/** The processor time of this process that lots have been told of; the first pays for how it began. */
let reckoned = 0;

/** Seeds that are recorded as one: what is lost when a run is broken off. */
const recordedAtOnce = 2_000;

async function prove(): Promise<boolean> {
  const free = values.record ? notOnRecord(store as StoreName, values.wide) : from;
  if (from < free) throw new Error(`seeds up to ${free - 1} are on record: --from ${free}`);
  const totals = noTotals();
  const upTo = from + seeds;
  const atOnce = values.record ? recordedAtOnce : seeds;
  const jobs = Math.min(Number(values.jobs ?? cores), Math.ceil(seeds / 10));
  const alone = jobs === 1 || values.steps !== undefined || values.trace;
  const pool = alone ? here : openPool(process.argv.slice(2), jobs);
  let cpu = 0;
  let sound = true;
  for (let first = from; first < upTo && sound && spent() < budgetMs; first += atOnce) {
    const proved = await proveLot(pool, { first, count: Math.min(atOnce, upTo - first) });
    addTo(totals, { stats: proved.totals }, proved.totals.seeds);
    cpu += proved.cpuSeconds;
    ({ sound } = proved);
  }
  pool.close();
  say(summary(totals, spent() / 1_000, cpu));
  const silent = sound ? neverSeen(totals) : [];
  for (const line of silent) say(line);
  return sound && silent.length === 0;
}

/** A pool of this process alone. */
const here: Pool = { prove: (lot) => proveShare(0, 1, lot), close() {} };

async function proveLot(pool: Pool, lot: Lot): Promise<Proved> {
  const over = watched();
  const start = spent();
  const proved = await pool.prove(lot);
  const { first, count } = lot;
  // A run that ran out of time knows not which seeds it left out; one that broke proves nothing.
  if (!values.record || proved.totals.seeds === 0 || (proved.sound && proved.totals.seeds < count)) return proved;
  const seconds = (spent() - start) / 1_000;
  recordProof(
    { ...proved, wide: values.wide, store: store as StoreName, seeds: [first, first + count - 1], seconds },
    over(),
  );
  await writeBenchmarks();
  say(`recorded ${count} seeds; to go on: --from ${first + count}`);
  return proved;
}

/** One of several processes that share the seeds: its parent puts together what they found. */
async function tellParent(share: string): Promise<boolean> {
  const [mine = 0, of = 1] = share.split("/").map(Number);
  await serve((lot) => proveShare(mine, of, lot));
  return true;
}

/** How many seeds it takes until somebody notices a planted bug; null when nobody does. */
async function hunt(mutant: Mutant): Promise<number | null> {
  for (let seed = from; seed < from + seeds; seed++) {
    const { violations } = await run(scriptOf(seed, values.wide || mutant.wide === true), mutant);
    if (violations.length === 0) continue;
    say(`caught after ${String(seed - from + 1).padStart(3)} seeds: ${mutant.name}`);
    say(`      ${violations[0]?.slice(0, 160)}`);
    return seed - from + 1;
  }
  say(`NOT CAUGHT in ${seeds} seeds: ${mutant.name}`);
  return null;
}

async function main(): Promise<boolean> {
  if (values.help) say(usage);
  if (values.help) return true;
  if (values.mutants) {
    const hunted = mutants.filter(({ wide = false }) => wide || !values.wide);
    let missed = 0;
    for (const mutant of hunted) if ((await hunt(mutant)) === null) missed++;
    say(`${hunted.length - missed} of ${hunted.length} planted bugs were caught, in ${(spent() / 1_000).toFixed(0)} s`);
    return missed === 0;
  }
  if (values.share !== undefined) return tellParent(values.share);
  if (values.mutant === undefined) return (await relive()) && (await prove());
  const planted = mutants.find(({ name }) => name === values.mutant);
  if (planted === undefined)
    throw new Error(`there is no mutant "${values.mutant}": ${mutants.map(({ name }) => name).join(", ")}`);
  // A planted bug must make the run fail, as any bug would.
  return (await hunt(planted)) === null;
}

process.exitCode = (await main()) ? 0 : 1;
await ground.close();
