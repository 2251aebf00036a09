import type { TriggerDraft } from "@hubspoke/core";
import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import type { RouteKey } from "@hubspoke/core/webhooks";
import { honoGuard, honoRoute, jsonObject } from "@hubspoke/hono";
import { Hono } from "hono";
import type { Kysely } from "kysely";
import type { Tables } from "./database.ts";
import type { Integration } from "./hubspoke.ts";
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
export function api(integration: Integration, db: Kysely<Tables>): Hono {
  const { hubspoke, leads, setup } = integration;
  const app = new Hono();

  const answer = (route: RouteKey) =>
    honoRoute(hubspoke, route, {
      authorize: (_request, { c }) => grantOf(c),
      params: (c) => ({ id: c.req.query("id") ?? "-", sync: "leads", name: "leads" }),
    });
  for (const [own, route] of Object.entries(routes)) {
    const [method = "", path = ""] = own.split(" ");
    app.on(method, path, answer(route));
  }

  // The library guards its own routes; these are the product's.
  const guard = honoGuard();
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

  app.put("/config", guard, async (c) => {
    const { enabled, schedule } = await jsonObject(c);
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

  /** The library takes a trigger while HubSpot is away; whoever names a property here that is none is still there to read it. */
  app.post("/workflows", guard, async (c) => {
    const draft = (await jsonObject(c)) as unknown as TriggerDraft;
    const grant = grantOf(c);
    const properties = hubspoke.client({ tenant: grant.tenant }).properties("contacts");
    const found = await asked(properties.list({ signal: AbortSignal.timeout(3_000) }));
    const named = Array.isArray(draft.actions) ? draft.actions.flatMap((one) => propertiesOf(one)) : [];
    const stray = named.find((name) => !("code" in found) && !found.some((property) => property.name === name));
    if (stray !== undefined)
      throw new HubspokeError(
        "PROPERTY_UNKNOWN",
        `HubSpot has no contact property "${stray}": choose one, or make it there`,
      );
    return c.json(await hubspoke.workflows.create(draft, grant), 201);
  });

  /** Taken on durably and answered at once; the worker does it, and `/sync/status` says how far it is. */
  app.post("/sync/start", guard, async (c) => {
    const workspace = workspaceOf(c);
    await db
      .insertInto("started")
      .values({ workspace_id: workspace })
      .onConflict((on) => on.doNothing())
      .execute();
    setup.for(workspace).start();
    return c.json({ setup: setup.for(workspace).status() }, 202);
  });

  app.post("/sync/activities", guard, async (c) => {
    return c.json({ replayed: await hubspoke.outbox.replay(workspaceOf(c)) }, 202);
  });

  app.get("/sync/status", async (c) => {
    const workspace = workspaceOf(c);
    const outbox = async (state: "waiting" | "done" | "failed") =>
      (await hubspoke.outbox.list({ tenant: workspace, kind: "email-event", state, limit: 1 })).total;
    const activity = { pending: await outbox("waiting"), synced: await outbox("done"), error: await outbox("failed") };
    // From the storage alone: it is answered while HubSpot is away, and says so.
    const { hubspot, syncs } = await hubspoke.overview(workspace);
    const entity = (sync: string) => {
      const { on, paused, linked, waiting, quarantine, pass } = syncs.find(({ name }) => name === sync)!;
      const running = pass?.state === "running" ? { done: pass.done, total: pass.total, etaMs: pass.etaMs } : null;
      const lastSyncedAt = pass?.updatedAt ?? null;
      return { on, paused, synced: linked, pending: waiting.records, error: quarantine.total, running, lastSyncedAt };
    };
    return c.json({
      setup: setup.for(workspace).status(),
      contact: entity("leads"),
      company: entity("companies"),
      activity,
      trouble: hubspot.trouble?.code ?? null,
    });
  });

  /** What the mailing part of the product says: sent, open, click, reply, bounce, unsubscribe. */
  app.post("/events", guard, async (c) => {
    const event: unknown = await jsonObject(c);
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

/** That HubSpot is not connected, or cannot be asked now, is a state of the page and not a failure of it. */
async function asked<T extends object>(work: Promise<T>): Promise<T | { readonly code: string }> {
  try {
    return await work;
  } catch (error) {
    if (isHubspokeError(error)) return { code: error.code };
    throw error;
  }
}

/** The properties an action sets. What is no action is refused by the library, in its own words. */
const propertiesOf = (action: unknown): readonly string[] =>
  typeof action === "object" && action !== null && "properties" in action ? Object.keys(Object(action.properties)) : [];

const isTimes = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.keys(value).every((name) => name === "changes" || name === "reconcile");
