import { text } from "node:stream/consumers";
import { HubspokeError } from "@hubspoke/core/errors";

/** What a command may touch of the world. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder relative paths are read against. */
  readonly cwd: string;
  /** Everything on stdin. Errors: INPUT_INVALID when that is a keyboard, where a secret would be seen. */
  readonly input: () => Promise<string>;
  /** The result. */
  readonly print: (text: string) => void;
  /** Everything else: progress, warnings, errors. */
  readonly complain: (text: string) => void;
  /** Whether `complain` goes to a terminal that redraws lines. */
  readonly isTerminal: boolean;
  /** Fires when the user asks the command to stop. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** For what does not go to HubSpot's API: webhooks on their way to a receiver. */
  readonly fetch: typeof fetch;
  /** Returns early when the user asks the command to stop. */
  readonly sleep: (ms: number) => Promise<void>;
}

function sleepUntil(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (signal.aborted) done();
    else signal.addEventListener("abort", done);
  });
}

export function nodeIo(): Io {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  return {
    env: process.env,
    cwd: process.cwd(),
    input: async () => {
      if (!process.stdin.isTTY) return text(process.stdin);
      throw new HubspokeError("INPUT_INVALID", "nothing is piped in: use `… < file`, or name a variable that holds it");
    },
    print: (said) => process.stdout.write(said),
    complain: (said) => process.stderr.write(said),
    isTerminal: process.stderr.isTTY === true,
    signal: stop.signal,
    now: Date.now,
    fetch,
    sleep: (ms) => sleepUntil(ms, stop.signal),
  };
}
