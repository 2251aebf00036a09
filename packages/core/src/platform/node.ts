/** What the runtime gives on Node. `web.ts` exports the same names; `#platform` picks one by export condition. */

export { fetchTransport } from "./fetch-transport.ts";
export { cipher, randomBytes } from "./node-cipher.ts";
export { type FileFetcherOptions, fileFetcher } from "./node-file-fetcher.ts";
export { findOpenTelemetry } from "./node-telemetry.ts";
export { defaultTransport, type TransportOptions } from "./node-transport.ts";
export { systemClock, systemRandom } from "./system-clock.ts";

/** Whether work may go on after an answer was given without anybody waiting for it. */
export const outlivesRequests: boolean = true;

/** Resolves when what had already arrived at this process has been read. Null where requests may not wait for each other. */
export const nextTurn: (() => Promise<void>) | null = () => new Promise((resolve) => setImmediate(resolve));
