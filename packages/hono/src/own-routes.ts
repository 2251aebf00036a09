import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { errorResponse, guardStateChange } from "@hubspoke/core/webhooks";
import type { Context, MiddlewareHandler } from "hono";

/**
 * For `app.onError`: failures of your own routes in Hubspoke's form, `{ error: { code, message, docs } }` with the status
 * of the code. A body that is no JSON is 400 INPUT_INVALID, and an HTTPException of Hono's what it says; of anything that is not Hubspoke's own nothing is told but 500
 * INTERNAL. `told`: hears of those, for a log.
 */
export function honoErrors(told?: (error: Error) => void): (error: Error) => Response {
  return (error) => {
    if (error instanceof SyntaxError) {
      return errorResponse(new HubspokeError("INPUT_INVALID", "INPUT_INVALID: the body must be JSON"));
    }
    // What Hono's own middleware throws is an answer already.
    if ("getResponse" in error && typeof error.getResponse === "function") return error.getResponse() as Response;
    if (!isHubspokeError(error)) told?.(error);
    return errorResponse(error);
  };
}

/**
 * The guard of Hubspoke's own routes, for yours: `app.use("/api/*", honoGuard())`. Whatever is not GET or HEAD must be JSON
 * and come from this site's pages or from one of `origins`. Throws CONTENT_TYPE_REFUSED or ORIGIN_REFUSED.
 */
export function honoGuard(origins: readonly string[] = []): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.method !== "HEAD") guardStateChange(c.req.raw, origins);
    await next();
  };
}

/** The JSON object of a request. Throws INPUT_INVALID for other JSON, a SyntaxError for none: `honoErrors` answers both. */
export async function jsonObject(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json();
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HubspokeError("INPUT_INVALID", "INPUT_INVALID: the body must be a JSON object");
}
