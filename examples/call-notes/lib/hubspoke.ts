import { configFromEnv, createHubSpoke, type Hubspoke, type HubspokeOptions } from "@hubspoke/core";
import { cipher, createKeyRing, createSealer, type Sealer } from "@hubspoke/core/crypto";
import { HubspokeError } from "@hubspoke/core/errors";
import type { Clock, Logger } from "@hubspoke/core/ports";
import { type D1DatabaseLike, d1Storage } from "@hubspoke/storage-d1";

/** What `wrangler.toml` and its secrets give the Worker; `HUBSPOT_*` and `HUBSPOKE_*` are read by `configFromEnv`. */
export interface Env {
  readonly DB: D1DatabaseLike;
  readonly ASSETS: { fetch(request: Request): Promise<Response> };
  /** Where recordings may be fetched from, separated by spaces. */
  readonly RECORDING_HOSTS?: string;
  /** Of the login that stands in for the product's own. Without it that login opens on this machine alone. */
  readonly LOGIN_PASSWORD?: string;
  readonly [name: string]: unknown;
}

export interface Invocation {
  waitUntil(work: Promise<unknown>): void;
}

/** Everything one invocation works with. */
export interface Integration {
  readonly hubspoke: Hubspoke;
  readonly db: D1DatabaseLike;
  /** For what the product itself keeps of people. */
  readonly sealer: Sealer;
  readonly clock: Pick<Clock, "now">;
}

/** A request, as Hono's handlers see it. */
export interface Scope {
  Bindings: Env;
  Variables: { notes: Integration };
}

/** Over what the environment says; for tests. */
export type More = (env: Env) => Pick<HubspokeOptions, "clock">;

const logger: Logger = {
  debug() {},
  info() {},
  warn: (event, fields) => console.warn(JSON.stringify({ event, ...fields })),
  error: (event, fields) => console.error(JSON.stringify({ event, ...fields })),
};

/** One instance for one invocation: nothing of a request may be shared with another, and making one does no I/O. */
export function integrate(env: Env, invocation: Invocation, more: More): Integration {
  const texts = Object.entries(env).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  const config = configFromEnv(Object.fromEntries(texts), { returnTo: ["/"] });
  if (config.keys === undefined) throw new HubspokeError("CONFIG_INVALID", "set HUBSPOKE_KEY: openssl rand -base64 32");
  const given = more(env);
  const hubspoke = createHubSpoke({
    ...config,
    storage: d1Storage(env.DB),
    downloads: { hosts: hostsOf(env) },
    // An invocation may stay half a minute after its answer: whoever does not answer by then is asked by a later one.
    maxAttempts: 2,
    maxWaitMs: 5_000,
    timeouts: { connectMs: 5_000, headersMs: 8_000, bodyMs: 8_000 },
    waitUntil: (work) => invocation.waitUntil(work),
    logger,
    ...given,
  });
  const sealer = createSealer({ ring: createKeyRing(config.keys, cipher), cipher });
  return { hubspoke, db: env.DB, sealer, clock: given.clock ?? { now: () => Date.now() } };
}

export function hostsOf({ RECORDING_HOSTS = "" }: Env): readonly string[] {
  return RECORDING_HOSTS.split(/[\s,]+/).filter((host) => host !== "");
}

/** Rows of one statement of the product's own. */
export async function sql<Row>(db: Env["DB"], text: string, values: readonly unknown[]): Promise<readonly Row[]> {
  return (
    await db
      .prepare(text)
      .bind(...values)
      .all()
  ).results as Row[];
}
