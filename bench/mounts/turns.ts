/** All contestants in turns, so that what the machine does besides falls on all of them. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Contestant, contestants, type Reading } from "./contestant.ts";
import { connections, createSender, type Sender } from "./sender.ts";

export interface Turn {
  readonly perSecond: number;
  readonly processorMicros: number;
  readonly took: readonly number[];
}

/** Everybody's turns, in the same order. */
export type Turns = Readonly<Record<Contestant, readonly Turn[]>>;

export interface Size {
  readonly events: number;
  /** Requests of one turn: about a quarter of a second. */
  readonly bodies: number;
}

const names = Object.keys(contestants) as Contestant[];
const FLAGS = ["--conditions=@hubspoke/source", "--no-warnings"];
const ROUNDS = 12;
const WARM_UP = 6;
/** Fresh processes and files: how well a program was compiled differs from one life of it to the next. */
const LIVES = 3;

interface Running {
  readonly child: ChildProcess;
  readonly sender: Sender;
  sent: number;
}

export async function turns(size: Size, folder: string): Promise<Turns> {
  const all = Object.fromEntries(names.map((name) => [name, [] as Turn[]])) as Record<Contestant, Turn[]>;
  for (let life = 0; life < LIVES; life++) {
    const own = mkdtempSync(join(folder, "life-"));
    const running = await Promise.all(names.map((name, i) => start(name, join(own, `${i}.db`))));
    try {
      for (const one of running) for (let i = 0; i < WARM_UP; i++) await turn(one, size);
      for (let round = 0; round < ROUNDS; round++) {
        for (let place = 0; place < names.length; place++) {
          const next = (round + place) % names.length;
          all[names[next] as Contestant].push(await turn(running[next] as Running, size));
        }
      }
    } finally {
      for (const { child, sender } of running) {
        sender.close();
        child.kill();
        await once(child, "exit");
      }
      rmSync(own, { recursive: true });
    }
  }
  return all;
}

async function start(name: Contestant, path: string): Promise<Running> {
  const child = fork(new URL("contestant.ts", import.meta.url), [name, path], { execArgv: FLAGS });
  const [port] = (await once(child, "message")) as [number];
  return { child, sender: await createSender(port), sent: 0 };
}

async function turn(running: Running, { events, bodies }: Size): Promise<Turn> {
  const before = await read(running.child);
  const { seconds, requests, took } = await running.sender.send(bodies, events);
  const after = await read(running.child);
  running.sent += requests * events;
  if (after.stored !== running.sent) throw new Error(`${after.stored} events are stored of ${running.sent}`);
  return {
    perSecond: requests / seconds,
    processorMicros: (after.processorMicros - before.processorMicros) / requests,
    took: took.slice(Math.min(took.length, connections)),
  };
}

async function read(child: ChildProcess): Promise<Reading> {
  child.send("read");
  const [reading] = (await once(child, "message")) as [Reading];
  return reading;
}
