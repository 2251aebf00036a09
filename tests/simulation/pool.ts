import { type ChildProcess, fork } from "node:child_process";
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

/**
 * Shares of the seeds in processes of their own: a seed knows nothing of any other, so a core more is as many seeds
 * more. When one share fails the others are called off.
 */
export async function inShares(args: readonly string[], shares: number): Promise<Proved> {
  const children: ChildProcess[] = [];
  const proved = await Promise.all(
    Array.from({ length: shares }, (_, share) => {
      const child = fork(program, [...args, "--share", `${share}/${shares}`], {
        execArgv: process.execArgv,
        serialization: "advanced",
      });
      children.push(child);
      return resultOf(child, () => {
        for (const other of children) if (other !== child) other.kill();
      });
    }),
  );
  const totals = noTotals();
  for (const one of proved) if (one !== null) addTo(totals, { stats: one.totals }, one.totals.seeds);
  return {
    sound: proved.every((one) => one?.sound === true),
    totals,
    cpuSeconds: proved.reduce((sum, one) => sum + (one?.cpuSeconds ?? 0), 0),
  };
}

/** Null for a share that was called off, or broke: its own words are on the screen by then. */
function resultOf(child: ChildProcess, failed: () => void): Promise<Proved | null> {
  return new Promise((resolve) => {
    let result: Proved | null = null;
    child.on("message", (told) => {
      result = told as Proved;
    });
    child.once("exit", () => {
      if (result?.sound !== true) failed();
      resolve(result);
    });
  });
}
