import * as z from "zod/mini";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import type { RouteKey } from "./routes.ts";
import type { FlagService } from "./services.ts";

type FlagRoute = Extract<RouteKey, `${string} /flags${string}`>;

const shape =
  'the body must be { "enabled"?: true or false, "roles"?: texts, "percentage"?: 0 to 100 }, one of them at least';
const change = z
  .strictObject({
    enabled: z.optional(z.boolean()),
    roles: z.optional(z.array(z.string().check(z.minLength(1), z.maxLength(100))).check(z.maxLength(100))),
    percentage: z.optional(z.int().check(z.minimum(0), z.maximum(100))),
  })
  .check(
    z.refine((given) => Object.keys(given).length > 0),
    z.meta({ minProperties: 1 }),
  );

export const flagBodies: Bodies<FlagRoute> = { "PUT /flags/{flag}": change };

/** What answers the routes of switches. */
export function flagHandlers(flags: () => FlagService): Readonly<Record<FlagRoute, Handler>> {
  return {
    "GET /flags": async ({ ctx }) => jsonResponse(200, await flags().list(ctx)),
    "PUT /flags/{flag}": async ({ ctx, params, json }) =>
      jsonResponse(200, await flags().set(params.flag!, defined(bodyOf(change, await json(), shape)), ctx)),
    "DELETE /flags/{flag}": async ({ ctx, params }) => jsonResponse(200, await flags().reset(params.flag!, ctx)),
  };
}
