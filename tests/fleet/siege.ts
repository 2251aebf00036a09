import { doubled } from "../crash/judge.ts";
import type { Chance } from "../simulation/base/random.ts";
import { Crowd } from "./crowd.ts";
import { deadLetters, keptOutside } from "./kept.ts";
import { tenant } from "./plan.ts";
import { startWorker } from "./process.ts";
import { type Servers, type World, world } from "./world.ts";

export interface SiegeResult {
  readonly found: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

type Death = "at any moment" | "over a write" | "over a call";

export const processes = 4;
const people = 12;
/** What a process does to Postgres, to Redis and to the product's rows, in the order of a write. */
const calls = [
  "storage.inbox.complete",
  "storage.leases.acquire",
  "storage.rateBudgets.take",
  "storage.intents.store",
  "storage.intents.markSent",
  "local.write",
  "local.write",
  "storage.links.put",
  "storage.intents.clear",
  "storage.work.complete",
  "storage.outbox.complete",
];
/** Short, so that what the dead held is soon free: calls take milliseconds here. */
const leaseMs = 4_000;
/** How long a death may be waited for. */
const dyingMs = 3_000;
/** Real time that everything accepted may take to arrive after the last kill: leases and runs have to lapse. */
const patienceMs = 90_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Four processes over one Postgres and one Redis, a HubSpot that outlives them, users on both sides, and `kill -9`: at a
 * random moment, when a write reaches HubSpot, or over one of the calls a write is made of.
 */
export async function siege(servers: Servers, random: Chance, kills: number): Promise<SiegeResult> {
  const there = await world(servers, { latency: { min: 5, max: 60 } }, { leaseMs });
  try {
    const crowd = new Crowd(there, random);
    const sent = new Map<string, number>();
    const assault = assaults(there, crowd, random, sent);
    for (let i = 0; i < people; i++) await crowd.create(i % 2 === 0 ? "hubspot" : "local");
    await there.front.sync.backfill();
    await there.front.pulse.start();
    await there.grow(processes);
    for (let i = 0; i < kills; i++) await assault.next();
    const broken = await assault.over();
    const left = await settled(there, crowd);
    return await judged(there, crowd, { sent, kills, deaths: assault.deaths, found: [...broken, ...left] });
  } finally {
    await there.end();
  }
}

interface Assaults {
  readonly deaths: Readonly<Record<Death, number>>;
  /** Something happens and somebody dies over it. The next does not wait until the place is taken again. */
  next(): Promise<void>;
  /** Waits for those who take the places; answers what went wrong with them. */
  over(): Promise<readonly string[]>;
}

function assaults(there: World, crowd: Crowd, random: Chance, sent: Map<string, number>): Assaults {
  const { workers } = there;
  const deaths: Record<Death, number> = { "at any moment": 0, "over a write": 0, "over a call": 0 };
  const replacing: Promise<void>[] = [];
  const broken: string[] = [];
  let wake: (() => void) | null = null;
  there.onWrite = ({ inputs }) => {
    for (const { properties } of inputs) {
      const last = properties.lastname;
      if (last !== undefined) sent.set(last, (sent.get(last) ?? 0) + 1);
    }
    wake?.();
  };
  return {
    deaths,
    async next() {
      const victim = random.pick(workers.filter(({ alive }) => alive));
      const how = random.pick<Death>(["at any moment", "over a write", "over a call", "over a call"]);
      const written = new Promise<true>((resolve) => {
        wake = () => resolve(true);
      });
      const late = pause(dyingMs).then(() => false);
      const dying = {
        "at any moment": () => pause(random.int(600)).then(() => true),
        "over a write": () => Promise.race([written, late]),
        "over a call": () => victim.dieOver({ call: random.pick(calls), afterEffect: random.happens(0.8) }, dyingMs),
      }[how]();
      await crowd.act();
      deaths[(await dying) ? how : "at any moment"]++;
      wake = null;
      await victim.kill();
      workers.splice(workers.indexOf(victim), 1);
      const start = startWorker(there.plan);
      replacing.push(
        start.then(
          (one) => void workers.push(one),
          (error: unknown) => void broken.push(String(error)),
        ),
      );
      while (workers.length === 0 && broken.length === 0) await pause(50);
    },
    async over() {
      await Promise.all(replacing);
      return broken;
    },
  };
}

/**
 * Waits until nothing is left to be done; answers what is, when patience ends. Jobs and events are leased for minutes:
 * once the living have had time for theirs, the test takes the place of those.
 */
async function settled(there: World, crowd: Crowd): Promise<readonly string[]> {
  const { front } = there;
  const until = performance.now() + patienceMs;
  let outwaited = false;
  for (;;) {
    const { waiting, quarantined } = await front.sync.status();
    const intents = await front.storage.intents.open(tenant, "leads", Number.MAX_SAFE_INTEGER, 1);
    const left = [
      ...(waiting.records > 0 ? [`${waiting.records} records stay dirty`] : []),
      ...(intents.length > 0 ? ["an intent stays open"] : []),
      ...(quarantined > 0 ? [`${quarantined} records are quarantined`] : []),
      ...(await crowd.missing()),
    ];
    if (left.length === 0 || performance.now() > until) return left;
    if (!outwaited && performance.now() > until - patienceMs / 2) {
      outwaited = true;
      await there.outwaitTheDead();
    }
    await pause(250);
  }
}

interface Course {
  readonly found: readonly string[];
  readonly sent: ReadonlyMap<string, number>;
  readonly kills: number;
  readonly deaths: Assaults["deaths"];
}

async function judged(there: World, crowd: Crowd, { found, sent, kills, deaths }: Course): Promise<SiegeResult> {
  const { front, simulator, plan } = there;
  const { people, notes, words } = crowd;
  const kept = await keptOutside(there);
  const canaries = ["Canary", "canary", "x.example", plan.token, plan.secret, "11".repeat(32)];
  const passes = [await front.sync.reconcile(), await front.sync.reconcile()];
  const noted = crowd.noted();
  const beats = await front.crm.beats();
  const repeated = beats.length - new Set(beats).size;
  const { rateLimited, calls } = simulator.stats();
  const { contacts } = simulator.portal();
  const [leads, written] = [await front.crm.rows(), await front.crm.written()];
  return {
    found: [
      ...found,
      ...doubled({ people, leads, contacts, sent, written }),
      ...notes.filter((one) => noted.filter((text) => text.includes(one)).length > 1).map((one) => `${one}: two notes`),
      // A process that dies between a run and its note of it leaves the run to another, with the same time.
      ...(repeated > kills ? [`${repeated} runs of the schedule were doubled`] : []),
      ...(beats.length > 0 ? [] : ["the schedule never ran"]),
      ...(passes.some(({ equal }) => equal) ? [] : ["a reconciliation still finds something to repair"]),
      ...(rateLimited > 0 ? [`${rateLimited} calls were refused with 429`] : []),
      ...canaries.filter((canary) => kept.includes(canary)).map((canary) => `outside the tables: ${canary}`),
      ...["sync:apply", `${plan.redisPrefix}{`].flatMap((one) => (kept.includes(one) ? [] : [`no ${one} to look at`])),
      ...(await deadLetters(there)).map((letter) => `a dead letter: ${letter}`),
    ],
    counts: {
      kills,
      ...deaths,
      people: people.length,
      edits: words,
      notes: notes.length,
      "runs of the schedule": beats.length,
      "calls to HubSpot": calls,
      "rows and keys looked at": kept.split("\n").length,
    },
  };
}
