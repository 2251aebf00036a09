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
 * slash stays part of its value. Throws ROUTE_UNKNOWN, METHOD_NOT_ALLOWED (with `allow`) or INPUT_INVALID.
 */
export function matchRoute(method: string, pathname: string, basePath: string, mounted: readonly RouterName[]): Match {
  const segments = below(pathname, basePath);
  const allow: string[] = [];
  for (const route of routes) {
    if (!mounted.includes(route.router)) continue;
    const params = segments && matchSegments(split(route.path), segments);
    if (params === undefined) continue;
    if (route.method === method)
      return { route, key: `${route.method} ${route.path}` as RouteKey, params: decode(params) };
    allow.push(route.method);
  }
  if (allow.length > 0) {
    throw new HubspokeError("METHOD_NOT_ALLOWED", `this route takes ${allow.join(" and ")}`, {
      details: { allow: allow.join(", ") },
    });
  }
  throw new HubspokeError("ROUTE_UNKNOWN", `no such route here; mounted are the routers ${mounted.join(", ")}`);
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
