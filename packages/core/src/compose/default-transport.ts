import { defaultTransport, type TransportOptions } from "#platform";
import type { Transport, TransportRequest } from "../ports/transport.ts";
import { defined } from "../util/defined.ts";

export interface HttpOptions {
  /** Milliseconds. Defaults: connect 5,000, headers 30,000, body 30,000. */
  readonly timeouts?: Partial<TransportRequest["timeouts"]> | undefined;
  /** Of the transport that is used when none is passed. */
  readonly http?: TransportOptions | undefined;
  readonly transport?: Transport | undefined;
}

/** The transport passed, or the runtime's own. Errors: CONFIG_INVALID. */
export function transportOf({ transport, http, timeouts }: HttpOptions): Transport {
  if (transport !== undefined) return transport;
  // A pool connects by itself, before it knows the request: its timeout is set once.
  const connectMs = timeouts?.connectMs;
  return defaultTransport({ ...(connectMs === undefined ? {} : { connectMs }), ...defined(http ?? {}) });
}
