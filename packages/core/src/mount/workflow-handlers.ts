import * as z from "zod/mini";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { draftChangesSchema, draftSchema, eventSchema } from "../workflows/trigger.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { pageParams } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { WorkflowService } from "./services.ts";

type WorkflowRoute = Extract<RouteKey, `${string} /workflows${string}`>;

/** Only the frame: the service checks drafts and events itself and says what to change. */
const draftBody = z.record(z.string(), z.unknown());
const id = z.string().check(z.minLength(1), z.maxLength(256));
const testBody = z.strictObject({ trigger: z.union([id, draftBody]), event: draftBody });

/** As the service checks them. */
export const workflowBodies: Bodies<WorkflowRoute> = {
  "POST /workflows": draftSchema,
  "PUT /workflows/{id}": draftChangesSchema,
  "POST /workflows/test": z.strictObject({ trigger: z.union([id, draftSchema]), event: eventSchema }),
  "POST /workflows/process": eventSchema,
};

/** What answers the routes of workflow triggers. */
export function workflowHandlers(workflows: () => WorkflowService): Readonly<Record<WorkflowRoute, Handler>> {
  const draft = async (json: () => Promise<unknown>) => bodyOf(draftBody, await json(), "the body must be an object");
  return {
    "GET /workflows": async ({ ctx }) => jsonResponse(200, { triggers: await workflows().list(ctx) }),
    "POST /workflows": async ({ ctx, json }) => jsonResponse(201, await workflows().create(await draft(json), ctx)),
    "GET /workflows/{id}": async ({ ctx, params }) => jsonResponse(200, await workflows().get(params.id!, ctx)),
    "PUT /workflows/{id}": async ({ ctx, params, json }) =>
      jsonResponse(200, await workflows().update(params.id!, await draft(json), ctx)),
    "DELETE /workflows/{id}": async ({ ctx, params }) => {
      await workflows().delete(params.id!, ctx);
      return new Response(null, { status: 204 });
    },
    "POST /workflows/test": async ({ ctx, json }) => {
      const { trigger, event } = bodyOf(testBody, await json(), 'the body must be { "trigger": id or draft, "event" }');
      return jsonResponse(200, await workflows().test(trigger, event, ctx));
    },
    "POST /workflows/process": async ({ ctx, json }) =>
      jsonResponse(202, await workflows().process(await draft(json), ctx)),
    "GET /workflows/{id}/executions": async ({ ctx, params, request }) =>
      jsonResponse(200, await workflows().executions({ triggerId: params.id!, ...pageParams(request) }, ctx)),
  };
}
