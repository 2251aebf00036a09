import { HubspokeError } from "../errors/hubspoke-error.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { auditHandlers } from "./audit-handlers.ts";
import type { Handler } from "./call.ts";
import { contactHandlers } from "./contact-handlers.ts";
import { deskHandlers } from "./desk-handlers.ts";
import { flagHandlers } from "./flag-handlers.ts";
import { openApi } from "./openapi.ts";
import { conflictHandlers, mappingHandlers } from "./review-handlers.ts";
import type { RouteKey } from "./routes.ts";
import type { MountServices } from "./services.ts";
import { syncHandlers } from "./sync-handlers.ts";
import { workflowHandlers } from "./workflow-handlers.ts";

/** The routes that no person's permission stands behind: they are answered before anybody is asked. */
export type OpenRoute = "POST /webhooks" | "POST /webhooks/{object}" | "GET /oauth/callback";

/** What answers each route of somebody who was authorised. */
export function createHandlers(services: MountServices): Readonly<Record<Exclude<RouteKey, OpenRoute>, Handler>> {
  const disconnect: Handler = async ({ ctx, request, json }) =>
    on(services.oauth, "oauth").disconnect(request, ctx, await json({}));
  return {
    ...contactHandlers(() => on(services.directory, "contacts")),
    ...auditHandlers(() => on(services.audit, "audit")),
    ...syncHandlers(() => on(services.sync, "sync")),
    ...conflictHandlers(() => on(services.conflicts, "conflicts")),
    ...mappingHandlers(() => on(services.mappings, "mappings")),
    ...workflowHandlers(() => on(services.workflows, "workflows")),
    ...flagHandlers(() => on(services.flags, "flags")),
    ...deskHandlers({
      support: () => on(services.support, "support"),
      privacy: () => on(services.privacy, "privacy"),
      outbox: () => on(services.outbox, "outbox"),
    }),
    "GET /oauth/initiate": ({ ctx, request }) => on(services.oauth, "oauth").initiate(request, ctx),
    "GET /oauth/status": ({ ctx, request }) => on(services.oauth, "oauth").status(request, ctx),
    "POST /oauth/disconnect": disconnect,
    "DELETE /oauth/disconnect": disconnect,
    "GET /openapi.json": async ({ mount }) => jsonResponse(200, openApi(mount)),
    "GET /health": async ({ ctx }) => {
      const health = await on(services.health, "health").check(ctx);
      return jsonResponse(health.ok ? 200 : 503, health);
    },
  };
}

/** What is missing, where the instance has the service only if it was asked for. */
const missing: Readonly<Record<string, string>> = {
  webhooks: ": pass the option webhooks, or set HUBSPOT_WEBHOOK_SECRET and HUBSPOT_WEBHOOK_URL",
  oauth: ": pass auth: oauthApp({ … }), or set HUBSPOT_CLIENT_ID and its kin",
};

/** The service behind a router, or FEATURE_OFF. */
export function on<T>(service: T | undefined, router: string): T {
  if (service !== undefined) return service;
  const message = `nothing is configured behind the router ${router}${missing[router] ?? ""}`;
  throw new HubspokeError("FEATURE_OFF", message, { details: { router } });
}
