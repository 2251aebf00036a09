import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { errorResponse, guardStateChange, type RouteKey } from "@hubspoke/core/webhooks";
import { honoRoute } from "@hubspoke/hono";
import { type Context, Hono } from "hono";
import type { Integration } from "./hubspoke.ts";
import { provision } from "./hubspoke.ts";
import { grantOf, workspaceOf } from "./session.ts";

/** The product's addresses, and the route of the library each of them is. */
const routes: Readonly<Record<string, RouteKey>> = {
  "GET /auth": "GET /oauth/initiate",
  "GET /callback": "GET /oauth/callback",
  "POST /disconnect": "POST /oauth/disconnect",
  "GET /properties": "GET /mappings/{sync}/choices",
  "GET /mappings": "GET /mappings/{sync}",
  "POST /mappings": "PUT /mappings/{sync}",
  "POST /sync/contacts": "POST /sync/{name}/reconcile",
  "GET /workflows": "GET /workflows",
  "POST /workflows": "POST /workflows",
  "PUT /workflows": "PUT /workflows/{id}",
  "DELETE /workflows": "DELETE /workflows/{id}",
  "POST /workflows/test": "POST /workflows/test",
  "POST /workflows/process": "POST /workflows/process",
  "GET /conflicts": "GET /conflicts/{sync}/values",
  "POST /conflicts/resolve": "POST /conflicts/{sync}/{id}/resolve",
  "POST /explain": "POST /sync/{name}/explain",
  "POST /webhooks": "POST /webhooks",
};

/** Everything under `/api/integrations/hubspot`. */
export function api(integration: Integration): Hono {
  const { hubspoke, leads, companies } = integration;
  const app = new Hono();
  app.onError(failed);

  const answer = (route: RouteKey) =>
    honoRoute(hubspoke, route, {
      authorize: (_request, { c }) => grantOf(c),
      params: (c) => ({ id: c.req.query("id") ?? "-", sync: "leads", name: "leads" }),
    });
  for (const [own, route] of Object.entries(routes)) {
    const [method = "", path = ""] = own.split(" ");
    app.on(method, path, answer(route));
  }

  app.get("/config", async (c) => {
    const workspace = workspaceOf(c);
    const connection = await hubspoke.oauth?.status(workspace);
    const { master } = await hubspoke.flags.get(workspace);
    const times = connection?.connected === true ? await asked(leads.for(workspace).schedule.status()) : null;
    const trouble = times !== null && "code" in times ? times.code : null;
    return c.json({
      workspace,
      enabled: master.enabled,
      connection,
      schedule: trouble === null ? times : null,
      trouble,
    });
  });

  app.put("/config", async (c) => {
    guard(c);
    const { enabled, schedule } = await bodyOf(c);
    const grant = grantOf(c);
    const off = enabled !== undefined && typeof enabled !== "boolean";
    const none = schedule !== undefined && !isTimes(schedule);
    if (off || none || (enabled === undefined && schedule === undefined)) {
      throw new HubspokeError(
        "INPUT_INVALID",
        'send "enabled": true or false, or "schedule": { "changes"?, "reconcile"? }',
      );
    }
    if (typeof enabled === "boolean") await hubspoke.flags.set("master", { enabled }, grant);
    if (isTimes(schedule)) await leads.for(grant.tenant).schedule.edit(schedule);
    return c.json({ saved: true });
  });

  /** First contact of a workspace that has just connected: companies first, because leads name them. */
  app.post("/sync/start", async (c) => {
    guard(c);
    const workspace = workspaceOf(c);
    await provision(integration, workspace);
    const done = [await companies.for(workspace).backfill(), await leads.for(workspace).backfill()];
    return c.json({ counts: done.map(({ counts }) => counts) });
  });

  app.post("/sync/activities", async (c) => {
    guard(c);
    const replayed = await hubspoke.outbox.replay(workspaceOf(c));
    const { did } = await hubspoke.worker().tick({ budgetMs: 5_000 });
    return c.json({ replayed, did });
  });

  app.get("/sync/status", async (c) => {
    const workspace = workspaceOf(c);
    const outbox = async (state: "waiting" | "done" | "failed") =>
      (await hubspoke.outbox.list({ tenant: workspace, kind: "email-event", state, limit: 1 })).total;
    const activity = { pending: await outbox("waiting"), synced: await outbox("done"), error: await outbox("failed") };
    return c.json({
      contact: await entity(leads.for(workspace)),
      company: await entity(companies.for(workspace)),
      activity,
      trouble: integration.trouble(workspace),
    });
  });

  /** What the mailing part of the product says: sent, open, click, reply, bounce, unsubscribe. */
  app.post("/events", async (c) => {
    guard(c);
    const event: unknown = await bodyOf(c);
    const known = event as Parameters<typeof hubspoke.emailEvents.record>[0];
    return c.json(await hubspoke.emailEvents.record(known, { tenant: workspaceOf(c) }), 202);
  });

  /** Whether a webhook would be taken: HubSpot's signature is checked by the very code that takes them. */
  const take = answer("POST /webhooks");
  app.post("/webhooks/verify", async (c) => {
    const { status } = await take(c);
    return c.json({ valid: status !== 401, status });
  });
  return app;
}

async function entity(sync: ReturnType<Integration["leads"]["for"]>) {
  const status = await asked(sync.status());
  if ("code" in status) return { on: false, code: status.code };
  const { on, paused, linked, waiting, quarantined, running, lastRuns } = status;
  return {
    on,
    paused,
    synced: linked,
    pending: waiting.records,
    error: quarantined,
    running: running !== null,
    lastSyncedAt: lastRuns[0]?.updatedAt ?? null,
  };
}

/** That HubSpot is not connected, or cannot be asked now, is a state of the page and not a failure of it. */
async function asked<T extends object>(work: Promise<T>): Promise<T | { readonly code: string }> {
  try {
    return await work;
  } catch (error) {
    if (isHubspokeError(error)) return { code: error.code };
    throw error;
  }
}

/** Every failure in the library's own form, without a word of a stranger's message. */
export function failed(error: Error): Response {
  if (error instanceof SyntaxError) return errorResponse(new HubspokeError("INPUT_INVALID", "the body must be JSON"));
  if (!isHubspokeError(error)) console.error(`request failed: ${error.name}`);
  return errorResponse(error);
}

/** Errors: INPUT_INVALID; a SyntaxError for what is no JSON. */
async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await c.req.json();
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new HubspokeError("INPUT_INVALID", "the body must be a JSON object");
}

const isTimes = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((name) => name === "changes" || name === "reconcile");

/** The library guards its own routes; these are the product's. */
function guard(c: Context): void {
  guardStateChange(c.req.raw, []);
}
