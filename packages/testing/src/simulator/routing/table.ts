import { PLATFORM_ROUTES } from "../platform/routes.ts";
import { ACCOUNT_ROUTES } from "../routes/account.ts";
import { ASSOCIATION_BATCH_ROUTES } from "../routes/association-batches.ts";
import { ASSOCIATION_LABEL_ROUTES } from "../routes/association-labels.ts";
import { ASSOCIATION_LIMIT_ROUTES } from "../routes/association-limits.ts";
import { ASSOCIATION_ROUTES } from "../routes/associations.ts";
import { AUTHORIZE_ROUTES } from "../routes/authorize.ts";
import { BATCH_ROUTES } from "../routes/batch.ts";
import { CRM_LIMIT_ROUTES } from "../routes/crm-limits.ts";
import { OAUTH_ROUTES } from "../routes/oauth.ts";
import { OBJECT_ROUTES } from "../routes/objects.ts";
import { OWNER_ROUTES } from "../routes/owners.ts";
import { PIPELINE_ROUTES } from "../routes/pipelines.ts";
import { PROPERTY_ROUTES } from "../routes/properties.ts";
import { PROPERTY_GROUP_ROUTES } from "../routes/property-groups.ts";
import { SCHEMA_ROUTES } from "../routes/schemas.ts";
import { SEARCH_ROUTES } from "../routes/search.ts";
import type { Route } from "./call.ts";
import { KNOWN_PREFIXES, KNOWN_ROUTES } from "./known-routes.ts";
import { type RouteMatch, Router } from "./router.ts";

const SIMULATED_FAMILIES: readonly (readonly Route[])[] = [
  OBJECT_ROUTES,
  BATCH_ROUTES,
  ASSOCIATION_ROUTES,
  ASSOCIATION_BATCH_ROUTES,
  ASSOCIATION_LABEL_ROUTES,
  ASSOCIATION_LIMIT_ROUTES,
  CRM_LIMIT_ROUTES,
  SEARCH_ROUTES,
  PROPERTY_GROUP_ROUTES,
  PROPERTY_ROUTES,
  SCHEMA_ROUTES,
  PIPELINE_ROUTES,
  OWNER_ROUTES,
  ACCOUNT_ROUTES,
  OAUTH_ROUTES,
  AUTHORIZE_ROUTES,
  PLATFORM_ROUTES,
];

/** What answers as HubSpot does. */
export const SIMULATED: readonly Route[] = SIMULATED_FAMILIES.flat().filter(({ handle }) => handle !== undefined);

export interface RouteTable {
  /** The match; `"method"` when the path exists but not for this method; `undefined` for an unknown path. */
  find(method: string, path: string): RouteMatch<Route> | "method" | undefined;
}

/** For all simulators: nothing in it changes. */
const router: Router<Route> = /* @__PURE__ */ knownRoutes();

function knownRoutes(): Router<Route> {
  const made = new Router<Route>();
  for (const route of [...SIMULATED_FAMILIES.flat(), ...KNOWN_ROUTES]) made.add(route);
  return made;
}

/** The one table of everything HubSpot is known to have: what is simulated first, then what is only known. */
export function createRouteTable(): RouteTable {
  return {
    find(method, path) {
      const found = router.find(method, path);
      if (found !== undefined) return found;
      const now = path.replace(OTHER_VERSION, "/2026-09");
      const elsewhere = now === path ? undefined : router.find(method, now);
      if (elsewhere === "method") return elsewhere;
      if (elsewhere !== undefined) return onlyKnown(method, path);
      const prefix = KNOWN_PREFIXES.find((one) => path.startsWith(one));
      if (prefix === undefined) return undefined;
      return onlyKnown(method, `${prefix}**`);
    },
  };
}

/** Versions that HubSpot has and the simulator has not (hubspot-facts §1.1). */
const OTHER_VERSION = /\/(2025-09|2026-09-beta|2027-03-beta)(?=\/|$)/;

function onlyKnown(method: string, path: string): RouteMatch<Route> {
  return { route: { method, legacy: [path], access: "read" }, version: "legacy", params: {} };
}

/** How many endpoints are simulated; a path with several versions is one. */
export function simulatedEndpoints(): number {
  return SIMULATED.length;
}

/** How logs and faults name a route. */
export function templateOf(route: Route): string {
  return route.dated ?? route.legacy?.[0] ?? "";
}
