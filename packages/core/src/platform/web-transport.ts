import type { Transport } from "../ports/transport.ts";
import { fetchTransport } from "./fetch-transport.ts";

export interface TransportOptions {
  /** Added to the time for headers: Fetch does not tell connecting from waiting. */
  readonly connectMs?: number;
  /** Has no effect here: the runtime owns the sockets. */
  readonly connections?: number;
}

/** HTTP over the runtime's Fetch: Workers, Deno, Bun, browsers. Redirects are not followed, nothing is retried here. */
export function defaultTransport(options: TransportOptions = {}): Transport {
  return fetchTransport((url, init) => fetch(url, init), options);
}
