import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Transport, TransportRequest, TransportResponse } from "../ports/transport.ts";

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is a text. */
  readonly body?: unknown;
}

export type Handler = (request: SeenRequest) => Reply | HubspokeError | Promise<Reply | HubspokeError>;

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly url: string;
  readonly signal: AbortSignal | undefined;
}

export interface FakeTransport extends Transport {
  readonly seen: SeenRequest[];
  readonly closed: () => boolean;
}

/** A transport that answers from a function. An error is what the transport rejects with. */
export function fakeTransport(handler: Handler): FakeTransport {
  const seen: SeenRequest[] = [];
  let closed = false;
  return {
    seen,
    closed: () => closed,
    async send(request) {
      const url = new URL(request.url);
      const one = {
        method: request.method,
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: typeof request.body === "string" ? (JSON.parse(request.body) as unknown) : request.body,
        url: request.url,
        signal: request.signal,
      };
      seen.push(one);
      return respond(await handler(one));
    },
    async close() {
      closed = true;
    },
  };
}

/** Failures as a transport reports them. */
export const broken: Readonly<Record<"reset" | "refused" | "timeout", () => HubspokeError>> = {
  reset: () => new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: reset", { details: { sent: true } }),
  refused: () => new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: refused", { details: { sent: false } }),
  timeout: () => new HubspokeError("TIMEOUT", "TIMEOUT: late", { details: { sent: true } }),
};

function respond(reply: Reply | HubspokeError): TransportResponse {
  if (reply instanceof HubspokeError) throw reply;
  const { status = 200, headers = {}, body } = reply;
  return { status, headers, text: body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body) };
}

export interface RollingLimits {
  readonly limit: number;
  readonly windowMs: number;
  /** Requests of other programs the server has seen by then, in `(now − windowMs, now]`. */
  readonly foreign?: (now: number) => number;
}

export interface LimitedServer {
  readonly transport: Transport;
  /** When each accepted request arrived. */
  readonly arrivals: readonly number[];
  readonly refused: () => number;
}

/** A server with HubSpot's rolling window, a network with jitter in front of it, and a count of what came through. */
export function limitedServer(
  clock: Clock,
  limits: RollingLimits,
  delays: () => readonly [there: number, back: number],
): LimitedServer {
  const arrivals: number[] = [];
  let first = 0;
  let refused = 0;
  const transport: Transport = {
    async send(_request: TransportRequest) {
      const [there, back] = delays();
      await clock.sleep(there);
      const now = clock.now();
      while (first < arrivals.length && (arrivals[first] as number) <= now - limits.windowMs) first++;
      const used = arrivals.length - first + (limits.foreign?.(now) ?? 0);
      const full = used >= limits.limit;
      if (full) refused++;
      else arrivals.push(now);
      await clock.sleep(back);
      const headers = {
        "x-hubspot-ratelimit-max": String(limits.limit),
        "x-hubspot-ratelimit-interval-milliseconds": String(limits.windowMs),
        "x-hubspot-ratelimit-remaining": String(Math.max(0, limits.limit - used - (full ? 0 : 1))),
      };
      return full
        ? { status: 429, headers, text: '{"status":"error","policyName":"TEN_SECONDLY_ROLLING"}' }
        : { status: 200, headers, text: "{}" };
    },
    async close() {},
  };
  return { transport, arrivals, refused: () => refused };
}
