import * as z from "zod/mini";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import { defined } from "../util/defined.ts";
import { errorResponse, jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { choiceIn, pageParams } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { ConflictService, MappingService } from "./services.ts";

type ConflictRoute = Extract<RouteKey, `${string} /conflicts/${string}`>;
type MappingRoute = Extract<RouteKey, `${string} /mappings/${string}`>;

const resolveBody = z.strictObject({ take: z.enum(["local", "hubspot"]) });

/** What answers the routes of conflicts. */
export function conflictHandlers(conflicts: () => ConflictService): Readonly<Record<ConflictRoute, Handler>> {
  const list =
    (values: boolean): Handler =>
    async ({ ctx, params, request }) => {
      const status = choiceIn(request, "status", ["open", "resolved"]);
      const query = defined({ status, values, ...pageParams(request) });
      return jsonResponse(200, await conflicts().list(params.sync!, query, ctx));
    };
  return {
    "GET /conflicts/{sync}": list(false),
    "GET /conflicts/{sync}/values": list(true),
    "POST /conflicts/{sync}/{id}/resolve": async ({ ctx, params, json }) => {
      const { take } = bodyOf(resolveBody, await json(), 'the body must be { "take": "local" or "hubspot" }');
      return jsonResponse(200, { settled: await conflicts().resolve(params.sync!, params.id!, take, ctx) });
    },
  };
}

const mapping = z.strictObject({
  localField: z.string().check(z.minLength(1), z.maxLength(200)),
  hubspotProperties: z.union([
    z.string().check(z.maxLength(200)),
    z.array(z.string().check(z.maxLength(200))).check(z.minLength(1), z.maxLength(20)),
  ]),
  direction: z.optional(z.enum(["both", "to-hubspot", "from-hubspot"])),
  transform: z.optional(z.nullable(z.string().check(z.maxLength(100)))),
  options: z.optional(z.record(z.string(), z.string())),
});
const validateBody = z.strictObject({ mappings: z.array(mapping).check(z.maxLength(500)) });
const replaceBody = z.strictObject({
  mappings: z.array(mapping).check(z.maxLength(500)),
  expectedRevision: z.int().check(z.minimum(0)),
});

export const reviewBodies: Bodies<ConflictRoute | MappingRoute> = {
  "POST /conflicts/{sync}/{id}/resolve": resolveBody,
  "PUT /mappings/{sync}": replaceBody,
  "POST /mappings/{sync}/validate": validateBody,
};

const mappingShape =
  '{ "localField": text, "hubspotProperties": text or texts, "direction"?: "both", "to-hubspot" or "from-hubspot", "transform"?: text, "options"?: { name: text } }';

/** What answers the routes of field mappings. */
export function mappingHandlers(mappings: () => MappingService): Readonly<Record<MappingRoute, Handler>> {
  return {
    "GET /mappings/{sync}": async ({ ctx, params }) => jsonResponse(200, await mappings().list(params.sync!, ctx)),
    "PUT /mappings/{sync}": async ({ ctx, params, json }) => {
      const shape = `the body must be { "expectedRevision": number, "mappings": [${mappingShape}] }`;
      const { mappings: set, expectedRevision } = bodyOf(replaceBody, await json(), shape);
      try {
        return jsonResponse(200, await mappings().replace(params.sync!, set.map(defined), expectedRevision, ctx));
      } catch (error) {
        // As the program's own declaration this is a fault of the server; here it is what the request asked for.
        if (isHubspokeError(error, "SYNC_DECLARATION_INVALID")) return errorResponse(error, 400);
        throw error;
      }
    },
    "POST /mappings/{sync}/validate": async ({ ctx, params, json }) => {
      const { mappings: set } = bodyOf(
        validateBody,
        await json(),
        `the body must be { "mappings": [${mappingShape}] }`,
      );
      return jsonResponse(200, { problems: await mappings().validate(params.sync!, set.map(defined), ctx) });
    },
    "GET /mappings/{sync}/choices": async ({ ctx, params }) =>
      jsonResponse(200, await mappings().choices(params.sync!, ctx)),
  };
}
