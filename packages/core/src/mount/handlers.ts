import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { bodyOf, type Handler } from "./call.ts";
import { contactHandlers } from "./contact-handlers.ts";
import { deskHandlers } from "./desk-handlers.ts";
import { openApi } from "./openapi.ts";
import { conflictHandlers, mappingHandlers } from "./review-handlers.ts";
import type { RouteKey } from "./routes.ts";
import type { MountServices } from "./services.ts";
import { syncHandlers } from "./sync-handlers.ts";
import { workflowHandlers } from "./workflow-handlers.ts";

const auditShape =
  'the body must be { "phone"?, "contactId"?, "actorId"?: text, "from"?, "to"?: epoch milliseconds, "after"?: text, "limit"?: 1 to 500 }';
const text = z.string().min(1).max(256);
const auditQuery = z.strictObject({
  phone: text.optional(),
  contactId: text.optional(),
  actorId: text.optional(),
  from: z.int().optional(),
  to: z.int().optional(),
  after: text.optional(),
  limit: z.int().min(1).max(500).optional(),
});

/** The routes that no person's permission stands behind: they are answered before anybody is asked. */
export type OpenRoute = "POST /webhooks" | "POST /webhooks/{object}" | "GET /oauth/callback";

/** What answers each route of somebody who was authorised. */
export function createHandlers(services: MountServices): Readonly<Record<Exclude<RouteKey, OpenRoute>, Handler>> {
  const disconnect: Handler = async ({ ctx, request, json }) =>
    on(services.oauth, "oauth").disconnect(request, ctx, await json({}));
  return {
    ...contactHandlers(() => on(services.directory, "contacts")),
    "POST /audit/query": async ({ ctx, json }) => {
      const query = bodyOf(auditQuery, await json({}), auditShape);
      return jsonResponse(200, await on(services.audit, "audit").query(defined(query), ctx));
    },
    ...syncHandlers(() => on(services.sync, "sync")),
    ...conflictHandlers(() => on(services.conflicts, "conflicts")),
    ...mappingHandlers(() => on(services.mappings, "mappings")),
    ...workflowHandlers(() => on(services.workflows, "workflows")),
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

/** The service behind a router, or FEATURE_OFF. */
export function on<T>(service: T | undefined, router: string): T {
  if (service !== undefined) return service;
  throw new HubspokeError("FEATURE_OFF", `nothing is configured behind the router ${router}`, { details: { router } });
}
