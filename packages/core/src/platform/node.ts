/** What the runtime gives on Node. `web.ts` exports the same names; `#platform` picks one by export condition. */

export { fetchTransport } from "./fetch-transport.ts";
export { cipher, randomBytes } from "./node-cipher.ts";
export { type FileFetcherOptions, fileFetcher } from "./node-file-fetcher.ts";
export { findOpenTelemetry } from "./node-telemetry.ts";
export { defaultTransport, type TransportOptions } from "./node-transport.ts";
export { systemClock, systemRandom } from "./system-clock.ts";

/** Whether work may go on after an answer was given without anybody waiting for it. */
export const outlivesRequests: boolean = true;
