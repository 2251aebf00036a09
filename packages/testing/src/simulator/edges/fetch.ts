import type { SimClock } from "../base/clock.ts";
import type { Outcome, WireRequest, WireResponse } from "../base/wire.ts";
import { connectionReset, silence, untilAborted } from "./outcomes.ts";
import { piecesOf } from "./pieces.ts";

type Handle = (request: WireRequest) => Promise<Outcome>;

/** Statuses whose Response may have no body. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** A `fetch` that never leaves the process. */
export function fetchThrough(
  handle: Handle,
  clock: SimClock,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const { request, signal } = await toWire(input, init);
    signal?.throwIfAborted();
    const outcome = await untilAborted(handle(request), signal);
    if (outcome.kind === "reset") throw connectionReset();
    if (outcome.kind === "hang") return silence(signal);
    const body = BODILESS.has(outcome.status) ? null : bodyOf(outcome, clock);
    return new Response(body, { status: outcome.status, headers: outcome.headers });
  };
}

async function toWire(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<{ request: WireRequest; signal: AbortSignal | undefined }> {
  // The common case, a URL and a text body, is worth not building a Request for.
  if (
    !(input instanceof Request) &&
    (init?.body === undefined || init.body === null || typeof init.body === "string")
  ) {
    const url = new URL(input);
    const body = typeof init?.body === "string" ? encoder.encode(init.body) : NO_BYTES;
    const headers = Object.fromEntries(new Headers(init?.headers));
    if (typeof init?.body === "string") headers["content-type"] ??= "text/plain;charset=UTF-8";
    const method = (init?.method ?? "GET").toUpperCase();
    return { request: wire(method, url, headers, body), signal: init?.signal ?? undefined };
  }
  const request = new Request(input, init);
  const body = new Uint8Array(await request.arrayBuffer());
  const headers = Object.fromEntries(request.headers);
  return { request: wire(request.method.toUpperCase(), new URL(request.url), headers, body), signal: request.signal };
}

const encoder = new TextEncoder();
const NO_BYTES = new Uint8Array(0);

function wire(method: string, url: URL, headers: Record<string, string>, body: Uint8Array): WireRequest {
  return { method, path: url.pathname, query: url.searchParams, headers, body };
}

/** A plain body, or one that comes slowly or not to its end. */
function bodyOf(
  response: WireResponse,
  clock: SimClock,
): string | ReadableStream<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer> {
  if (response.truncateAt === undefined && response.drip === undefined) return response.body;
  const pieces = piecesOf(response, clock);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (!done) controller.enqueue(value);
      else if (response.truncateAt === undefined) controller.close();
      else controller.error(new TypeError("terminated", { cause: new Error("other side closed") }));
    },
  });
}
