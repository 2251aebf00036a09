import { ACCOUNT_ROUTES } from "../routes/account.ts";
import { BATCH_ROUTES } from "../routes/batch.ts";
import { OBJECT_ROUTES } from "../routes/objects.ts";
import { PROPERTY_ROUTES } from "../routes/properties.ts";
import { SEARCH_ROUTES } from "../routes/search.ts";
import type { Route } from "./call.ts";
import { KNOWN_ROUTES } from "./known-routes.ts";
import { Router } from "./router.ts";

/** The one table of everything HubSpot is known to have: what is simulated first, then what is only known. */
export function createRouter(): Router<Route> {
  const router = new Router<Route>();
  const simulated = [...OBJECT_ROUTES, ...BATCH_ROUTES, ...SEARCH_ROUTES, ...PROPERTY_ROUTES, ...ACCOUNT_ROUTES];
  for (const route of [...simulated, ...KNOWN_ROUTES]) router.add(route);
  return router;
}

/** How logs and faults name a route. */
export function templateOf(route: Route): string {
  return route.dated ?? route.legacy?.[0] ?? "";
}
