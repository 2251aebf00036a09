import * as z from "zod";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Ctx } from "../ports/context.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import type { RouteKey } from "./routes.ts";
import type { MountServices, SyncRunKind } from "./services.ts";

/** One authorised request. */
export interface Call {
  readonly request: Request;
  readonly ctx: Ctx;
  readonly params: Readonly<Record<string, string>>;
  /** The body. `empty`: what no body at all stands for; without it that is INPUT_INVALID. */
  readonly json: (empty?: unknown) => Promise<unknown>;
}

export type Handler = (call: Call) => Promise<Response>;

const phones = z.object({ phones: z.array(z.string().max(256)).min(1).max(1_000) });

/** The routes that no person's permission stands behind: they are answered before anybody is asked. */
export type OpenRoute = "POST /webhooks" | "GET /oauth/callback";

/** What answers each route of somebody who was authorised. */
export function createHandlers(services: MountServices): Readonly<Record<Exclude<RouteKey, OpenRoute>, Handler>> {
  const disconnect: Handler = async ({ ctx, request, json }) =>
    on(services.oauth, "oauth").disconnect(request, ctx, await json({}));
  const start =
    (kind: SyncRunKind): Handler =>
    async ({ ctx, params }) =>
      jsonResponse(202, { run: (await on(services.sync, "sync").start(params.name!, kind, ctx)) ?? null });
  return {
    "GET /contacts/lookup/{phone}": async ({ ctx, params }) =>
      jsonResponse(200, await on(services.directory, "contacts").lookupByPhone(params.phone!, ctx)),
    "POST /contacts/lookup": async ({ ctx, json }) => {
      const body = phones.safeParse(await json());
      if (!body.success) {
        throw new HubspokeError(
          "INPUT_INVALID",
          'the body must be { "phones": [1 to 1000 texts of at most 256 characters] }',
        );
      }
      const found = await on(services.directory, "contacts").batchLookup(body.data.phones, ctx);
      return jsonResponse(200, {
        results: body.data.phones.map((query) => ({ query, ...asObject(found.get(query)) })),
      });
    },
    "GET /sync/status": async ({ ctx }) => jsonResponse(200, { syncs: await on(services.sync, "sync").status(ctx) }),
    "POST /sync/{name}/backfill": start("backfill"),
    "POST /sync/{name}/reconcile": start("reconcile"),
    "GET /oauth/initiate": ({ ctx, request }) => on(services.oauth, "oauth").initiate(request, ctx),
    "GET /oauth/status": ({ ctx, request }) => on(services.oauth, "oauth").status(request, ctx),
    "POST /oauth/disconnect": disconnect,
    "DELETE /oauth/disconnect": disconnect,
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

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
