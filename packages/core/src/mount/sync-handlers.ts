import * as z from "zod";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { choiceIn, pageParams } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { SyncRunKind, SyncService } from "./services.ts";

type SyncRoute = Extract<RouteKey, `${string} /sync/${string}`>;

const id = z.string().min(1).max(256);
const pauseBody = z.strictObject({ reason: z.string().max(200).optional() });
const explainBody = z
  .strictObject({ localId: id.optional(), hubspotId: id.optional(), values: z.boolean().optional() })
  .refine(({ localId, hubspotId }) => (localId === undefined) !== (hubspotId === undefined));
const replayBody = z.strictObject({
  records: z
    .array(z.strictObject({ side: z.enum(["local", "remote"]), key: id }))
    .min(1)
    .max(1_000)
    .optional(),
});

export const syncBodies: Bodies<SyncRoute> = {
  "POST /sync/{name}/pause": pauseBody,
  "POST /sync/{name}/explain": explainBody,
  "POST /sync/{name}/quarantine/replay": replayBody,
};

/** What answers the routes of syncs. */
export function syncHandlers(sync: () => SyncService): Readonly<Record<SyncRoute, Handler>> {
  const start =
    (kind: SyncRunKind): Handler =>
    async ({ ctx, params }) =>
      jsonResponse(202, { run: (await sync().start(params.name!, kind, ctx)) ?? null });
  return {
    "GET /sync/status": async ({ ctx }) => jsonResponse(200, { syncs: await sync().status(ctx) }),
    "GET /sync/overview": async ({ ctx }) => jsonResponse(200, await sync().overview(ctx)),
    "GET /sync/{name}": async ({ ctx, params }) => jsonResponse(200, await sync().one(params.name!, ctx)),
    "POST /sync/{name}/backfill": start("backfill"),
    "POST /sync/{name}/reconcile": start("reconcile"),
    "POST /sync/{name}/plan": async ({ ctx, params }) => jsonResponse(200, await sync().plan(params.name!, ctx)),
    "POST /sync/{name}/pause": async ({ ctx, params, json }) => {
      const { reason } = bodyOf(
        pauseBody,
        await json({}),
        'the body must be { "reason"?: text of at most 200 characters }',
      );
      return jsonResponse(200, await sync().pause(params.name!, reason, ctx));
    },
    "POST /sync/{name}/resume": async ({ ctx, params }) => jsonResponse(200, await sync().resume(params.name!, ctx)),
    "GET /sync/{name}/log": async ({ ctx, params, request }) => {
      const status = choiceIn(request, "status", ["success", "error", "skipped"]);
      const localId = new URL(request.url).searchParams.get("localId") ?? undefined;
      return jsonResponse(
        200,
        await sync().log(params.name!, defined({ status, localId, ...pageParams(request) }), ctx),
      );
    },
    "POST /sync/{name}/explain": async ({ ctx, params, json }) => {
      const shape = 'the body must be { "localId": text } or { "hubspotId": text }, and may ask for "values": true';
      const { values = false, ...ids } = bodyOf(explainBody, await json(), shape);
      return jsonResponse(200, await sync().explain(params.name!, defined(ids), values, ctx));
    },
    "GET /sync/{name}/quarantine": async ({ ctx, params, request }) =>
      jsonResponse(200, await sync().quarantine(params.name!, pageParams(request), ctx)),
    "POST /sync/{name}/quarantine/replay": async ({ ctx, params, json }) => {
      const shape = 'the body must be { "records"?: [1 to 1000 times { "side": "local" or "remote", "key": text }] }';
      const { records } = bodyOf(replayBody, await json({}), shape);
      return jsonResponse(202, { marked: await sync().replay(params.name!, records, ctx) });
    },
    "GET /sync/{name}/schedule": async ({ ctx, params }) => jsonResponse(200, await sync().schedule(params.name!, ctx)),
    "PUT /sync/{name}/schedule": async ({ ctx, params, json }) =>
      jsonResponse(200, await sync().editSchedule(params.name!, await json(), ctx)),
  };
}
