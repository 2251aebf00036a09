import { HubspokeError, isHubspokeError } from "@hubspoke/core/errors";
import { errorResponse } from "@hubspoke/core/webhooks";
import { application } from "@hubspoke/example-kit/hono";
import { type HonoClient, honoGuard, honoRoute, honoRouter, jsonObject } from "@hubspoke/hono";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { accountOf, newWebhookSecret, saveSettings, tenantOf } from "./accounts.ts";
import { isLogStatus, receive, syncLog, tidy } from "./calls.ts";
import { type Env, hostsOf, type Invocation, integrate, type More, type Scope } from "./hubspoke.ts";
import { signatureOf } from "./report.ts";
import { grantOf, loginOf, signIn } from "./session.ts";

export interface WorkerHandlers {
  fetch(request: Request, env: Env, invocation: Invocation): Response | Promise<Response>;
  scheduled(event: unknown, env: Env, invocation: Invocation): Promise<void>;
}

/** Of a report: a long call's transcript comes along. */
const maxBodyBytes = 2 * 1024 * 1024;

/** The whole product, as a Worker. */
export function callNotes(more: More = () => ({})): WorkerHandlers {
  const app = application<Scope>();
  app.use("/api/*", async (c, next) => {
    c.set("notes", integrate(c.env, c.executionCtx, more));
    await next();
    // Whoever is refused is heard to the end: where a body is left unread the connection is cut, and the answer with it.
    const { raw } = c.req;
    if (raw.body?.locked === false && !raw.bodyUsed && c.res.status !== 413) await raw.arrayBuffer();
  });

  const tooLarge = () => errorResponse(new HubspokeError("BODY_TOO_LARGE", `send at most ${maxBodyBytes} bytes`));
  app.use("/api/*", bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }));

  app.post("/api/webhooks/:id", async (c) => {
    const taken = await receive(c.var.notes, c.req.param("id"), await c.req.arrayBuffer(), c.req.raw.headers);
    if (taken === "new") writeBehind(c);
    return c.json({ taken }, 202);
  });

  app.get("/api/health", async (c) => {
    const { checks } = await c.var.notes.hubspoke.verify("health");
    const own = checks.filter(({ name }) => name === "schema" || name === "keys");
    const ok = own.every((check) => check.ok);
    return c.json({ ok, checks: own }, ok ? 200 : 503);
  });

  // Below are a person's: with a session, and nothing changed by other sites' pages.
  app.use("/api/*", honoGuard());
  app.post("/api/login", async (c) => c.json(await signIn(c)));
  app.post("/api/logout", async (c) => {
    c.header("set-cookie", await loginOf(c).signOut(c.req.raw));
    return c.json({ signedOut: true });
  });

  app.get("/api/me", async (c) => {
    const user = await loginOf(c).userOf(c.req.raw);
    if (user === null) return c.json({ user });
    const account = await accountOf(c.var.notes, tenantOf(user.workspace, user.name));
    const { webhookId, uploadRecordings, whenDisconnected } = account;
    const settings = { uploadRecordings, whenDisconnected };
    const webhook = new URL(`/api/webhooks/${webhookId}`, c.req.url).href;
    return c.json({ user, settings, webhook, recordingHosts: hostsOf(c.env) });
  });
  app.put("/api/settings", async (c) => {
    const { tenant } = await grantOf(c);
    const { uploadRecordings, whenDisconnected } = await jsonObject(c);
    if (typeof uploadRecordings !== "boolean" || (whenDisconnected !== "wait" && whenDisconnected !== "skip")) {
      throw invalid('send { "uploadRecordings": true or false, "whenDisconnected": "wait" or "skip" }');
    }
    await saveSettings(c.var.notes, tenant, { uploadRecordings, whenDisconnected });
    return c.json({ uploadRecordings, whenDisconnected });
  });
  app.get("/api/webhook-secret", async (c) =>
    c.json({ secret: (await accountOf(c.var.notes, (await grantOf(c)).tenant)).secret }),
  );
  app.post("/api/webhook-secret", async (c) =>
    c.json({ secret: await newWebhookSecret(c.var.notes, (await grantOf(c)).tenant) }),
  );

  /** A call that the page makes up, through the very door that calls come in by. */
  app.post("/api/test-call", async (c) => {
    const { notes } = c.var;
    const { tenant } = await grantOf(c);
    const { phone, summary, recordingUrl } = await jsonObject(c);
    const call = { id: `test-${crypto.randomUUID()}`, customer: { number: phone } };
    const message = { type: "end-of-call-report", call, analysis: { summary }, artifact: { recordingUrl } };
    const raw = new TextEncoder().encode(JSON.stringify({ message })).buffer;
    const { webhookId, secret } = await accountOf(notes, tenant);
    const headers = await signatureOf(raw, secret, notes.clock.now());
    const taken = await receive(notes, webhookId, raw, headers);
    if (taken === "new") writeBehind(c);
    return c.json({ taken, id: call.id }, 202);
  });

  app.get("/api/hubspot/sync-logs", async (c) => {
    const { tenant } = await grantOf(c);
    const { status, after, limit = "20" } = c.req.query();
    if (status !== undefined && !isLogStatus(status)) throw invalid("status is waiting, success, skipped or error");
    if (!/^([1-9]\d?|100)$/.test(limit)) throw invalid("limit is a whole number from 1 to 100");
    const log = await syncLog(c.var.notes, tenant, { status, after, limit: Number(limit) });
    const alerts = await c.var.notes.hubspoke.openAlerts(tenant);
    return c.json({
      ...log,
      alerts: alerts.map(({ name, at, severity, details }) => ({ name, at, severity, details })),
    });
  });
  app.get("/api/hubspot/verify", async (c) => c.json(await c.var.notes.hubspoke.verify((await grantOf(c)).tenant)));

  // The rest is the library's, two of its routes under the document's addresses.
  const mount = { authorize: (_request: Request, { c }: HonoClient<Scope>) => grantOf(c) };
  const of = (c: Context<Scope>) => c.var.notes.hubspoke;
  app.get("/api/hubspot/status", honoRoute(of, "GET /oauth/status", mount));
  app.delete("/api/hubspot/disconnect", honoRoute(of, "DELETE /oauth/disconnect", mount));
  app.route("/api/hubspot", honoRouter(of, { ...mount, routers: ["oauth", "outbox"] }));
  app.all("/api/*", () => errorResponse(new HubspokeError("ROUTE_UNKNOWN", "there is nothing at this address")));

  app.get("*", (c) => c.env.ASSETS.fetch(c.req.raw));

  return {
    fetch: (request, env, invocation) => app.fetch(request, env, invocation as Context["executionCtx"]),
    async scheduled(_event, env, invocation) {
      const notes = integrate(env, invocation, more);
      await notes.hubspoke.worker().tick({ budgetMs: 20_000 });
      await tidy(notes);
    },
  };
}

/** The note is written behind the answer; what that does not come to is left to the cron trigger. */
function writeBehind(c: Context<Scope>): void {
  const written = c.var.notes.hubspoke.worker().runJob("outbox", { budgetMs: 15_000 });
  c.executionCtx.waitUntil(
    written.catch((error: unknown) => {
      const code = isHubspokeError(error) ? error.code : "INTERNAL";
      console.warn(JSON.stringify({ event: "call-notes.left_to_cron", code }));
    }),
  );
}

function invalid(what: string): HubspokeError<"INPUT_INVALID"> {
  return new HubspokeError("INPUT_INVALID", what);
}
