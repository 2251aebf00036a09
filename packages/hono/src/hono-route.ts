import { checkMount, errorResponse, type Mountable, oneRoute, type RouteKey } from "@hubspoke/core/webhooks";
import type { Context, Env } from "hono";
import { type HonoMountOptions, handleWith } from "./hono-router.ts";

/** What a host decides about one route that it answers under an address of its own. */
export interface HonoRouteOptions<E extends Env> extends Omit<HonoMountOptions<E>, "routers"> {
  /** What `{sync}` and its like in the route stand for. Default: the parameters of the host's own path. */
  readonly params?: (c: Context<E>) => Readonly<Record<string, string>>;
}

/**
 * One route of Hubspoke under an address of yours, for an interface that exists already:
 * `app.get("/api/hubspot/status", honoRoute(hubspoke, "GET /oauth/status", { authorize }))`. The route's method counts, not
 * that of the address. Throws MOUNT_WITHOUT_AUTHORIZE or CONFIG_INVALID at once; a parameter that is missing is answered
 * 400 INPUT_INVALID.
 */
export function honoRoute<E extends Env = Env>(
  hubspoke: Mountable | ((c: Context<E>) => Mountable),
  route: RouteKey,
  options: HonoRouteOptions<E> = {},
): (c: Context<E>) => Promise<Response> {
  const { params, ...rest } = options;
  const one = oneRoute(route);
  const mount = { ...rest, ...one.mount };
  checkMount(mount);
  const of = typeof hubspoke === "function" ? hubspoke : () => hubspoke;

  return async (c) => {
    let path: string;
    try {
      path = one.path(params?.(c) ?? (c.req.param() as Readonly<Record<string, string>>));
    } catch (error) {
      return errorResponse(error);
    }
    const { origin, search } = new URL(c.req.url);
    const moved = (request: Request): Request => {
      const { headers, signal, body, bodyUsed } = request;
      const init = { method: one.method, headers, signal };
      // Bytes that were read before are gone; what was made of them goes beside the request.
      const none = one.method === "GET" || body === null || bodyUsed;
      const streamed: RequestInit & { duplex: "half" } = { ...init, body, duplex: "half" };
      return new Request(`${origin}${path}${search}`, none ? init : streamed);
    };
    return handleWith(of(c), c, mount, one.basePath, moved);
  };
}
