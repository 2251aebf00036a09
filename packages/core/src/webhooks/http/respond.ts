import { errorCodes } from "../../errors/codes.ts";
import { HubspokeError, isHubspokeError } from "../../errors/hubspoke-error.ts";

const always = {
  "cache-control": "no-store",
  "content-type": "application/json; charset=utf-8",
  "x-content-type-options": "nosniff",
};

export function jsonResponse(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...always, ...headers } });
}

/**
 * `{ error: { code, message, docs } }` with the status of the code. Anything that is not one of our errors is answered
 * as INTERNAL without a word of it: a stranger's message may hold anything.
 */
export function errorResponse(error: unknown, status?: number): Response {
  const ours = isHubspokeError(error) ? error : internalError(error);
  const { code, message, docs, details } = ours;
  const headers: Record<string, string> = {};
  const retryAfterMs = details.retryAfterMs;
  if (typeof retryAfterMs === "number") headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  if (typeof details.allow === "string") headers.allow = details.allow;
  return jsonResponse(status ?? errorCodes[code].status, { error: { code, message, docs } }, headers);
}

export function internalError(unsafe: unknown): HubspokeError<"INTERNAL"> {
  return new HubspokeError("INTERNAL", "something failed that should not have; the server's log knows more", {
    unsafe,
  });
}
