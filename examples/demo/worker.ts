import { isHubspokeError } from "@hubspoke/core";
import type { PassResult } from "@hubspoke/core/sync";
import { openProduct, type Setup, tenant } from "./lib/product.ts";

/**
 * The worker process: `backfill` runs one pass and reports progress to its parent, `work` serves webhooks and changes
 * until it is told to stop. Killing it at any moment loses nothing: that is what the demo does.
 */
const setup = JSON.parse(process.env.DEMO_SETUP ?? "{}") as Setup;
const product = openProduct(setup);
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
process.once("disconnect", () => stop.abort());

if (process.argv[2] === "backfill") {
  process.send?.({ result: await backfill() });
} else {
  process.send?.({ working: true });
  await product.hubspoke.worker().run(stop.signal);
}
await product.close();
process.disconnect?.();

/**
 * The demo's leases are short, so that the work of a killed process is soon free. On a busy machine one can run out under
 * a worker that lives: that pass ends and writes nothing more, and the next goes on from its checkpoint.
 */
async function backfill(left = 10): Promise<PassResult> {
  try {
    return await product.customers.for(tenant).backfill({
      expected: Number(process.env.DEMO_EXPECTED),
      onProgress: (progress) => process.send?.({ progress }),
    });
  } catch (error) {
    if (left === 0 || !isHubspokeError(error, "LEASE_LOST")) throw error;
    return backfill(left - 1);
  }
}
