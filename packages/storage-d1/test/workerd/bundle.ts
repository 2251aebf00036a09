import { fileURLToPath } from "node:url";
import { bundleWorker } from "../../../../scripts/bundle-worker.ts";

/** The runtime's behaviour of a day; no flag beside it, so `nodejs_compat` hides nothing. */
export const compatibilityDate = "2026-07-01";

/** A Worker of these tests as its deployment would bundle it, from source. */
export const bundle = (entry: string): Promise<string> =>
  bundleWorker(fileURLToPath(new URL(entry, import.meta.url)), "source");
