import { join } from "node:path";
import { configFromEnv, type FlowHandle } from "@hubspoke/core";
import { failed } from "@hubspoke/example-kit/failed";
import { type FoundPostgres, findPostgres } from "@hubspoke/example-kit/postgres";
import { application, pages, serve } from "@hubspoke/example-kit/serve";
import { expressRouter, keepRawBody } from "@hubspoke/express";
import express, { type Request, type RequestHandler } from "express";
import { api } from "./api.ts";
import { dashboard } from "./dashboard.ts";
import { type Database, openDatabase } from "./database.ts";
import { type Figures, gatherFigures } from "./figures.ts";
import { type Integration, integrate, type Surroundings, tenant } from "./hubspoke.ts";
import { guard, type Keys, keysFrom, roleOf } from "./keys.ts";
import { onboarding, type WonDeal } from "./onboarding.ts";
import { schedules } from "./schedules.ts";
import { type Setup, setup } from "./setup.ts";
import { isTrouble, type Simulated, simulatedHubSpot, trouble, winDeal } from "./simulated.ts";

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
  readonly keys: Keys;
  readonly data: Database;
  readonly flow: FlowHandle<WonDeal>;
  readonly figures: Figures;
  readonly setup: Setup;
  readonly postgres: FoundPostgres;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  close(): Promise<void>;
}

const hooks = "/api/v1/webhooks/hubspot";

/** The whole product: server, page, worker. */
export async function start({ port, schema, env = process.env, options }: StartOptions): Promise<Warp> {
  const app = application();
  const server = await serve(app, port, env.HOST);
  const { url } = server;
  const real = (env.HUBSPOT_ACCESS_TOKEN ?? env.HUBSPOT_API_KEY ?? env.HUBSPOT_READ_TOKEN) !== undefined;
  const hubspot = real ? null : await simulatedHubSpot(url + hooks);
  const postgres = await findPostgres(env);
  // Two HubSpots never meet in one schema: their ids are other people's.
  const own = schema ?? (real ? "warp" : "warp_simulated");
  // A simulated HubSpot begins anew with each start, and so does what was in step with it.
  const data = await openDatabase(postgres.url, own, { anew: !real && schema === undefined });
  const now = () => options?.clock?.now() ?? Date.now();
  const figures = gatherFigures(data, now);
  const { metrics, onCall } = figures;
  const surroundings = {
    ...(hubspot?.surroundings ?? (configFromEnv(env) as Surroundings)),
    metrics,
    onCall,
    ...options,
  };
  const integration = integrate(data, postgres.url, `${own}_hubspoke`, surroundings);
  const { hubspoke } = integration;
  const flow = onboarding(data, hubspoke);
  const timed = schedules(integration, data, flow);
  const keys = keysFrom(env);
  const ready = setup(integration, data, timed, now);

  /** A route of the library under the address that the product gives it. */
  const routed =
    (router: RequestHandler, path: (params: Request["params"]) => string): RequestHandler =>
    (req, res, next) => {
      req.originalUrl = req.baseUrl + path(req.params);
      router(req, res, next);
    };
  const library = expressRouter<Request>(hubspoke, {
    routers: ["sync", "conflicts", "outbox", "audit", "privacy", "health", "openapi"],
    perMinute: 1_200,
    authorize(request) {
      const role = roleOf(keys, request.headers.get("authorization"));
      if (role === null || (role === "viewer" && request.method !== "GET")) return { denied: "no key that may" };
      return { tenant, actor: { id: `${role}-key`, role } };
    },
  });
  const addresses = (env.WARP_WEBHOOK_ADDRESSES ?? "").split(/[\s,]+/).filter(Boolean);
  const webhooks = expressRouter<Request>(hubspoke, {
    routers: ["webhooks"],
    ...(addresses.length === 0 ? {} : { addresses }),
  });

  app.post(
    hooks,
    routed(webhooks, () => "/webhooks"),
  );
  app.post(
    `${hooks}/:object`,
    routed(webhooks, ({ object }) => `/webhooks/${object}`),
  );
  const v1 = express.Router();
  v1.use(guard(keys), express.json({ limit: "256kb", verify: keepRawBody }));
  const show = dashboard(integration, data, { figures, setup: ready, flow });
  v1.get("/dashboard", async (_req, res) => void res.json({ simulated: hubspot !== null, ...(await show()) }));
  v1.post(
    "/sync/:name/hubspot",
    routed(library, ({ name }) => `/sync/${name}/backfill`),
  );
  v1.get(
    "/sync/:name/status",
    routed(library, ({ name }) => (name === "all" ? "/sync/status" : `/sync/${name}`)),
  );
  v1.use(api(integration, data));
  if (hubspot !== null) {
    v1.post("/simulated/deal", (_req, res) => void res.json({ won: winDeal(hubspot) }));
    v1.post("/simulated/:trouble", (req, res) => {
      if (isTrouble(req.params.trouble)) trouble(hubspot, req.params.trouble);
      res.json({ trouble: req.params.trouble });
    });
  }
  app.use("/api/v1", v1, library);
  app.use(pages(join(import.meta.dirname, "../page")));
  app.use(failed);

  const stop = new AbortController();
  const working = ready
    .prepare(stop.signal)
    .then(() => Promise.all([hubspoke.worker().run(stop.signal), ready.meet(stop.signal)]));
  const beat = setInterval(() => {
    figures.flush().catch((error: Error) => console.error(`figures not written: ${error.name}`));
  }, 2_000);
  return {
    ...integration,
    ...{ url, keys, data, flow, figures, postgres, hubspot },
    setup: ready,
    async close() {
      clearInterval(beat);
      stop.abort();
      await working;
      await server.close();
      await hubspoke.close();
      await data.close();
      await hubspot?.close();
      await postgres.stop();
    },
  };
}

/** The line at start: whether HubSpot answers, what was not as declared, and what is wrong if not. */
export async function verifyLine({ hubspoke, schema }: Integration): Promise<string> {
  const { ok, portalId, checks } = await hubspoke.verify(tenant);
  const wrong = checks.flatMap((check) => (check.ok ? [] : [`${check.code}: ${check.message}`]));
  if (!ok) return `✗ HubSpot is not connected; changes wait and nothing is lost. ${wrong.join("; ")}`;
  const { actions, conflicts } = await schema.plan(tenant);
  const drift =
    actions.length + conflicts.length === 0
      ? "as declared"
      : `${actions.length} differences, ${conflicts.length} conflicts`;
  return `✓ HubSpot connected (account ${portalId}), its schema ${drift}`;
}
