import { auditRoutes } from "./tables/audit.ts";
import { conflictsRoutes } from "./tables/conflicts.ts";
import { contactsRoutes } from "./tables/contacts.ts";
import { flagsRoutes } from "./tables/flags.ts";
import { healthRoutes } from "./tables/health.ts";
import { mappingsRoutes } from "./tables/mappings.ts";
import { oauthRoutes } from "./tables/oauth.ts";
import { openapiRoutes } from "./tables/openapi.ts";
import { outboxRoutes } from "./tables/outbox.ts";
import { privacyRoutes } from "./tables/privacy.ts";
import { supportRoutes } from "./tables/support.ts";
import { syncRoutes } from "./tables/sync.ts";
import { webhooksRoutes } from "./tables/webhooks.ts";
import { workflowsRoutes } from "./tables/workflows.ts";

/**
 * Every route there is, as data: the router, the documentation and the OpenAPI document read this one table.
 * Whatever is not GET needs `application/json` and the site's own origin, unless HubSpot's signature speaks for it.
 * A path without parameters stands before one with them: `/workflows/test` is no trigger's id.
 */
export const routes: readonly [
  ...typeof webhooksRoutes,
  ...typeof contactsRoutes,
  ...typeof auditRoutes,
  ...typeof syncRoutes,
  ...typeof conflictsRoutes,
  ...typeof mappingsRoutes,
  ...typeof workflowsRoutes,
  ...typeof supportRoutes,
  ...typeof privacyRoutes,
  ...typeof outboxRoutes,
  ...typeof oauthRoutes,
  ...typeof flagsRoutes,
  ...typeof healthRoutes,
  ...typeof openapiRoutes,
] = [
  ...webhooksRoutes,
  ...contactsRoutes,
  ...auditRoutes,
  ...syncRoutes,
  ...conflictsRoutes,
  ...mappingsRoutes,
  ...workflowsRoutes,
  ...supportRoutes,
  ...privacyRoutes,
  ...outboxRoutes,
  ...oauthRoutes,
  ...flagsRoutes,
  ...healthRoutes,
  ...openapiRoutes,
];

type RouteOf<R> = R extends { readonly method: infer M extends string; readonly path: infer P extends string }
  ? `${M} ${P}`
  : never;

/** `"POST /webhooks"` and the others, as a type: a route without a handler does not compile. */
export type RouteKey = RouteOf<(typeof routes)[number]>;
