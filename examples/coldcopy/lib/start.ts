import { mkdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { configFromEnv, type HubspokeOptions, verifyLine } from "@hubspoke/core";
import { HubspokeError } from "@hubspoke/core/errors";
import { application, frontDoor } from "@hubspoke/example-kit/hono";
import { hostFor } from "@hubspoke/example-kit/login";
import { opened } from "@hubspoke/example-kit/opened";
import { type Simulated, simulatedOAuthHubSpot } from "@hubspoke/example-kit/simulated-hubspot";
import { honoRouter } from "@hubspoke/hono";
import { setCookie } from "hono/cookie";
import type { Kysely } from "kysely";
import { api } from "./api.ts";
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

const page = (name: string): string => readFileSync(join(import.meta.dirname, "../page", name), "utf8");
const css = { "content-type": "text/css" };

export interface StartOptions {
  /** Where the databases are. */
  readonly folder: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly env?: NodeJS.ProcessEnv;
  /** A simulated one that runs already, for a product that is started again. */
  readonly hubspot?: Simulated;
}

/** The whole product: server, page, worker. */
export function start({ folder, port, env = process.env, hubspot: running }: StartOptions): Promise<ColdCopy> {
  return opened(async (keep) => {
    const hostname = hostFor(env);
    mkdirSync(folder, { recursive: true });
    const app = application();
    const server = serve({ fetch: app.fetch, port, hostname });
    await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
    keep({
      close: () =>
        new Promise((resolve) => {
          server.close(resolve);
          if ("closeAllConnections" in server) server.closeAllConnections();
        }),
    });
    // HubSpot takes http for the name localhost alone.
    const url = `http://localhost:${(server.address() as AddressInfo).port}`;
    const base = `${url}/api/integrations/hubspot`;
    const real = env.HUBSPOT_CLIENT_ID !== undefined;
    const redirectUri = `${base}/callback`;
    const hubspot =
      running ?? (real ? null : keep(await simulatedOAuthHubSpot({ name: "coldcopy", redirectUri, scopes })));
    const settings = hubspot === null ? env : { ...hubspot.env, HUBSPOT_WEBHOOK_URL: `${base}/webhooks` };
    const options = configFromEnv(settings, { returnTo: ["/"] }) as Omit<HubspokeOptions, "storage">;
    const db = await openDatabase(folder);
    keep({ close: () => db.destroy() });
    const integration = integrate(db, folder, options);
    const hubspoke = keep(integration.hubspoke);

    // Whoever comes in is an administrator. HubSpot's webhooks come in by their signature.
    app.use(frontDoor(env.LOGIN_PASSWORD, ["/api/integrations/hubspot/webhooks", "/hubspot/webhooks"]));
    app.route("/api/integrations/hubspot", api(integration, db));
    app.route("/hubspot", honoRouter(hubspoke, { authorize: (_request, { c }) => grantOf(c) }));
    app.get("/", (c) =>
      c.html(
        page("index.html").replace("{{workspaces}}", workspaces.map((name) => `<option>${name}</option>`).join("")),
      ),
    );
    app.get("/page.js", (c) => c.body(page("page.js"), 200, { "content-type": "text/javascript" }));
    app.get("/page.css", (c) => c.body(page("page.css"), 200, css));
    app.get("/kit/page/base.css", (c) => c.body(page("../../kit/page/base.css"), 200, css));
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

    const begun = await db.selectFrom("started").selectAll().execute();
    for (const { workspace_id: workspace } of begun) integration.setup.for(workspace).start();
    keep(hubspoke.worker().start());
    return { ...integration, url, db, hubspot };
  });
}

/** One line for each workspace: whether it is connected, and to whom. One that is not yet is no failure. */
export async function verifyLines({ hubspoke }: Integration): Promise<readonly string[]> {
  return Promise.all(
    workspaces.map(async (workspace) => {
      const found = await hubspoke.verify(workspace);
      const isNew = !found.ok && found.checks.every((one) => one.ok || one.code === "AUTH_DISCONNECTED");
      return `${workspace}: ${isNew ? "not connected to HubSpot; its page connects it" : verifyLine(found)}`;
    }),
  );
}
