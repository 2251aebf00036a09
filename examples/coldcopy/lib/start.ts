import { mkdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { configFromEnv, type HubspokeOptions, isHubspokeError } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { type Simulated, simulatedOAuthHubSpot } from "@hubspoke/example-kit/simulated-hubspot";
import { honoRouter } from "@hubspoke/hono";
import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import type { Kysely } from "kysely";
import { api, failed } from "./api.ts";
import { openDatabase, type Tables } from "./database.ts";
import { type Integration, integrate } from "./hubspoke.ts";
import { grantOf, workspaces } from "./session.ts";

export interface ColdCopy extends Integration {
  readonly url: string;
  readonly db: Kysely<Tables>;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  close(): Promise<void>;
}

const scopes = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "timeline",
] as const;

const policy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const page = (name: string): string => readFileSync(join(import.meta.dirname, "../page", name), "utf8");

/** The whole product: server, page, worker. */
export async function start({ folder, port }: { readonly folder: string; readonly port: number }): Promise<ColdCopy> {
  mkdirSync(folder, { recursive: true });
  const app = new Hono();
  const server = serve({ fetch: app.fetch, port, hostname: process.env.HOST ?? "127.0.0.1" });
  await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
  // HubSpot takes http for the name localhost alone.
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const base = `${url}/api/integrations/hubspot`;
  const real = process.env.HUBSPOT_CLIENT_ID !== undefined;
  const redirectUri = `${base}/callback`;
  const hubspot = real ? null : await simulatedOAuthHubSpot({ name: "coldcopy", redirectUri, scopes });
  const env = hubspot === null ? process.env : { ...hubspot.env, HUBSPOT_WEBHOOK_URL: `${base}/webhooks` };
  const options = configFromEnv(env, { returnTo: ["/"] }) as Omit<HubspokeOptions, "storage">;
  const db = await openDatabase(folder);
  const integration = integrate(db, folder, options);
  const { hubspoke } = integration;

  app.onError(failed);
  app.use(async (c, next) => {
    await next();
    c.header("content-security-policy", policy);
    c.header("referrer-policy", "no-referrer");
    c.header("x-content-type-options", "nosniff");
    if (c.req.path.startsWith("/api/")) c.header("cache-control", "no-store");
  });
  app.route("/api/integrations/hubspot", api(integration));
  app.route("/hubspot", honoRouter(hubspoke, { authorize: (_request, { c }) => grantOf(c) }));
  app.get("/", (c) =>
    c.html(page("index.html").replace("{{workspaces}}", workspaces.map((name) => `<option>${name}</option>`).join(""))),
  );
  app.get("/page.js", (c) => c.body(page("page.js"), 200, { "content-type": "text/javascript" }));
  app.get("/page.css", (c) => c.body(page("page.css"), 200, { "content-type": "text/css" }));
  app.post("/workspace", async (c) => {
    // A form holds no JSON, so the guard of the other routes is not for it; other sites' pages are told apart all the same.
    const from = c.req.header("sec-fetch-site") ?? "same-origin";
    if (from !== "same-origin" && from !== "none")
      throw new HubspokeError("ORIGIN_REFUSED", "choose the workspace on ColdCopy's own page");
    setCookie(c, "workspace", String((await c.req.parseBody()).workspace), {
      httpOnly: true,
      sameSite: "Lax",
      path: "/",
    });
    return c.redirect("/", 303);
  });
  app.get("/api/leads", async (c) =>
    c.json(
      await db
        .selectFrom("leads")
        .selectAll()
        .where("workspace_id", "=", grantOf(c).tenant)
        .orderBy("email")
        .limit(50)
        .execute(),
    ),
  );

  const stop = new AbortController();
  const working = hubspoke.worker().run(stop.signal);
  return {
    ...integration,
    url,
    db,
    hubspot,
    async close() {
      stop.abort();
      await working;
      await hubspoke.close();
      await db.destroy();
      await hubspot?.close();
      await new Promise((resolve) => {
        server.close(resolve);
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

/** One line for each workspace: whether it is connected, and to whom. */
export async function verifyLines({ hubspoke }: Integration): Promise<readonly string[]> {
  return Promise.all(
    workspaces.map(async (workspace) => {
      try {
        const { ok, portalId, checks } = await hubspoke.verify(workspace);
        const wrong = checks.flatMap((check) => (check.ok ? [] : [check.code]));
        return `${workspace}: ${ok ? `connected to HubSpot account ${portalId}` : `not connected (${wrong.join(", ")})`}`;
      } catch (error) {
        if (!isHubspokeError(error)) throw error;
        return `${workspace}: ${error.code}`;
      }
    }),
  );
}
