import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { TenantSetup, TriggeredFlow } from "@hubspoke/core";
import { apiKeys } from "@hubspoke/core/webhooks";
import { type Around, around, type StartOptions } from "@hubspoke/example-kit/around";
import { failed } from "@hubspoke/example-kit/failed";
import { opened } from "@hubspoke/example-kit/opened";
import { application, pages, serve } from "@hubspoke/example-kit/serve";
import { troubleRoutes } from "@hubspoke/example-kit/trouble";
import { expressAuthorized, expressRoute, expressRouter, keepRawBody } from "@hubspoke/express";
import express, { type Request } from "express";
import { api } from "./api.ts";
import { type Database, openDatabase, tenant } from "./database.ts";
import { customObjects, type Integration, integrate } from "./hubspoke.ts";
import { onboarding } from "./onboarding.ts";
import { schedules, utilization } from "./schedules.ts";
import { simulatedSales, winDeal } from "./simulated.ts";

export interface Warp extends Integration, Around {
  readonly url: string;
  /** WARP's own API has two: one looks, the other changes things as well. */
  readonly keys: { readonly read: string; readonly write: string };
  readonly data: Database;
  readonly flow: TriggeredFlow<unknown>;
  readonly setup: TenantSetup;
  close(): Promise<void>;
}

const hooks = "/api/v1/webhooks/hubspot";

/** The whole product: server, page, worker. */
export function start(given: StartOptions): Promise<Warp> {
  return opened(async (keep) => {
    const { port, env = process.env, options } = given;
    const app = application();
    const server = keep(await serve(app, port, env.HOST));
    const { url } = server;
    const simulate = () => simulatedSales(url + hooks, options?.clock);
    const amid = await around(keep, "warp", given, simulate);
    const { hubspot, postgres, schemaName } = amid;
    const data = keep(await openDatabase(postgres.url, schemaName, hubspot !== null));
    const integration = integrate(data, postgres.url, `${schemaName}_hubspoke`, amid.surroundings);
    const hubspoke = keep(integration.hubspoke);
    const flow = onboarding(data, hubspoke);
    const timed = [...schedules(integration, data), flow.missed];
    const ofObjects = async () => void timed.push(utilization(integration, data, await customObjects(integration)));
    const setup = hubspoke
      .setup({
        schema: integration.schema,
        steps: [{ name: "custom objects", run: ofObjects }],
        schedules: () => timed,
      })
      .for(tenant);
    setup.start();

    const made = () => randomBytes(18).toString("base64url");
    const keys = { read: env.WARP_READ_KEY || made(), write: env.WARP_WRITE_KEY || made() };
    const authorize = apiKeys([
      { key: keys.write, tenant, actor: { id: "write-key", role: "admin" } },
      { key: keys.read, tenant, actor: { id: "read-key", role: "viewer" }, readOnly: true },
    ]);
    const mount = { perMinute: 1_200, authorize };
    const addresses = (env.WARP_WEBHOOK_ADDRESSES ?? "").split(/[\s,]+/).filter(Boolean);
    const from = addresses.length === 0 ? {} : { addresses };
    app.post(hooks, expressRoute(hubspoke, "POST /webhooks", from));
    app.post(`${hooks}/:object`, expressRoute(hubspoke, "POST /webhooks/{object}", from));

    const v1 = express.Router();
    v1.use(expressAuthorized<Request>(authorize), express.json({ limit: "256kb", verify: keepRawBody }));
    v1.post("/sync/:name/hubspot", expressRoute<Request>(hubspoke, "POST /sync/{name}/backfill", mount));
    v1.get("/sync/all/status", expressRoute<Request>(hubspoke, "GET /sync/status", mount));
    v1.get("/sync/:name/status", expressRoute<Request>(hubspoke, "GET /sync/{name}", mount));
    v1.use(api(integration, data, hubspot !== null));
    if (hubspot !== null) {
      v1.post("/simulated/deal", (_req, res) => void res.json({ won: winDeal(hubspot) }));
      v1.use("/simulated", troubleRoutes(hubspot.simulator));
    }
    const routers = ["sync", "conflicts", "outbox", "audit", "privacy", "health", "openapi"] as const;
    app.use("/api/v1", v1, expressRouter<Request>(hubspoke, { ...mount, routers }));
    app.use(pages(join(import.meta.dirname, "../page")));
    app.use(failed);

    keep(hubspoke.worker().start());
    // Once more: whoever is being answered needs all of the above.
    keep(server);
    return { ...integration, ...amid, url, keys, data, flow, setup };
  });
}
