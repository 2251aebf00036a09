import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PassResult, SyncProgress } from "@hubspoke/core/sync";
import { tracked } from "./children.ts";
import type { Setup } from "./product.ts";

type Message = { readonly progress: SyncProgress } | { readonly result: PassResult } | { readonly working: true };

const script = fileURLToPath(new URL("../worker.ts", import.meta.url));

function start(mode: "backfill" | "work", setup: Setup, expected: number): ChildProcess {
  return tracked(
    fork(script, [mode], {
      env: { ...process.env, DEMO_SETUP: JSON.stringify(setup), DEMO_EXPECTED: String(expected) },
    }),
  );
}

/**
 * Runs a backfill in a worker process. `watch` sees every progress report and answers whether to kill the process
 * there and then; a killed run answers null.
 */
export async function backfill(
  setup: Setup,
  expected: number,
  watch: (progress: SyncProgress) => "go on" | "kill",
): Promise<PassResult | null> {
  const child = start("backfill", setup, expected);
  let result: PassResult | null = null;
  child.on("message", (message: Message) => {
    if ("result" in message) result = message.result;
    else if ("progress" in message && watch(message.progress) === "kill") child.kill("SIGKILL");
  });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  if (signal === "SIGKILL") return null;
  if (code !== 0 || result === null) throw new Error(`the worker stopped with status ${code ?? signal}`);
  return result;
}

/** A worker that serves webhooks and local changes until `stop()`. */
export async function work(setup: Setup): Promise<{ stop(): Promise<void> }> {
  const child = start("work", setup, 0);
  await once(child, "message");
  return {
    async stop() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}
