import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Route, RouterName } from "./route.ts";
import { type RouteKey, routes } from "./routes.ts";

export interface Match {
  readonly route: Route;
  readonly key: RouteKey;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The route of a request among the mounted routers. Segments are compared before they are decoded, so that an encoded
 * slash stays part of its value. HEAD is answered by the route of GET, except where HubSpot sends a browser: a link
 * preview must not finish a login. Throws ROUTE_UNKNOWN, METHOD_NOT_ALLOWED (with `allow`) or INPUT_INVALID.
 */
export function matchRoute(method: string, pathname: string, basePath: string, mounted: readonly RouterName[]): Match {
  const segments = below(pathname, basePath);
  const allow = new Set<string>();
  for (const route of routes) {
    if (!mounted.includes(route.router)) continue;
    const params = segments && matchSegments(split(route.path), segments);
    if (params === undefined) continue;
    const methods = methodsOf(route);
    if (methods.includes(method))
      return { route, key: `${route.method} ${route.path}` as RouteKey, params: decode(params) };
    for (const one of methods) allow.add(one);
  }
  if (allow.size > 0) {
    const list = [...allow].join(", ");
    throw new HubspokeError("METHOD_NOT_ALLOWED", `this route takes ${list}`, { details: { allow: list } });
  }
  throw new HubspokeError("ROUTE_UNKNOWN", `no such route here; mounted are the routers ${mounted.join(", ")}`);
}

function methodsOf({ method, auth }: Route): readonly string[] {
  return method === "GET" && auth === "authorize" ? ["GET", "HEAD"] : [method];
}

/** The segments below the base, whose own parameters (`:workspace`) the framework has already matched. */
function below(pathname: string, basePath: string): readonly string[] | undefined {
  const base = split(basePath);
  const path = split(pathname);
  const fits = base.every((wanted, i) => wanted === path[i] || (wanted.startsWith(":") && i < path.length));
  return fits ? path.slice(base.length) : undefined;
}

function split(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function matchSegments(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== path.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, wanted] of pattern.entries()) {
    const found = path[i] as string;
    if (wanted.startsWith("{")) params[wanted.slice(1, -1)] = found;
    else if (wanted !== found) return undefined;
  }
  return params;
}

function decode(params: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch (error) {
    throw new HubspokeError("INPUT_INVALID", "the address holds a broken percent-encoding", { unsafe: error });
  }
}
