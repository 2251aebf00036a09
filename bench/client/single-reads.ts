/** Single reads: everybody in turn, slice by slice, so that what the machine does besides falls on all alike. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type Comparison, type Row, repeated } from "../lib/report.ts";
import type { Slice, Speed } from "./contestant.ts";
import { contestants } from "./contestants.ts";

/** Many short turns: a machine that is busy with something else is so for the contestants of one turn alike. */
const ROUNDS = 41;
const WARM_UP_MS = 2_500;
const SLICE_MS = 200;
const FLAGS = ["--conditions=@hubspoke/source", "--no-warnings"];

const names = Object.keys(contestants);
/** Without `fetch`, which is not what it does by itself. */
const tuned = "api-client, node:http agent";
type Rounds = Readonly<Record<string, readonly Speed[]>>;

export async function singleReads(): Promise<{ readonly rows: Row[]; readonly comparisons: Comparison[] }> {
  const server = fork(new URL("server.ts", import.meta.url), { execArgv: FLAGS });
  const [port] = (await once(server, "message")) as [number];
  const processes = new Map<string, ChildProcess>();
  for (const name of names) {
    const child = fork(new URL("contestant.ts", import.meta.url), [name, `http://127.0.0.1:${port}`], {
      execArgv: FLAGS,
    });
    await once(child, "message");
    processes.set(name, child);
  }
  const slice = async (name: string, order: Slice): Promise<Speed> => {
    const child = processes.get(name);
    child?.send(order);
    const [speed] = (await once(child as ChildProcess, "message")) as [Speed];
    return speed;
  };
  const rounds = async (concurrency: number): Promise<Rounds> => {
    for (const name of names) await slice(name, { concurrency, milliseconds: WARM_UP_MS });
    const all: Record<string, Speed[]> = Object.fromEntries(names.map((name) => [name, []]));
    for (let round = 0; round < ROUNDS; round++) {
      // Nobody is always first, or always behind the same one.
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        all[name]?.push(await slice(name, { concurrency, milliseconds: SLICE_MS }));
      }
    }
    return all;
  };
  try {
    const one = await rounds(1);
    const ten = await rounds(10);
    return {
      rows: [...rowsOf(one, "1 at a time"), ...rowsOf(ten, "10 at a time")],
      comparisons: [...picturesOf(one, "1 at a time"), ...picturesOf(ten, "10 at a time")],
    };
  } finally {
    for (const child of processes.values()) child.kill();
    server.kill();
  }
}

function rowsOf(rounds: Rounds, how: string): Row[] {
  const ratio = (other: string, of: (speed: Speed) => number): Pick<Row, "value" | "spread"> =>
    repeated((rounds.hubspoke ?? []).map((ours, i) => of(ours) / of((rounds[other] ?? [])[i] as Speed)));
  const perSecond = (speed: Speed): number => speed.perSecond;
  const micros = (speed: Speed): number => speed.processorMicros;
  return [
    ...names.flatMap((name): Row[] => [
      { what: `single reads, ${how}: ${name}`, ...repeated((rounds[name] ?? []).map(perSecond)), unit: "reads/s" },
      { what: `processor time of one, ${how}: ${name}`, ...repeated((rounds[name] ?? []).map(micros)), unit: "µs" },
    ]),
    { what: `${how}: reads/s of hubspoke / api-client`, ...ratio("api-client", perSecond), unit: "×", bar: ">= 3" },
    {
      what: `${how}: processor time of hubspoke / api-client`,
      ...ratio("api-client", micros),
      unit: "×",
      bar: "<= 0.5",
    },
    { what: `${how}: reads/s of hubspoke / ${tuned}`, ...ratio(tuned, perSecond), unit: "×" },
    { what: `${how}: processor time of hubspoke / ${tuned}`, ...ratio(tuned, micros), unit: "×" },
    {
      what: `${how}: reads/s of hubspoke / raw undici.request`,
      ...ratio("undici", perSecond),
      unit: "×",
      bar: ">= 0.85",
    },
    { what: `${how}: processor time of hubspoke / raw undici.request`, ...ratio("undici", micros), unit: "×" },
  ];
}

function picturesOf(rounds: Rounds, how: string): Comparison[] {
  const picture = (what: string, unit: string, of: (speed: Speed) => number): Comparison => ({
    what,
    unit,
    bars: names.map((label) => {
      const { value, spread } = repeated((rounds[label] ?? []).map(of));
      return { label, value, ...(spread === undefined ? {} : { low: spread.low, high: spread.high }) };
    }),
  });
  return [
    picture(`Single reads, ${how}`, "reads/s", (speed) => speed.perSecond),
    picture(`Processor time of a single read, ${how}`, "µs", (speed) => speed.processorMicros),
  ];
}
