/** A request as every edge (fetch, server, MSW) hands it to the simulator. */
export interface WireRequest {
  readonly method: string;
  /** Without query, percent-encoding still in place. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface WireResponse {
  readonly kind: "response";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
  /** The connection breaks after so many bytes of the body. */
  readonly truncateAt?: number;
  /** The body comes in pieces of `bytes`, one each `everyMs`. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number };
}

/** What becomes of a request: an answer, a connection that breaks, or silence until the caller gives up. */
export type Outcome = WireResponse | { readonly kind: "reset" } | { readonly kind: "hang" };

const JSON_HEADERS = { "content-type": "application/json;charset=utf-8" };
const HTML_HEADERS = { "content-type": "text/html;charset=utf-8" };

export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): WireResponse {
  return writtenResponse(status, JSON.stringify(body), headers);
}

/** `json`: text. */
export function writtenResponse(status: number, json: string, headers: Record<string, string> = {}): WireResponse {
  return { kind: "response", status, headers: { ...JSON_HEADERS, ...headers }, body: json };
}

export function rawResponse(
  status: number,
  type: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): WireResponse {
  return { kind: "response", status, headers: { "content-type": type, ...headers }, body };
}

export function emptyResponse(status: number, headers: Record<string, string> = {}): WireResponse {
  return { kind: "response", status, headers, body: "" };
}

/** Unknown paths answer with a page, not with JSON (hubspot-facts §6). */
export function htmlResponse(status: number, title: string): WireResponse {
  const body = `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${status} ${title}</h1></body></html>`;
  return { kind: "response", status, headers: HTML_HEADERS, body };
}
