import { type Auth, privateApp } from "../client/credentials.ts";
import { type Environment, type EnvName, type EnvOptions, envFlag, envInteger, readEnv } from "../config/env.ts";
import type { KeyRingOptions } from "../crypto/key-material.ts";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { type ApiVersion, apiVersions } from "../model/api-version.ts";
import { type OAuthApp, oauthApp } from "../oauth/app.ts";
import { isRegion } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import { type FlagName, flagNames } from "../ports/flag-store.ts";
import type { WebhookOptions } from "../webhooks/options.ts";
import type { HubspokeOptions } from "./options.ts";

/** In the type only: tells what came from the environment from what a program wrote out and left incomplete. */
export declare const fromEnvironment: unique symbol;

/** What the environment says, ready to spread into `createHubSpoke({ ...configFromEnv(process.env), storage })`. */
export interface EnvConfig {
  /** In the type only: with it a missing `auth` or `keys` is told when the instance is made, as CONFIG_INVALID, not by the compiler. */
  readonly [fromEnvironment]: true;
  /**
   * `HUBSPOT_ACCESS_TOKEN` (or `HUBSPOT_API_KEY`), the pair `HUBSPOT_READ_TOKEN` and `HUBSPOT_WRITE_TOKEN`, or
   * `HUBSPOT_CLIENT_ID` and its kin.
   */
  readonly auth?: Auth | OAuthApp;
  /** `HUBSPOKE_KEY`, `HUBSPOKE_KEY_ID` (default `k1`), `HUBSPOKE_OLD_KEYS`. */
  readonly keys?: KeyRingOptions;
  /** `HUBSPOT_PORTAL_ID`. */
  readonly portalId?: string;
  /** `HUBSPOT_API_BASE_URL`. */
  readonly baseUrl?: string;
  /** `HUBSPOT_API_VERSION`. */
  readonly apiVersion?: ApiVersion;
  /** `HUBSPOT_RATE_LIMIT`: calls in ten seconds. */
  readonly rateLimit?: number;
  /** `HUBSPOT_PROXY`. */
  readonly http?: { readonly proxy: string };
  /** `HUBSPOKE_DEFAULT_REGION`: two letters, such as `CA`. */
  readonly defaultRegion?: Region;
  /** `HUBSPOT_WEBHOOK_URL`, with `HUBSPOT_WEBHOOK_SECRET` or else `HUBSPOT_CLIENT_SECRET`. */
  readonly webhooks?: WebhookOptions;
  /** The five switches, `HUBSPOT_INTEGRATION_ENABLED` and its kin: where they stand until somebody throws them. */
  readonly flags?: Partial<Record<FlagName, boolean>>;
}

/** Options of which the environment may hold the required parts: `createHubSpoke` says which are not set. */
export type EnvOptionsSpread = Omit<HubspokeOptions, "auth" | "keys"> &
  Pick<EnvConfig, "auth" | "keys" | typeof fromEnvironment>;

const flagEnvNames = {
  master: "HUBSPOT_INTEGRATION_ENABLED",
  inbound: "HUBSPOT_INBOUND_LOOKUP",
  outbound: "HUBSPOT_OUTBOUND_SEARCH",
  cache: "HUBSPOT_CACHE_ENABLED",
  audit: "HUBSPOT_AUDIT_ENABLED",
} as const satisfies Record<FlagName, EnvName>;

/**
 * Reads the documented names (`envNames`). Unset names are left out, so defaults apply.
 * Errors: ENV_UNKNOWN for a misspelt `HUBSPOT_*` or `HUBSPOKE_*` name, CONFIG_INVALID for a value that cannot be.
 */
export function configFromEnv(env: Environment, options: EnvOptions = {}): EnvConfig {
  const found = readEnv(env, options);
  const config = {} as { -readonly [K in keyof EnvConfig]: EnvConfig[K] };

  const auth = authOf(found, options.returnTo);
  if (auth !== undefined) config.auth = auth;
  const keys = keysOf(found.get("HUBSPOKE_KEY"), found.get("HUBSPOKE_KEY_ID"), found.get("HUBSPOKE_OLD_KEYS"));
  if (keys !== undefined) config.keys = keys;
  const portalId = found.get("HUBSPOT_PORTAL_ID");
  if (portalId !== undefined) config.portalId = portalId;
  const baseUrl = found.get("HUBSPOT_API_BASE_URL");
  if (baseUrl !== undefined) config.baseUrl = baseUrl;
  const version = found.get("HUBSPOT_API_VERSION");
  if (version !== undefined) config.apiVersion = versionOf(version);
  const rateLimit = envInteger("HUBSPOT_RATE_LIMIT", found.get("HUBSPOT_RATE_LIMIT"), 1);
  if (rateLimit !== undefined) config.rateLimit = rateLimit;
  const proxy = found.get("HUBSPOT_PROXY");
  if (proxy !== undefined) config.http = { proxy };
  const region = found.get("HUBSPOKE_DEFAULT_REGION");
  if (region !== undefined) config.defaultRegion = regionOf(region);
  const webhooks = webhooksOf(
    found.get("HUBSPOT_WEBHOOK_SECRET") ?? found.get("HUBSPOT_CLIENT_SECRET"),
    found.get("HUBSPOT_WEBHOOK_URL"),
  );
  if (webhooks !== undefined) config.webhooks = webhooks;
  const flags = Object.fromEntries(
    flagNames.flatMap((flag) => {
      const name = flagEnvNames[flag];
      const value = envFlag(name, found.get(name));
      return value === undefined ? [] : [[flag, value] as const];
    }),
  );
  if (Object.keys(flags).length > 0) config.flags = flags;
  return config;
}

type Found = ReturnType<typeof readEnv>;

/** Whose tokens: a private app's, a pair's, or those of an OAuth app. Only one of them can be meant. */
function authOf(found: Found, returnTo: readonly string[] | undefined): Auth | OAuthApp | undefined {
  const token = found.get("HUBSPOT_ACCESS_TOKEN") ?? found.get("HUBSPOT_API_KEY");
  const read = found.get("HUBSPOT_READ_TOKEN");
  const write = found.get("HUBSPOT_WRITE_TOKEN");
  const app = appOf(found, returnTo);
  const meant = [
    ...(token === undefined ? [] : ["HUBSPOT_ACCESS_TOKEN"]),
    ...(read === undefined && write === undefined ? [] : ["the pair HUBSPOT_READ_TOKEN and HUBSPOT_WRITE_TOKEN"]),
    ...(app === undefined ? [] : ["HUBSPOT_CLIENT_ID and its kin"]),
  ];
  if (meant.length > 1) throw invalid(`set either ${meant.join(" or ")}: they are different ways to sign in`);
  if (token !== undefined) return privateApp(token);
  if (read === undefined && write === undefined) return app;
  if (read === undefined || write === undefined)
    throw invalid("HUBSPOT_READ_TOKEN and HUBSPOT_WRITE_TOKEN come together");
  return { read, write };
}

/** An app is meant when its id is there: its secret alone may be set for webhooks. */
function appOf(found: Found, returnTo: readonly string[] = []): OAuthApp | undefined {
  const clientId = found.get("HUBSPOT_CLIENT_ID");
  const clientSecret = found.get("HUBSPOT_CLIENT_SECRET");
  const redirectUri = found.get("HUBSPOT_REDIRECT_URI");
  const scopes = found.get("HUBSPOT_SCOPES");
  const authorizeUrl = found.get("HUBSPOT_AUTHORIZE_URL");
  if (clientId === undefined) {
    if ([redirectUri, scopes, authorizeUrl].every((value) => value === undefined)) return undefined;
    throw invalid("HUBSPOT_REDIRECT_URI, HUBSPOT_SCOPES and HUBSPOT_AUTHORIZE_URL need HUBSPOT_CLIENT_ID");
  }
  if (clientSecret === undefined || redirectUri === undefined || scopes === undefined) {
    throw invalid("HUBSPOT_CLIENT_ID needs HUBSPOT_CLIENT_SECRET, HUBSPOT_REDIRECT_URI and HUBSPOT_SCOPES");
  }
  const named = { clientId, clientSecret, redirectUri, scopes: scopes.split(/[\s,]+/), returnTo };
  return oauthApp(authorizeUrl === undefined ? named : { ...named, authorizeUrl });
}

function keysOf(key: string | undefined, id: string | undefined, old: string | undefined): KeyRingOptions | undefined {
  if (key === undefined) {
    if (id !== undefined || old !== undefined) throw invalid("HUBSPOKE_KEY_ID and HUBSPOKE_OLD_KEYS need HUBSPOKE_KEY");
    return undefined;
  }
  const current = id ?? "k1";
  const others = (old ?? "").split(",").filter((entry) => entry.trim() !== "");
  return {
    current,
    keys: [
      [current, key],
      ...others.map((entry): [string, string] => {
        const colon = entry.indexOf(":");
        if (colon < 1) throw invalid("HUBSPOKE_OLD_KEYS is written id:key,id:key");
        return [entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()];
      }),
    ],
  };
}

function versionOf(value: string): ApiVersion {
  const version = apiVersions.find((known) => known === value);
  if (version === undefined) throw invalid(`HUBSPOT_API_VERSION is one of ${apiVersions.join(", ")}`);
  return version;
}

function regionOf(value: string): Region {
  const region = value.toUpperCase();
  if (!isRegion(region)) throw invalid("HUBSPOKE_DEFAULT_REGION is a two-letter region such as CA");
  return region;
}

function webhooksOf(secret: string | undefined, url: string | undefined): WebhookOptions | undefined {
  if (url === undefined) return undefined;
  if (secret === undefined)
    throw invalid("HUBSPOT_WEBHOOK_URL needs HUBSPOT_WEBHOOK_SECRET (or HUBSPOT_CLIENT_SECRET)");
  return { publicUrl: url, secrets: secret };
}

function invalid(what: string): HubspokeError {
  return new HubspokeError("CONFIG_INVALID", what);
}
