/** What the runtime gives on Workers, Deno, Bun and browsers. `node.ts` exports the same names. */

export { fetchTransport } from "./fetch-transport.ts";
export { systemClock, systemRandom } from "./system-clock.ts";
export { cipher, randomBytes } from "./web-cipher.ts";
export { defaultTransport, type TransportOptions } from "./web-transport.ts";

/** On Workers what nobody waits for is dropped with the invocation: `waitUntil` has to be passed in. */
export const outlivesRequests: boolean = false;
