/** Single reads: hubspoke against one rival after the other, in turns, so that what the machine does besides falls on both. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Comparison, type Row, repeated } from "../lib/report.ts";
import type { Slice, Speed } from "./contestant.ts";

/** Many short turns: a machine that is busy with something else is so for both of a turn. */
const ROUNDS = 15;
/** Fresh processes: how well a program was compiled differs from one life of it to the next. */
const LIVES = 3;
const WARM_UP_MS = 1_500;
const SLICE_MS = 200;
const FLAGS = ["--conditions=@hubspoke/source", "--no-warnings"];

const US = "hubspoke";
/** Without `fetch`, which is not what it does by itself. */
const TUNED = "api-client, node:http agent";
const RIVALS = ["api-client", TUNED, "undici"] as const;
type Rival = (typeof RIVALS)[number];

/** Of each turn, both. */
interface Duel {
  readonly ours: Speed[];
  readonly theirs: Speed[];
}

export async function singleReads(): Promise<{ readonly rows: Row[]; readonly comparisons: Comparison[] }> {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: FLAGS });
  try {
    const [port] = (await once(server, "message")) as [number];
    const rows: Row[] = [];
    const comparisons: Comparison[] = [];
    for (const concurrency of [1, 10]) {
      const how = `${concurrency} at a time`;
      const duels = new Map<Rival, Duel>();
      for (const rival of RIVALS) duels.set(rival, await duel(rival, concurrency, `http://127.0.0.1:${port}`));
      rows.push(...rowsOf(duels, how));
      comparisons.push(
        picture(duels, `Single reads, ${how}`, "reads/s", perSecond),
        picture(duels, `Processor time of a single read, ${how}`, "µs", micros),
      );
    }
    return { rows, comparisons };
  } finally {
    server.kill();
  }
}

async function duel(rival: Rival, concurrency: number, url: string): Promise<Duel> {
  const duels: Duel[] = [];
  for (let life = 0; life < LIVES; life++) duels.push(await turns(rival, concurrency, url));
  return { ours: duels.flatMap(({ ours }) => ours), theirs: duels.flatMap(({ theirs }) => theirs) };
}

/** Each in a process of its own that rests while it is the other's turn; nobody always begins. */
async function turns(rival: Rival, concurrency: number, url: string): Promise<Duel> {
  const [us, them] = [await start(US, url), await start(rival, url)];
  const result: Duel = { ours: [], theirs: [] };
  try {
    for (const one of [us, them]) await run(one, { concurrency, milliseconds: WARM_UP_MS });
    const slice = { concurrency, milliseconds: SLICE_MS };
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 2 === 0) result.ours.push(await run(us, slice));
      result.theirs.push(await run(them, slice));
      if (round % 2 === 1) result.ours.push(await run(us, slice));
    }
  } finally {
    us.kill();
    them.kill();
  }
  return result;
}

async function start(name: string, url: string): Promise<ChildProcess> {
  const child = fork(new URL("contestant.ts", import.meta.url), [name, url], { execArgv: FLAGS });
  await once(child, "message");
  return child;
}

async function run(child: ChildProcess, slice: Slice): Promise<Speed> {
  child.send(slice);
  const [speed] = (await once(child, "message")) as [Speed];
  return speed;
}

function perSecond(speed: Speed): number {
  return speed.perSecond;
}

function micros(speed: Speed): number {
  return speed.processorMicros;
}

function rowsOf(duels: ReadonlyMap<Rival, Duel>, how: string): Row[] {
  const ratio = (rival: Rival, of: (speed: Speed) => number): Pick<Row, "value" | "spread"> => {
    const { ours, theirs } = duels.get(rival) as Duel;
    return repeated(ours.map((speed, i) => of(speed) / of(theirs[i] as Speed)));
  };
  const median = (rival: Rival): number => repeated((duels.get(rival) as Duel).theirs.map(perSecond)).value;
  return [
    ...[...speeds(duels)].flatMap(([name, all]): Row[] => [
      { what: `single reads, ${how}: ${name}`, ...repeated(all.map(perSecond)), unit: "reads/s" },
      { what: `processor time of one, ${how}: ${name}`, ...repeated(all.map(micros)), unit: "µs" },
    ]),
    { what: `${how}: reads/s of hubspoke / api-client`, ...ratio("api-client", perSecond), unit: "×", bar: ">= 3" },
    // Of two medians that were not taken in turns: how far any client could get on this machine.
    {
      what: `${how}: reads/s of raw undici.request / api-client`,
      value: median("undici") / median("api-client"),
      unit: "×",
    },
    {
      what: `${how}: processor time of hubspoke / api-client`,
      ...ratio("api-client", micros),
      unit: "×",
      bar: "<= 0.5",
    },
    { what: `${how}: reads/s of hubspoke / ${TUNED}`, ...ratio(TUNED, perSecond), unit: "×" },
    { what: `${how}: processor time of hubspoke / ${TUNED}`, ...ratio(TUNED, micros), unit: "×" },
    {
      what: `${how}: reads/s of hubspoke / raw undici.request`,
      ...ratio("undici", perSecond),
      unit: "×",
      bar: ">= 0.85",
    },
    { what: `${how}: processor time of hubspoke / raw undici.request`, ...ratio("undici", micros), unit: "×" },
  ];
}

/** Everybody's turns; ours against undici, which takes the least from the machine. */
function speeds(duels: ReadonlyMap<Rival, Duel>): ReadonlyMap<string, readonly Speed[]> {
  const ours = duels.get("undici")?.ours ?? [];
  return new Map<string, readonly Speed[]>([
    [US, ours],
    ...RIVALS.map((rival) => [rival, duels.get(rival)?.theirs ?? []] as const),
  ]);
}

function picture(
  duels: ReadonlyMap<Rival, Duel>,
  what: string,
  unit: string,
  of: (speed: Speed) => number,
): Comparison {
  const bars = [...speeds(duels)].map(([label, all]) => {
    const { value, spread } = repeated(all.map(of));
    return { label, value, ...(spread === undefined ? {} : { low: spread.low, high: spread.high }) };
  });
  return { what, unit, bars };
}
