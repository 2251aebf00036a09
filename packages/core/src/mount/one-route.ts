import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { MountOptions } from "./options.ts";
import type { Route, RouterName } from "./route.ts";
import { type RouteKey, routes } from "./routes.ts";

/** One route that a host answers under an address of its own: what adapters build on. */
export interface OneRoute {
  /** What the host's router is to let through; another is METHOD_NOT_ALLOWED. */
  readonly method: Route["method"];
  /** The router it is of, which is all that is mounted. */
  readonly mount: Pick<MountOptions, "routers"> & { readonly routers: readonly [RouterName] };
  /** Where it is, as far as `handle` sees. */
  readonly basePath: string;
  /** The route's own path below `basePath`; each parameter stays one segment. Throws INPUT_INVALID for one that is missing. */
  path(params: Readonly<Record<string, string | undefined>>): string;
}

/** A route by its key, such as `GET /oauth/status`. Throws CONFIG_INVALID. */
export function oneRoute(key: RouteKey): OneRoute {
  const found: Route | undefined = routes.find(({ method, path }) => `${method} ${path}` === key);
  if (found === undefined) throw new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: there is no route "${key}"`);
  const basePath = "/hubspoke";
  return {
    method: found.method,
    mount: { routers: [found.router] },
    basePath,
    path(params) {
      const missing: string[] = [];
      const path = found.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = params[name] ?? "";
        if (value === "") missing.push(name);
        return encodeURIComponent(value);
      });
      if (missing.length === 0) return basePath + path;
      throw new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${missing.join(", ")} is missing`);
    },
  };
}
