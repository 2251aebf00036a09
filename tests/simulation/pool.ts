import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { addTo, noTotals, type Totals } from "./judge/report.ts";

const program = fileURLToPath(new URL("./run.ts", import.meta.url));

/** What came of a share of the seeds. */
export interface Proved {
  readonly sound: boolean;
  readonly totals: Totals;
  readonly cpuSeconds: number;
}

export const cores: number = availableParallelism();

/** Seeds that are proved together. */
export interface Lot {
  readonly first: number;
  readonly count: number;
}

export interface Pool {
  prove(lot: Lot): Promise<Proved>;
  close(): void;
}

/**
 * Processes that share the seeds of lot after lot: a seed knows nothing of any other, so a core more is as many seeds
 * more. They stay from one lot to the next, for a process is at its slowest in its first few hundred. When one share
 * fails the others are called off.
 */
export function openPool(args: readonly string[], shares: number): Pool {
  const children = Array.from({ length: shares }, (_, share) => begin([...args, "--share", `${share}/${shares}`]));
  return {
    async prove(lot) {
      const callOff = (but: Child) => {
        for (const child of children) if (child !== but) child.process.kill();
      };
      const proved = await Promise.all(children.map((child) => shareOf(child, lot, callOff)));
      const totals = noTotals();
      for (const one of proved) if (one !== null) addTo(totals, { stats: one.totals }, one.totals.seeds);
      return {
        sound: proved.every((one) => one?.sound === true),
        totals,
        cpuSeconds: proved.reduce((sum, one) => sum + (one?.cpuSeconds ?? 0), 0),
      };
    },
    close() {
      for (const child of children) if (child.process.connected) child.process.disconnect();
    },
  };
}

interface Child {
  readonly process: ChildProcess;
  /** Settles when it serves, or has ended. What it is asked before is heard by nobody: workerd's driver listens, too. */
  readonly ready: Promise<unknown>;
}

function begin(args: readonly string[]): Child {
  const child = fork(program, args, { execArgv: process.execArgv, serialization: "advanced" });
  return { process: child, ready: Promise.race([once(child, "message"), once(child, "exit")]) };
}

/** Null for a share that was called off, or broke: its own words are on the screen by then. */
async function shareOf(child: Child, lot: Lot, failed: (child: Child) => void): Promise<Proved | null> {
  await child.ready;
  const answer = child.process.connected ? await answerOf(child.process, lot) : null;
  if (answer?.sound !== true) failed(child);
  return answer;
}

function answerOf(child: ChildProcess, lot: Lot): Promise<Proved | null> {
  return new Promise((resolve) => {
    const told = (proved: unknown) => {
      child.off("exit", ended);
      resolve(proved as Proved);
    };
    const ended = () => {
      child.off("message", told);
      resolve(null);
    };
    child.once("message", told);
    child.once("exit", ended);
    child.send(lot);
  });
}

/** The other end, in a process of a pool: answers every lot it is asked for, until nobody is left to ask. */
export function serve(prove: (lot: Lot) => Promise<Proved>): Promise<void> {
  return new Promise((resolve, reject) => {
    process.on("message", (lot: Lot) => {
      prove(lot).then((proved) => process.send?.(proved), reject);
    });
    process.once("disconnect", resolve);
    process.send?.("ready");
  });
}
