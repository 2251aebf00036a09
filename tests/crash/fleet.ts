import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Trap } from "./trap.ts";
import type { WorkerPlan } from "./worker.ts";

const program = fileURLToPath(new URL("./worker.ts", import.meta.url));

export interface Rest {
  readonly waiting: number;
  readonly intents: number;
  readonly quarantined: number;
}

/** One worker process. It never ends by itself. */
export interface Worker {
  readonly url: string;
  /** `kill -9`: no handler runs, nothing is flushed. Resolves when the system has reaped it. */
  kill(): Promise<void>;
  /** Lets it kill itself over a call; resolves when it did, or after `ms` when it never made that call. */
  dieOver(trap: Trap, ms: number): Promise<void>;
  ask(what: "backfill" | "rest"): Promise<Rest>;
  readonly alive: boolean;
}

export async function start(plan: WorkerPlan): Promise<Worker> {
  const child: ChildProcess = fork(program, [JSON.stringify(plan)], {
    execArgv: ["--conditions=@hubspoke/source", "--disable-warning=ExperimentalWarning"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const gone = once(child, "exit");
  const [ready] = (await Promise.race([once(child, "message"), gone.then(died)])) as [{ readonly port: number }];
  let alive = true;
  return {
    url: `http://127.0.0.1:${ready.port}/hubspot/webhooks`,
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
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, ms))]);
    },
    async ask(what) {
      child.send(what);
      const [answer] = (await Promise.race([once(child, "message"), gone.then(died)])) as [Rest];
      return answer;
    },
  };
}

function died(): never {
  throw new Error("a worker died that nobody had killed");
}
