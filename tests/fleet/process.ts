import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Trap } from "../crash/trap.ts";
import type { FleetPlan } from "./plan.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));

export interface WorkerProcess {
  /** `kill -9`: no handler runs, nothing is flushed. Resolves when the system has reaped it. */
  kill(): Promise<void>;
  /** Lets it kill itself over a call; answers whether it did, false after `ms` when it never made that call. */
  dieOver(trap: Trap, ms: number): Promise<boolean>;
  readonly alive: boolean;
}

export async function startWorker(plan: FleetPlan): Promise<WorkerProcess> {
  const child: ChildProcess = fork(program, [JSON.stringify(plan)], {
    execArgv: ["--conditions=@hubspoke/source", "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const gone = once(child, "exit");
  await Promise.race([once(child, "message"), gone.then(died)]);
  let alive = true;
  return {
    get alive() {
      return alive;
    },
    async kill() {
      alive = false;
      child.kill("SIGKILL");
      const [, signal] = await gone;
      if (signal !== "SIGKILL") throw new Error(`the worker ended by itself: ${String(signal)}`);
    },
    async dieOver(trap, ms) {
      child.send(trap);
      const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), ms));
      return Promise.race([gone.then(() => true), late]);
    },
  };
}

function died(): never {
  throw new Error("a worker died that nobody had killed");
}
