import { HubspokeError } from "@hubspoke/core/errors";
import { checkMount, errorResponse, type Mountable, type RouteKey, routes } from "@hubspoke/core/webhooks";
import type { Context, Env } from "hono";
import { type HonoMountOptions, handleWith } from "./hono-router.ts";

/** What a host decides about one route that it answers under an address of its own. */
export interface HonoRouteOptions<E extends Env> extends Omit<HonoMountOptions<E>, "routers"> {
  /** What `{sync}` and its like in the route stand for. Default: the parameters of the host's own path. */
  readonly params?: (c: Context<E>) => Readonly<Record<string, string>>;
}

/** Where the one route is, as far as Hubspoke sees. */
const basePath = "/hubspoke";

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
  const found = routes.find(({ method, path }) => `${method} ${path}` === route);
  if (found === undefined) throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: there is no route "${route}"`);
  const mount = { ...rest, routers: [found.router] };
  checkMount(mount);
  const of = typeof hubspoke === "function" ? hubspoke : () => hubspoke;

  return async (c) => {
    const given = params?.(c) ?? (c.req.param() as Readonly<Record<string, string>>);
    const missing: string[] = [];
    const path = found.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (!given[name]) missing.push(name);
      return encodeURIComponent(given[name] ?? "");
    });
    if (missing.length > 0) {
      return errorResponse(new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${missing.join(", ")} is missing`));
    }
    const { origin, search } = new URL(c.req.url);
    const moved = (request: Request): Request => {
      const { headers, signal, body, bodyUsed } = request;
      const init = { method: found.method, headers, signal };
      // Bytes that were read before are gone; what was made of them goes beside the request.
      const none = found.method === "GET" || body === null || bodyUsed;
      const streamed: RequestInit & { duplex: "half" } = { ...init, body, duplex: "half" };
      return new Request(`${origin}${basePath}${path}${search}`, none ? init : streamed);
    };
    return handleWith(of(c), c, mount, basePath, moved);
  };
}
