import { type HubspokeError, isHubspokeError } from "@hubspoke/core/errors";

/** A product that was started. */
export interface Running {
  close(): Promise<void>;
}

/**
 * Starts a product, says what it has to say, and closes it at Ctrl+C or SIGTERM: what is under way is put away first, and
 * the process ends with 0. A second Ctrl+C ends it at once. What the settings lack, and a port that is taken, is one line, and
 * the process ends with 1.
 * `beside`: what goes on until then.
 */
export async function run<P extends Running>(
  start: () => Promise<P>,
  lines: (product: P) => Promise<readonly string[]>,
  beside?: (product: P, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  let product: P;
  try {
    product = await start();
  } catch (error) {
    console.error(isHubspokeError(error) ? named(error) : portTrouble(error));
    process.exitCode = 1;
    return;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // Miniflare has a handler of its own, which ends the process at once, with 130.
    process.removeAllListeners(signal);
    process.once(signal, () => stop.abort());
  }
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));
  for (const line of await lines(product)) console.log(line);
  console.log("stop with Ctrl+C");
  await beside?.(product, stop.signal);
  await stopped;
  await product.close();
}

/** Our errors say what to do; some begin with their code already. */
function named({ code, message }: HubspokeError): string {
  return message.startsWith(`${code}: `) ? message : `${code}: ${message}`;
}

/** The one thing that goes wrong at a second start. Throws whatever else it is. */
function portTrouble(error: unknown): string {
  const { code, port } = (error ?? {}) as { code?: unknown; port?: unknown };
  if (code === "EADDRINUSE") return `port ${port} is taken, perhaps by the same program: stop that one, or set PORT`;
  if (code === "ERR_SOCKET_BAD_PORT") return "PORT goes from 0 (any that is free) to 65535";
  throw error;
}
