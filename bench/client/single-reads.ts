/** Single reads by four programs in turns, so that what the machine does besides falls on all of them. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Comparison, type Row, repeated } from "../lib/report.ts";
import type { Slice, Speed } from "./contestant.ts";

/** Many short turns: a machine that is busy with something else is so for everybody's turn of a round. */
const ROUNDS = 16;
/** Fresh processes: how well a program was compiled differs from one life of it to the next. */
const LIVES = 3;
const WARM_UP_MS = 1_500;
const SLICE_MS = 200;
const FLAGS = ["--conditions=@hubspoke/source", "--no-warnings"];

const US = "hubspoke";
const API_CLIENT = "api-client";
/** Without `fetch`, which is not what it does by itself. */
const TUNED = "api-client, node:http agent";
const UNDICI = "undici";
const CONTESTANTS = [US, API_CLIENT, TUNED, UNDICI] as const;
type Contestant = (typeof CONTESTANTS)[number];

/** Everybody's speed in every round, in the same order. */
type Rounds = Readonly<Record<Contestant, Speed[]>>;

export async function singleReads(): Promise<{ readonly rows: Row[]; readonly comparisons: Comparison[] }> {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: FLAGS });
  try {
    const [port] = (await once(server, "message")) as [number];
    const rows: Row[] = [];
    const comparisons: Comparison[] = [];
    for (const concurrency of [1, 10]) {
      const how = `${concurrency} at a time`;
      const rounds = await lives(concurrency, `http://127.0.0.1:${port}`);
      rows.push(...rowsOf(rounds, how));
      comparisons.push(
        picture(rounds, `Single reads, ${how}`, "reads/s", perSecond),
        picture(rounds, `Processor time of a single read, ${how}`, "µs", micros),
      );
    }
    return { rows, comparisons };
  } finally {
    server.kill();
  }
}

async function lives(concurrency: number, url: string): Promise<Rounds> {
  const all = none();
  for (let life = 0; life < LIVES; life++) {
    const one = await turns(concurrency, url);
    for (const name of CONTESTANTS) all[name].push(...one[name]);
  }
  return all;
}

/** Each in a process of its own that rests while it is another's turn; nobody always begins. */
async function turns(concurrency: number, url: string): Promise<Rounds> {
  const programs: ChildProcess[] = [];
  const result = none();
  try {
    for (const name of CONTESTANTS) programs.push(await start(name, url));
    for (const one of programs) await run(one, { concurrency, milliseconds: WARM_UP_MS });
    for (let round = 0; round < ROUNDS; round++) {
      for (let turn = 0; turn < CONTESTANTS.length; turn++) {
        const next = (round + turn) % CONTESTANTS.length;
        const speed = await run(programs[next] as ChildProcess, { concurrency, milliseconds: SLICE_MS });
        result[CONTESTANTS[next] as Contestant].push(speed);
      }
    }
  } finally {
    for (const one of programs) one.kill();
  }
  return result;
}

function none(): Rounds {
  return { [US]: [], [API_CLIENT]: [], [TUNED]: [], [UNDICI]: [] };
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

function rowsOf(rounds: Rounds, how: string): Row[] {
  const ratio = (one: Contestant, other: Contestant, of: (speed: Speed) => number): Pick<Row, "value" | "spread"> =>
    repeated(rounds[one].map((speed, i) => of(speed) / of(rounds[other][i] as Speed)));
  return [
    ...CONTESTANTS.flatMap((name): Row[] => [
      { what: `single reads, ${how}: ${name}`, ...repeated(rounds[name].map(perSecond)), unit: "reads/s" },
      { what: `processor time of one, ${how}: ${name}`, ...repeated(rounds[name].map(micros)), unit: "µs" },
    ]),
    {
      what: `${how}: reads/s of hubspoke / api-client`,
      ...ratio(US, API_CLIENT, perSecond),
      unit: "×",
      bar: ">= 3",
    },
    // How far any client could get on this machine: raw undici only waits for the server.
    { what: `${how}: reads/s of raw undici.request / api-client`, ...ratio(UNDICI, API_CLIENT, perSecond), unit: "×" },
    {
      what: `${how}: processor time of hubspoke / api-client`,
      ...ratio(US, API_CLIENT, micros),
      unit: "×",
      bar: "<= 0.5",
    },
    { what: `${how}: reads/s of hubspoke / ${TUNED}`, ...ratio(US, TUNED, perSecond), unit: "×" },
    { what: `${how}: processor time of hubspoke / ${TUNED}`, ...ratio(US, TUNED, micros), unit: "×" },
    {
      what: `${how}: reads/s of hubspoke / raw undici.request`,
      ...ratio(US, UNDICI, perSecond),
      unit: "×",
      bar: ">= 0.85",
    },
    { what: `${how}: processor time of hubspoke / raw undici.request`, ...ratio(US, UNDICI, micros), unit: "×" },
  ];
}

function picture(rounds: Rounds, what: string, unit: string, of: (speed: Speed) => number): Comparison {
  const bars = CONTESTANTS.map((name) => {
    const { value, spread } = repeated(rounds[name].map(of));
    return { label: name, value, ...(spread === undefined ? {} : { low: spread.low, high: spread.high }) };
  });
  return { what, unit, bars };
}
