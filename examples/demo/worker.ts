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
  const result = await product.customers.for(tenant).backfill({
    expected: Number(process.env.DEMO_EXPECTED),
    onProgress: (progress) => process.send?.({ progress }),
  });
  process.send?.({ result });
} else {
  process.send?.({ working: true });
  await product.hubspoke.worker().run(stop.signal);
}
await product.close();
process.disconnect?.();
