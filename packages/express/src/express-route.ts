import { checkMount, errorResponse, type Mountable, oneRoute, type RouteKey } from "@hubspoke/core/webhooks";
import { type ExpressMountOptions, handleWith } from "./express-router.ts";
import { fromResponse } from "./from-response.ts";
import type { ExpressHandler, ExpressRequest } from "./types.ts";

/** What a host decides about one route that it answers under an address of its own. */
export interface ExpressRouteOptions<R extends ExpressRequest> extends Omit<ExpressMountOptions<R>, "routers"> {
  /** What `{sync}` and its like in the route stand for. Default: the parameters of the host's own path. */
  readonly params?: (req: R) => Readonly<Record<string, string>>;
}

/**
 * One route of Hubspoke under an address of yours, for an interface that exists already:
 * `app.get("/api/hubspot/status", expressRoute(hubspoke, "GET /oauth/status", { authorize }))`. The route's method counts,
 * not that of the address. Body parsers before it are as with `expressRouter`. Throws MOUNT_WITHOUT_AUTHORIZE or
 * CONFIG_INVALID at once; a parameter that is missing is answered 400 INPUT_INVALID.
 */
export function expressRoute<R extends ExpressRequest = ExpressRequest>(
  hubspoke: Mountable,
  route: RouteKey,
  options: ExpressRouteOptions<R> = {},
): ExpressHandler<R> {
  const { params, ...rest } = options;
  const one = oneRoute(route);
  const mount = { ...rest, ...one.mount };
  checkMount(mount);
  return (req, res, next) => {
    const handle = async () => {
      const path = one.path(params?.(req) ?? oneTextEach(req.params));
      const { originalUrl = req.url ?? "" } = req;
      const at = originalUrl.indexOf("?");
      const address = { method: one.method, path: path + (at === -1 ? "" : originalUrl.slice(at)) };
      await handleWith(hubspoke, req, res, mount, one.basePath, address);
    };
    handle().catch((error) => refused(error, res).catch(() => next(error)));
  };

  /** What is wrong with the request is answered here; everything else is the host's to see. */
  async function refused(error: unknown, res: Parameters<ExpressHandler<R>>[1]): Promise<void> {
    const answer = errorResponse(error);
    if (answer.status >= 500) throw error;
    await fromResponse(answer, res);
  }
}

/** Express 5 gives what a wildcard stands for as a list. */
function oneTextEach(params: ExpressRequest["params"]): Readonly<Record<string, string>> {
  const texts = Object.entries(params ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return Object.fromEntries(texts);
}
