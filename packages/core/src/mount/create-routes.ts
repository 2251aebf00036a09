import { ActorLimit } from "../directory/actor-limit.ts";
import { HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import { canonicalObject, standardObjects } from "../model/object-type.ts";
import type { Ctx } from "../ports/context.ts";
import { errorResponse } from "../webhooks/http/respond.ts";
import { type AddressCheck, addressAllowlist } from "./addresses.ts";
import { authorizeRequest } from "./authorize.ts";
import { guardStateChange } from "./guards.ts";
import { createHandlers, on } from "./handlers.ts";
import { type Match, matchRoute } from "./match-route.ts";
import { checkMount, type HandleOptions } from "./options.ts";
import { readJson } from "./read-json.ts";
import { routerNames } from "./route.ts";
import type { RouteKey } from "./routes.ts";
import type { MountServices } from "./services.ts";

/**
 * Every router over its service, as one Fetch handler: what the adapters mount and what a serverless route calls.
 *
 * Order: route → address → (webhooks: signature; OAuth callback: state) or JSON and origin → `authorize` → limit → service. Errors are
 * `{ error: { code, message, docs } }` with the status of their code; what is not one of our errors is 500 INTERNAL
 * without detail. The returned function rejects for unusable options only (see `checkMount`).
 */
export function createRoutes(services: MountServices): (request: Request, options: HandleOptions) => Promise<Response> {
  const handlers = createHandlers(services);
  const limits = new Map<number, ActorLimit>();
  const allowlists = new WeakMap<readonly string[], AddressCheck>();

  /** A mount's options are one object for its lifetime: its list is read once. */
  function isAllowed({ addresses, ip }: HandleOptions): boolean {
    if (addresses === undefined) return true;
    const check = allowlists.get(addresses) ?? addressAllowlist(addresses);
    allowlists.set(addresses, check);
    return check(ip);
  }

  function limitActor({ tenant, actor }: Ctx, { perMinute }: HandleOptions): void {
    if (perMinute === undefined) return;
    const limit = limits.get(perMinute) ?? new ActorLimit(perMinute);
    limits.set(perMinute, limit);
    const retryAfterMs = limit.take(JSON.stringify([tenant, actor.id]), 1, services.clock.now());
    if (retryAfterMs === 0) return;
    throw new HubspokeError("ACTOR_LIMITED", "too many requests of this person; try again later", {
      details: { retryAfterMs },
    });
  }

  async function answer(request: Request, match: Match, options: HandleOptions): Promise<Response> {
    if (!isAllowed(options)) {
      throw new HubspokeError("ACCESS_DENIED", "requests from this address are not taken here");
    }
    if (match.key === "POST /webhooks") {
      return on(services.webhooks, "webhooks")(request, { consumed: options.consumed !== undefined });
    }
    if (match.key === "POST /webhooks/{object}") {
      const { object = "" } = match.params;
      if (!isObject(object)) throw new HubspokeError("INPUT_INVALID", "the address names no object of HubSpot");
      return on(services.webhooks, "webhooks")(request, {
        consumed: options.consumed !== undefined,
        path: `/${object}`,
      });
    }
    if (match.key === "GET /oauth/callback") return on(services.oauth, "oauth").callback(request);
    if (match.route.method !== "GET") guardStateChange(request, options.origins ?? []);
    const client = options.ip === undefined ? {} : { ip: options.ip };
    // `checkMount` saw to it that every router but webhooks has an `authorize`.
    const ctx = await authorizeRequest(request, client, options.authorize!);
    if (ctx instanceof Response) return ctx;
    limitActor(ctx, options);
    const json = (empty?: unknown) => readJson(request, options.consumed, services.clock, empty);
    const mount = { basePath: options.basePath ?? "", routers: options.routers ?? routerNames };
    return handlers[match.key]({ request, ctx, params: match.params, mount, json });
  }

  async function answered(request: Request, options: HandleOptions): Promise<Response> {
    const mounted = checkMount(options);
    let key: RouteKey | undefined;
    try {
      const match = matchRoute(request.method, new URL(request.url).pathname, options.basePath ?? "", mounted);
      key = match.key;
      return await answer(request, match, options);
    } catch (error) {
      const code = isHubspokeError(error) ? error.code : "INTERNAL";
      services.logger?.warn("mount.refused", { route: key, code });
      return errorResponse(error);
    }
  }

  return async (request, options) => {
    const response = await answered(request, options);
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

/** A standard object by any of its names, or a custom one's id (hubspot-facts §1.3). */
function isObject(name: string): boolean {
  return Object.hasOwn(standardObjects, canonicalObject(name)) || /^[02]-\d+$/.test(name);
}
