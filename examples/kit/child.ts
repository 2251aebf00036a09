import { spawn } from "node:child_process";
import { once } from "node:events";

export interface Child {
  /** What it has said so far. */
  said(): string;
  /** Ctrl+C; the exit code and the signal it ended by. */
  stop(): Promise<readonly unknown[]>;
}

/** An example's `main.ts` in a process of its own, as a person starts it, once it has said how to stop it or has ended. */
export async function startedAlone(main: string, env: Readonly<Record<string, string>>): Promise<Child> {
  const child = spawn(process.execPath, ["--conditions=@hubspoke/source", main], {
    env: { PATH: process.env.PATH, PORT: "0", ...env },
    stdio: "pipe",
  });
  const ended = once(child, "exit");
  let said = "";
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (text) => {
        said += text;
        if (said.includes("stop with Ctrl+C")) resolve();
      });
    }
    void ended.then(() => resolve());
  });
  return {
    said: () => said,
    stop() {
      child.kill("SIGINT");
      return ended;
    },
  };
}
