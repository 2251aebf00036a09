import type { ServerResponse } from "node:http";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { authorizeRequest, errorResponse, guardStateChange } from "@hubspoke/core/webhooks";
import type { ExpressMountOptions } from "./express-router.ts";
import { fromResponse } from "./from-response.ts";
import { toRequest } from "./to-request.ts";
import type { ExpressHandler, ExpressRequest } from "./types.ts";

/** Express's last middleware, which hears of failures. */
export type ExpressErrorHandler<R extends ExpressRequest> = (
  error: unknown,
  req: R,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * The last middleware of your app: failures of your own routes in Hubspoke's form, `{ error: { code, message, docs } }` with
 * the status of the code. What a body parser or the router refuses is 400 INPUT_INVALID or 413 BODY_TOO_LARGE; of anything
 * else that is not Hubspoke's own nothing is told but 500 INTERNAL. `told`: hears of those, for a log.
 */
export function expressErrors<R extends ExpressRequest = ExpressRequest>(
  told?: (error: unknown) => void,
): ExpressErrorHandler<R> {
  return (error, _req, res, next) => {
    const ours = isHubspokeError(error) ? error : refusedBefore(error);
    if (ours === null) told?.(error);
    // Half an answer is out: only Express can end the connection.
    if (res.headersSent) return next(error);
    fromResponse(errorResponse(ours ?? error), res).catch(next);
  };
}

/** What Express and its parsers found wrong with a request; null: something is wrong here. */
function refusedBefore(error: unknown): HubspokeError | null {
  if (!(error instanceof Error && "status" in error && Number(error.status) < 500)) return null;
  if (error.status === 413) return new HubspokeError("BODY_TOO_LARGE", "the body is larger than what is taken here");
  const path = error instanceof URIError;
  return new HubspokeError("INPUT_INVALID", path ? "the address is not written as one" : "the body must be JSON");
}

/**
 * The guard of Hubspoke's own routes, for yours: `app.use("/api", expressGuard())`. Whatever is not GET or HEAD must be JSON
 * and come from this site's pages or from one of `origins`. Passes on CONTENT_TYPE_REFUSED or ORIGIN_REFUSED.
 */
export function expressGuard<R extends ExpressRequest = ExpressRequest>(
  origins: readonly string[] = [],
): ExpressHandler<R> {
  return (req, res, next) => {
    try {
      if (req.method !== "GET" && req.method !== "HEAD") guardStateChange(toRequest(req, res, false), origins);
      next();
    } catch (error) {
      next(error);
    }
  };
}

/**
 * Your own routes behind the function that speaks for Hubspoke's: `app.use("/api", expressAuthorized(authorize))`. A denial
 * is passed on as ACCESS_DENIED, a Response of the function's is sent.
 */
export function expressAuthorized<R extends ExpressRequest = ExpressRequest>(
  authorize: NonNullable<ExpressMountOptions<R>["authorize"]>,
): ExpressHandler<R> {
  return (req, res, next) => {
    const ask = async () => {
      const ip = req.ip ?? req.socket.remoteAddress;
      const client = ip === undefined ? {} : { ip };
      const known = (request: Request) => authorize(request, { ...client, req });
      const answer = await authorizeRequest(toRequest(req, res, false), client, known);
      if (answer instanceof Response) await fromResponse(answer, res);
      else next();
    };
    ask().catch(next);
  };
}
