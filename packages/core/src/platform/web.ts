/** What the runtime gives on Workers, Deno, Bun and browsers. `node.ts` exports the same names. */

import type { OpenTelemetryApi } from "../ports/open-telemetry.ts";

export { fetchTransport } from "./fetch-transport.ts";
export { systemClock, systemRandom } from "./system-clock.ts";
export { cipher, randomBytes } from "./web-cipher.ts";
export { type FileFetcherOptions, fileFetcher } from "./web-file-fetcher.ts";
export { defaultTransport, type TransportOptions } from "./web-transport.ts";

/** Nothing is looked for here: a bundle holds what it was given. Pass `telemetry`, the module `@opentelemetry/api`. */
export async function findOpenTelemetry(): Promise<OpenTelemetryApi | null> {
  return null;
}

/** On Workers what nobody waits for is dropped with the invocation: `waitUntil` has to be passed in. */
export const outlivesRequests: boolean = false;

/** An invocation of a Worker may not wait for what another one does. */
export const nextTurn: (() => Promise<void>) | null = null;
