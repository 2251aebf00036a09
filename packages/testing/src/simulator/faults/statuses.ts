import { emptyResponse, htmlResponse, jsonResponse, type WireResponse } from "../base/wire.ts";

interface Shape {
  readonly message: string;
  readonly category?: string;
  readonly headers?: Record<string, string>;
}

/** What HubSpot says with these statuses (hubspot-facts §6). */
const SHAPES: Readonly<Record<number, Shape>> = {
  401: { message: "Authentication credentials not found.", category: "INVALID_AUTHENTICATION" },
  403: { message: "This app hasn't been granted all required scopes.", category: "MISSING_SCOPES" },
  404: { message: "resource not found" },
  423: { message: "The resource is locked. Wait at least 2 seconds before the next request." },
  477: { message: "The account is being migrated.", headers: { "Retry-After": "60" } },
};

/** Cloudflare's own answers, which are pages. */
const EDGE: Readonly<Record<number, string>> = {
  521: "Web server is down",
  522: "Connection timed out",
  523: "Origin is unreachable",
  524: "A timeout occurred",
  525: "SSL handshake failed",
  526: "Invalid SSL certificate",
};

export interface WantedStatus {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** That status as HubSpot answers it, but for what is given. */
export function statusResponse({ status, body, headers }: WantedStatus, correlationId: string): WireResponse {
  const edge = EDGE[status];
  if (body === undefined && edge !== undefined) {
    const page = htmlResponse(status, edge);
    return { ...page, headers: { ...page.headers, ...headers } };
  }
  const { message, category, headers: usual } = SHAPES[status] ?? { message: "internal error" };
  const all = { ...usual, ...headers };
  if (body === "") return emptyResponse(status, all);
  if (typeof body === "string") return { kind: "response", status, headers: all, body };
  const usualBody = { status: "error", message, correlationId, ...(category === undefined ? {} : { category }) };
  return jsonResponse(status, body ?? usualBody, all);
}
