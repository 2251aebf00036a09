import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { type Request as MfRequest, type Response as MfResponse, Miniflare } from "miniflare";
import { type Simulated, simulatedHubSpot } from "./simulated.ts";

const here = join(import.meta.dirname, "..");

export interface StartOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Where the D1 database is kept; null: in memory, gone after the stop. */
  readonly folder: string | null;
  /** Variables and secrets of a deployment. Without HUBSPOT_CLIENT_ID there is a simulated HubSpot. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A simulated one that runs already, for a product that is started again. */
  readonly hubspot?: Simulated;
  /** The Worker; for tests. Default `worker.ts`. */
  readonly entry?: string;
  /** Answers what the Worker asks of others; for tests. Default: the network. */
  readonly outbound?: (request: MfRequest) => Promise<MfResponse>;
}

export interface CallNotes {
  readonly url: string;
  /** Null when a real HubSpot is behind it. */
  readonly hubspot: Simulated | null;
  /** What the cron trigger does every minute. */
  cron(): Promise<void>;
  /** Ends workerd at once, whatever it is doing. */
  kill(): Promise<void>;
  /** `kill`, and the simulated HubSpot. */
  close(): Promise<void>;
}

/** The Worker in workerd, with a D1 database, its page and a HubSpot beside it: as it is deployed, but on this machine. */
export async function start(options: StartOptions): Promise<CallNotes> {
  const { folder, env = process.env, entry = join(here, "worker.ts"), outbound } = options;
  const port = options.port === 0 ? await freePort() : options.port;
  // HubSpot takes http for the name localhost alone.
  const url = `http://localhost:${port}`;
  const real = env.HUBSPOT_CLIENT_ID !== undefined;
  const hubspot = options.hubspot ?? (real ? null : await simulatedHubSpot(url));
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    modules: [{ type: "ESModule", path: "worker.mjs", contents: await bundle(entry) }],
    compatibilityDate: /^compatibility_date = "(.+)"$/m.exec(text("wrangler.toml"))?.[1] ?? "",
    d1Databases: { DB: "call-notes" },
    ...(folder === null ? {} : { d1Persist: folder }),
    assets: {
      directory: join(here, "page"),
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
    bindings: { ...named(env), ...hubspot?.env },
    ...(outbound === undefined ? {} : { outboundService: outbound }),
  });
  await miniflare.ready;
  const database = await miniflare.getD1Database("DB");
  for (const file of readdirSync(join(here, "migrations")).sort()) {
    const sql = text(join("migrations", file)).replace(/--.*$/gm, "");
    const statements = sql.split(";").filter((one) => one.trim() !== "");
    await database.batch(statements.map((one) => database.prepare(one)));
  }
  return {
    url,
    hubspot,
    async cron() {
      await (await miniflare.getWorker()).scheduled({ cron: "* * * * *" });
    },
    kill: () => miniflare.dispose(),
    async close() {
      await miniflare.dispose();
      await hubspot?.close();
    },
  };
}

const text = (file: string): string => readFileSync(join(here, file), "utf8");

/** What a deployment would have as variables and secrets, of everything in a shell's environment. */
function named(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const ours = /^(?:HUBSPOT_|HUBSPOKE_|RECORDING_HOSTS$|LOGIN_PASSWORD$|TEST_)/;
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value !== undefined && ours.test(name) ? [[name, value]] : [])),
  );
}

/** The Worker as a deployment bundles it. A Node builtin anywhere in it fails the build. */
async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["@hubspoke/source", "workerd", "worker", "import"],
    mainFields: ["module", "main"],
    target: "es2023",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text: code }) => code).join();
}

/** HubSpot's app must know the address of the Worker before the Worker starts. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
