import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Transport } from "../ports/transport.ts";
import { fetchTransport } from "./fetch-transport.ts";

export interface TransportOptions {
  /** Added to the time for headers: Fetch does not tell connecting from waiting. */
  readonly connectMs?: number;
  /** Has no effect here: the runtime owns the sockets. */
  readonly connections?: number;
  /** Refused here: the runtime owns the connections. Pass `transport: fetchTransport(fetch)` with a `fetch` that uses one. */
  readonly proxy?: string;
}

/** HTTP over the runtime's Fetch: Workers, Deno, Bun, browsers. Redirects are not followed, nothing is retried here. */
export function defaultTransport(options: TransportOptions = {}): Transport {
  if (options.proxy !== undefined) {
    throw new HubspokeError(
      "CONFIG_INVALID",
      "CONFIG_INVALID: this runtime cannot be told a proxy; pass transport: fetchTransport(fetch) with a fetch that uses one",
    );
  }
  return fetchTransport((url, init) => fetch(url, init), options);
}
