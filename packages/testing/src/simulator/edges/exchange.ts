import type { SimClock } from "../base/clock.ts";
import type { Outcome, WireRequest, WireResponse } from "../base/wire.ts";
import { connectionReset, silence, untilAborted } from "./outcomes.ts";
import { piecesOf } from "./pieces.ts";

/** A request in plain values. Header names in any case. */
export interface PlainRequest {
  /** In capitals. */
  readonly method: string;
  /** Any host will do, the path decides. */
  readonly url: string;
  /** Default: none, which is 401 wherever a token is needed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Text. Default: none. */
  readonly body?: string;
  /** Ends the waiting, not the effect, as with a real server. */
  readonly signal?: AbortSignal;
}

/** An answer in plain values. */
export interface PlainResponse {
  /** HTTP status; where a fault leaves a request without an answer, `exchange` rejects instead. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, mostly JSON; empty for 204. */
  readonly text: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NO_BYTES = new Uint8Array(0);

/**
 * What `fetch` does, without a Request and a Response for each call: for tests that make very many. It rejects where
 * `fetch`, or reading its answer to the end, would.
 */
export function exchangeThrough(
  handle: (request: WireRequest) => Promise<Outcome>,
  clock: SimClock,
): (request: PlainRequest) => Promise<PlainResponse> {
  return async ({ method, url, headers = {}, body, signal }) => {
    signal?.throwIfAborted();
    const { pathname, searchParams } = new URL(url);
    const given = lowerCased(headers);
    if (body !== undefined) given["content-type"] ??= "text/plain;charset=UTF-8";
    const bytes = body === undefined ? NO_BYTES : encoder.encode(body);
    const request = { method: method.toUpperCase(), path: pathname, query: searchParams, headers: given, body: bytes };
    const outcome = await untilAborted(handle(request), signal);
    if (outcome.kind === "reset") throw connectionReset();
    if (outcome.kind === "hang") return silence(signal);
    const text = await untilAborted(textOf(outcome, clock), signal);
    return { status: outcome.status, headers: lowerCased(outcome.headers), text };
  };
}

async function textOf(response: WireResponse, clock: SimClock): Promise<string> {
  const { body, truncateAt, drip } = response;
  if (truncateAt === undefined && drip === undefined) return typeof body === "string" ? body : decoder.decode(body);
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(response, clock)) pieces.push(piece);
  if (truncateAt !== undefined) throw new TypeError("terminated", { cause: new Error("other side closed") });
  return new Blob(pieces as BlobPart[]).text();
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const name in headers) lower[name.toLowerCase()] = headers[name] as string;
  return lower;
}
