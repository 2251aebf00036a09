import { isHubspokeError } from "@hubspoke/core/errors";

/** A product that was started. */
export interface Running {
  close(): Promise<void>;
}

/**
 * Starts a product, says what it has to say, and closes it at Ctrl+C or SIGTERM: what is under way is put away first, and
 * the process ends with 0. A second Ctrl+C ends it at once. What the settings lack is one line, and the process ends with 1.
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
    if (!isHubspokeError(error, "CONFIG_INVALID")) throw error;
    console.error(error.message);
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
