import type { Dispatcher } from "undici";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Transport, TransportResponse } from "../ports/transport.ts";
import { abortedBeforeSend, transportFailure } from "./transport-failure.ts";

export interface TransportOptions {
  /** Connect timeout. On Node it belongs to the pool, not to a request. */
  readonly connectMs?: number;
  /** Sockets per host. A window of 190 calls needs few: at 120 ms an answer, three carry 19 calls a second. */
  readonly connections?: number;
  /** A proxy to go through, `http://user:password@proxy.example:3128`. It sees where calls go, not what is in them. */
  readonly proxy?: string;
}

/**
 * HTTP over an undici pool: 4 to 6 times the requests of `fetch` at a third of its CPU
 * (reliability-and-performance §4.1). Redirects are not followed, nothing is retried here. undici is loaded by the first
 * request: it takes longer to load than everything of ours together. Errors: CONFIG_INVALID for a proxy that is no address.
 */
export function defaultTransport(options: TransportOptions = {}): Transport {
  const { proxy } = options;
  if (proxy !== undefined && !(URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) {
    throw new HubspokeError("CONFIG_INVALID", "CONFIG_INVALID: proxy is an http or https address with a host and port");
  }
  let agent: Dispatcher | null = null;
  let loading: Promise<Dispatcher> | null = null;
  let closed = false;
  const load = async (): Promise<Dispatcher> => {
    const { Agent, ProxyAgent } = await import("undici");
    const timeout = options.connectMs ?? 5_000;
    const pool = { connections: options.connections ?? 32, pipelining: 1, connect: { timeout } };
    const made = proxy === undefined ? new Agent(pool) : new ProxyAgent({ ...pool, uri: proxy, proxyTunnel: true });
    if (closed) await made.destroy();
    agent = made;
    return made;
  };
  return {
    async send(request) {
      if (request.signal?.aborted === true) throw abortedBeforeSend();
      try {
        if (agent === null) {
          loading ??= load();
          agent = await loading;
        }
        const { url } = request;
        // The address was made of a checked base: taking it apart again by `new URL` costs a tenth of the whole call.
        const slash = url.indexOf("/", url.indexOf("//") + 2);
        const response = await agent.request({
          origin: slash < 0 ? url : url.slice(0, slash),
          path: slash < 0 ? "/" : url.slice(slash),
          method: request.method,
          headers: request.headers,
          headersTimeout: request.timeouts.headersMs,
          bodyTimeout: request.timeouts.bodyMs,
          // The runtime's FormData is another class than undici's, and accepted like it.
          body: (request.body ?? null) as NonNullable<Dispatcher.DispatchOptions["body"]> | null,
          signal: request.signal ?? null,
        });
        const text = await response.body.text();
        return { status: response.statusCode, headers: flat(response.headers), text };
      } catch (error) {
        throw transportFailure(error, request.signal);
      }
    },
    async close() {
      closed = true;
      if (loading !== null) await (await loading).destroy();
    },
  };
}

function flat(headers: Record<string, string | string[] | undefined>): TransportResponse["headers"] {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) out[name] = typeof value === "string" ? value : value.join(", ");
  }
  return out;
}
