import * as z from "zod/mini";
import { defined } from "../util/defined.ts";
import { jsonResponse } from "../webhooks/http/respond.ts";
import { type Bodies, bodyOf, type Handler } from "./call.ts";
import { choiceIn, pageParams } from "./page-params.ts";
import type { RouteKey } from "./routes.ts";
import type { SyncRunKind, SyncService } from "./services.ts";

type SyncRoute = Extract<RouteKey, `${string} /sync/${string}`>;

const id = z.string().check(z.minLength(1), z.maxLength(256));
const pauseBody = z.strictObject({ reason: z.optional(z.string().check(z.maxLength(200))) });
const explainBody = z.union([
  z.strictObject({ localId: id, values: z.optional(z.boolean()) }),
  z.strictObject({ hubspotId: id, values: z.optional(z.boolean()) }),
]);
const replayBody = z.strictObject({
  records: z.optional(
    z.array(z.strictObject({ side: z.enum(["local", "remote"]), key: id })).check(z.minLength(1), z.maxLength(1_000)),
  ),
});
/** Whether there is such a time zone, the service says. */
const timing = z.strictObject({
  every: z.union([z.enum(["5m", "1h", "1d", "1mo"]), z.strictObject({ ms: z.int().check(z.minimum(1_000)) })]),
  timeZone: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  at: z.optional(z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/))),
  day: z.optional(z.int().check(z.minimum(1), z.maximum(31))),
});
const scheduleBody = z.strictObject({
  changes: z.optional(z.union([z.literal("realtime"), timing])),
  reconcile: z.optional(z.union([z.literal("off"), timing])),
});
const timingShape =
  '{ "every": "5m", "1h", "1d", "1mo" or { "ms": 1000 or more }, "timeZone"?: IANA name, "at"?: "HH:MM", "day"?: 1 to 31 }';

export const syncBodies: Bodies<SyncRoute> = {
  "POST /sync/{name}/pause": z.prefault(pauseBody, {}),
  "POST /sync/{name}/explain": explainBody,
  "POST /sync/{name}/quarantine/replay": z.prefault(replayBody, {}),
  "PUT /sync/{name}/schedule": scheduleBody,
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
    "PUT /sync/{name}/schedule": async ({ ctx, params, json }) => {
      const shape = `the body must be { "changes"?: "realtime" or a timing, "reconcile"?: "off" or a timing }, a timing being ${timingShape}`;
      const { changes, reconcile } = bodyOf(scheduleBody, await json(), shape);
      const whole = <T>(one: T) => (typeof one === "object" && one !== null ? defined(one) : one);
      const change = defined({ changes: whole(changes), reconcile: whole(reconcile) });
      return jsonResponse(200, await sync().editSchedule(params.name!, change, ctx));
    },
  };
}
