import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { configFromEnv, type TenantSetup, type TriggeredFlow, verifyLine as verifiedLine } from "@hubspoke/core";
import { apiKeys } from "@hubspoke/core/webhooks";
import { failed } from "@hubspoke/example-kit/failed";
import { opened } from "@hubspoke/example-kit/opened";
import { type FoundPostgres, findPostgres } from "@hubspoke/example-kit/postgres";
import { application, pages, serve } from "@hubspoke/example-kit/serve";
import type { Simulated } from "@hubspoke/example-kit/simulated-hubspot";
import { troubleRoutes } from "@hubspoke/example-kit/trouble";
import { expressAuthorized, expressRoute, expressRouter, keepRawBody } from "@hubspoke/express";
import express, { type Request } from "express";
import { api } from "./api.ts";
import { type Database, openDatabase, tenant } from "./database.ts";
import { customObjects, type Integration, integrate, type Surroundings } from "./hubspoke.ts";
import { onboarding, type WonDeal } from "./onboarding.ts";
import { schedules, utilization } from "./schedules.ts";
import { simulatedSales, winDeal } from "./simulated.ts";

export interface StartOptions {
  readonly port: number;
  /** WARP's schema; Hubspoke's tables are in `<schema>_hubspoke`. Default `warp`, or `warp_simulated`. */
  readonly schema?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Over what the environment says. */
  readonly options?: Partial<Surroundings>;
}

export interface Warp extends Integration {
  readonly url: string;
  /** WARP's own API has two: one looks, the other changes things as well. */
  readonly keys: { readonly read: string; readonly write: string };
  readonly data: Database;
  readonly flow: TriggeredFlow<WonDeal>;
  readonly setup: TenantSetup;
  readonly postgres: FoundPostgres;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  close(): Promise<void>;
}

const hooks = "/api/v1/webhooks/hubspot";

/** The whole product: server, page, worker. */
export function start({ port, schema, env = process.env, options }: StartOptions): Promise<Warp> {
  return opened(async (keep) => {
    const app = application();
    const server = keep(await serve(app, port, env.HOST));
    const { url } = server;
    const real = (env.HUBSPOT_ACCESS_TOKEN ?? env.HUBSPOT_API_KEY ?? env.HUBSPOT_READ_TOKEN) !== undefined;
    const hubspot = real ? null : keep(await simulatedSales(url + hooks, options?.clock));
    const postgres = keep(await findPostgres(env));
    // Two HubSpots never meet in one schema: their ids are other people's.
    const own = schema ?? (real ? "warp" : "warp_simulated");
    const data = keep(await openDatabase(postgres.url, own, !real && schema === undefined));
    const surroundings = { ...(configFromEnv(hubspot?.env ?? env) as Surroundings), ...options };
    const integration = integrate(data, postgres.url, `${own}_hubspoke`, surroundings);
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
    return { ...integration, url, keys, data, flow, setup, postgres, hubspot };
  });
}

/** The line at start: whether HubSpot answers and what is not as declared, or what is wrong. */
export async function verifyLine({ hubspoke, schema }: Integration): Promise<string> {
  const found = await hubspoke.verify(tenant);
  const line = verifiedLine(found, "changes wait and nothing is lost");
  if (!found.ok) return line;
  const { actions, conflicts } = await schema.plan(tenant);
  const apart = actions.length + conflicts.length;
  return `${line}; its schema ${apart === 0 ? "is as declared" : `differs in ${apart}, and is being made as declared`}`;
}
