import type { ChildProcess } from "node:child_process";

const running = new Set<ChildProcess>();

/** Remembers a child process until it is gone. */
export function tracked(child: ChildProcess): ChildProcess {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** Ends the demo and everything it started when it is told to stop: nothing keeps running, no folder stays behind. */
export function stopOnSignals(): void {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      for (const child of running) child.kill("SIGKILL");
      process.exit(status);
    });
  }
}
