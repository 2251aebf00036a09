import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";

/** The error as one of ours. Anything else is a bug of ours or of an adapter: its text may hold personal data and stays unsafe. */
export function asHubspokeError(error: unknown): HubspokeError {
  if (isHubspokeError(error)) return error;
  return new HubspokeError(
    "INTERNAL",
    "a look-up met an unexpected error; it is a bug of Hubspoke or of an adapter, please report it",
    {
      unsafe: error,
    },
  );
}

/** Rejects with `ABORTED` when `signal` fires first. The work itself goes on: others may wait for it too. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(new HubspokeError("ABORTED", "the look-up was abandoned by its caller's signal"));
  });
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
