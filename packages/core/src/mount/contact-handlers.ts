import * as z from "zod/mini";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { limitIn } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { DirectoryService } from "./services.ts";

type ContactRoute = Extract<RouteKey, `${string} /contacts/${string}`>;

const phones = z.object({
  phones: z.array(z.string().check(z.maxLength(256))).check(z.minLength(1), z.maxLength(1_000)),
});
const active = z.extend(phones, {
  forMs: z.optional(z.int().check(z.minimum(1), z.maximum(30 * 86_400_000))),
});
const search = z.object({
  query: z.string().check(z.maxLength(200)),
  limit: z.optional(z.int().check(z.minimum(1), z.maximum(100))),
  includeRecent: z.optional(z.boolean()),
});

export const contactBodies: Bodies<ContactRoute> = {
  "POST /contacts/lookup": phones,
  "POST /contacts/search": search,
  "POST /contacts/active": active,
};

/** What answers the routes of the directory. */
export function contactHandlers(directory: () => DirectoryService): Readonly<Record<ContactRoute, Handler>> {
  return {
    "GET /contacts/lookup/{phone}": async ({ ctx, params }) =>
      jsonResponse(200, await directory().lookupByPhone(params.phone!, ctx)),
    "POST /contacts/lookup": async ({ ctx, json }) => {
      const shape = 'the body must be { "phones": [1 to 1000 texts of at most 256 characters] }';
      const body = bodyOf(phones, await json(), shape);
      const found = await directory().batchLookup(body.phones, ctx);
      return jsonResponse(200, { results: body.phones.map((query) => ({ query, ...asObject(found.get(query)) })) });
    },
    "GET /contacts/search": async ({ ctx, request }) => {
      const { searchParams } = new URL(request.url);
      const includeRecent = searchParams.get("recent") !== "false";
      const options = { ...limitIn(searchParams), includeRecent };
      return jsonResponse(200, await directory().search(searchParams.get("q") ?? "", ctx, options));
    },
    "POST /contacts/search": async ({ ctx, json }) => {
      const shape =
        'the body must be { "query": text of at most 200 characters, "limit"?: 1 to 100, "includeRecent"?: true or false }';
      const { query, ...options } = bodyOf(search, await json(), shape);
      return jsonResponse(200, await directory().search(query, ctx, defined(options)));
    },
    "GET /contacts/recents": async ({ ctx, request }) =>
      jsonResponse(200, await directory().recents(ctx, limitIn(new URL(request.url).searchParams).limit)),
    "DELETE /contacts/recents": async ({ ctx }) => jsonResponse(200, { removed: await directory().forgetHistory(ctx) }),
    "POST /contacts/{id}/opened": async ({ ctx, params }) => {
      await directory().opened(params.id!, ctx);
      return new Response(null, { status: 204 });
    },
    "POST /contacts/active": async ({ ctx, json }) => {
      const shape = 'the body must be { "phones": [1 to 1000 texts], "forMs"?: milliseconds up to 30 days }';
      const { phones: numbers, ...options } = bodyOf(active, await json(), shape);
      await directory().markActive(numbers, ctx, defined(options));
      return new Response(null, { status: 204 });
    },
    "GET /contacts/unknown": async ({ ctx }) => jsonResponse(200, await directory().unknownProgress(ctx)),
    "POST /contacts/unknown/sync": async ({ ctx }) => jsonResponse(202, await directory().syncUnknown(ctx)),
    "GET /contacts/cache/stats": async ({ ctx }) => jsonResponse(200, await directory().cacheStats(ctx)),
    "POST /contacts/cache/clear": async ({ ctx }) => jsonResponse(200, { removed: await directory().clearCache(ctx) }),
  };
}

function asObject(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}
