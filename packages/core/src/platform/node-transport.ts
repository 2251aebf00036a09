import type { Dispatcher } from "undici";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";
import { Exchange } from "./node-exchange.ts";
import { abortedBeforeSend, transportFailure } from "./transport-failure.ts";

export interface TransportOptions {
  /** Connect timeout. On Node it belongs to the pool, not to a request. */
  readonly connectMs?: number;
  /** Sockets per host. A window of 190 calls needs few: at 120 ms an answer, three carry 19 calls a second. */
  readonly connections?: number;
  /**
   * A proxy to go through: `http://user:password@proxy.example:3128`, or `"environment"` for what HTTPS_PROXY, HTTP_PROXY
   * and NO_PROXY say. Absent: none, whatever the environment says. It sees where calls go, not what is in them.
   */
  readonly proxy?: string;
}

/**
 * HTTP over an undici pool: 4 to 6 times the requests of `fetch` at a third of its CPU
 * (reliability-and-performance §4.1). Redirects are not followed, nothing is retried here. undici is loaded by the first
 * request: it takes longer to load than everything of ours together. Errors: CONFIG_INVALID for a proxy that is no address.
 */
export function defaultTransport(options: TransportOptions = {}): Transport {
  const proxies = proxiesOf(options.proxy);
  let agent: Dispatcher | null = null;
  let loading: Promise<Dispatcher> | null = null;
  let closed = false;
  const load = async (): Promise<Dispatcher> => {
    const { Agent, EnvHttpProxyAgent } = await import("undici");
    const timeout = options.connectMs ?? 5_000;
    const pool = { connections: options.connections ?? 32, pipelining: 1, connect: { timeout } };
    const made = proxies === null ? new Agent(pool) : new EnvHttpProxyAgent({ ...pool, ...proxies, proxyTunnel: true });
    if (closed) await made.destroy();
    agent = made;
    return made;
  };
  const sendLater = async (request: TransportRequest): Promise<TransportResponse> => {
    try {
      loading ??= load();
      const { body } = request;
      const sent = body instanceof FormData ? await encoded(request, body) : request;
      return await exchange(await loading, sent);
    } catch (error) {
      throw isHubspokeError(error) ? error : transportFailure(error, request.signal);
    }
  };
  return {
    send(request) {
      if (request.signal?.aborted === true) return Promise.reject(abortedBeforeSend());
      return agent === null || request.body instanceof FormData ? sendLater(request) : exchange(agent, request);
    },
    async close() {
      closed = true;
      if (loading !== null) await (await loading).destroy();
    },
  };
}

/** Empty texts stand for none: what is left out would be read from the environment. */
interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

function proxiesOf(proxy: string | undefined): Proxies | null {
  if (proxy === undefined) return null;
  if (proxy !== "environment") {
    const address = checkedProxy("proxy", proxy);
    return { httpProxy: address, httpsProxy: address, noProxy: "" };
  }
  const { env } = process;
  const named = (name: string): string => {
    const value = env[name.toLowerCase()] ?? env[name];
    return value === undefined || value === "" ? "" : checkedProxy(name, value);
  };
  const httpProxy = named("HTTP_PROXY");
  const httpsProxy = named("HTTPS_PROXY");
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? "";
  return { httpProxy, httpsProxy: httpsProxy === "" ? httpProxy : httpsProxy, noProxy };
}

/** The address may hold a password: it appears in no message. */
function checkedProxy(name: string, value: string): string {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: ${name} is an http or https address with a host and port`);
}

function exchange(agent: Dispatcher, request: TransportRequest): Promise<TransportResponse> {
  const { method, url, headers, body, timeouts } = request;
  // The address was made of a checked base: taking it apart again by `new URL` costs a tenth of the whole call.
  const slash = url.indexOf("/", url.indexOf("//") + 2);
  const options = {
    origin: slash < 0 ? url : url.slice(0, slash),
    path: slash < 0 ? "/" : url.slice(slash),
    method,
    headers,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.bodyMs,
    body: (body ?? null) as string | Uint8Array | null,
  };
  return new Promise((done, failed) => {
    agent.dispatch(options, new Exchange(done, failed, request));
  });
}

/** The runtime's FormData is of another class than undici's, which refuses it: its bytes go instead. */
async function encoded(request: TransportRequest, form: FormData): Promise<TransportRequest> {
  const response = new Response(form);
  const type = response.headers.get("content-type") ?? "multipart/form-data";
  const body = new Uint8Array(await response.arrayBuffer());
  return { ...request, headers: { ...request.headers, "content-type": type }, body };
}
