import { HubspokeError } from "../errors/hubspoke-error.ts";
import { didYouMean } from "../util/did-you-mean.ts";

/** Every environment name Hubspoke reads, with what it means. Documentation and `configFromEnv` share this table. */
export const envNames = {
  HUBSPOT_ACCESS_TOKEN: "private-app token or service key",
  HUBSPOT_API_KEY: "alias of HUBSPOT_ACCESS_TOKEN (HubSpot's own API keys ended in 2022)",
  HUBSPOT_READ_TOKEN: "token for reads, beside HUBSPOT_WRITE_TOKEN",
  HUBSPOT_WRITE_TOKEN: "token for writes, beside HUBSPOT_READ_TOKEN",
  HUBSPOT_PORTAL_ID: "pins the HubSpot account",
  HUBSPOT_CLIENT_ID: "OAuth app",
  HUBSPOT_CLIENT_SECRET: "OAuth app",
  HUBSPOT_REDIRECT_URI: "OAuth app",
  HUBSPOT_SCOPES: "OAuth scopes, separated by spaces",
  HUBSPOT_AUTHORIZE_URL: "OAuth consent page, for accounts in the EU or a simulator",
  HUBSPOT_API_BASE_URL: "https address of the API, or a loopback simulator",
  HUBSPOT_API_VERSION: "2026-09 (default), 2026-03 or v3",
  HUBSPOT_RATE_LIMIT: "requests per rolling ten seconds",
  HUBSPOT_PROXY: "proxy to HubSpot: its address, or `environment` for what HTTPS_PROXY and NO_PROXY say",
  HUBSPOT_WEBHOOK_SECRET: "client secret that signs webhooks",
  HUBSPOT_WEBHOOK_URL: "public address of the webhook route",
  HUBSPOT_INTEGRATION_ENABLED: "flag: master switch",
  HUBSPOT_INBOUND_LOOKUP: "flag: look up inbound numbers",
  HUBSPOT_OUTBOUND_SEARCH: "flag: contact search",
  HUBSPOT_CACHE_ENABLED: "flag: cache",
  HUBSPOT_AUDIT_ENABLED: "flag: audit",
  HUBSPOKE_KEY: "current root key: 32 bytes, base64 or hex",
  HUBSPOKE_KEY_ID: "id of the current root key (default k1)",
  HUBSPOKE_OLD_KEYS: "keys kept for reading: id:key,id:key",
  HUBSPOKE_DB: "path or address of the database",
  HUBSPOKE_DEBUG: "1: the command line prints the stack of what nobody foresaw",
  HUBSPOKE_DEFAULT_REGION: "two-letter region for numbers written without a country",
} as const;
export type EnvName = keyof typeof envNames;

/** Names that belong to this library but not to one integration's configuration, such as test switches of the host. */
export interface EnvOptions {
  /** Further `HUBSPOT_*` / `HUBSPOKE_*` names that the host reads itself. */
  readonly alsoKnown?: readonly string[];
  /** Where an OAuth login may send the browser afterwards, such as `/settings`: see `oauthApp`. Default: nowhere. */
  readonly returnTo?: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The set, non-empty values of the known names. Throws ENV_UNKNOWN for any other `HUBSPOT_*` or `HUBSPOKE_*` name:
 * a misspelt switch that is silently ignored is an outage later.
 */
export function readEnv(env: Environment, options: EnvOptions = {}): ReadonlyMap<EnvName, string> {
  const known = new Set<string>([...Object.keys(envNames), ...(options.alsoKnown ?? [])]);
  const found = new Map<EnvName, string>();
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("HUBSPOT_") && !name.startsWith("HUBSPOKE_")) continue;
    if (!known.has(name)) unknown.push(name);
    else if (value !== undefined && value.trim() !== "" && name in envNames) found.set(name as EnvName, value.trim());
  }
  if (unknown.length > 0) throw unknownEnv(unknown.sort(), known);
  return found;
}

function unknownEnv(names: readonly string[], known: ReadonlySet<string>): HubspokeError {
  const each = names.map((name) => {
    const near = didYouMean(name, known);
    return near === undefined ? name : `${name} (did you mean ${near}?)`;
  });
  return new HubspokeError(
    "ENV_UNKNOWN",
    `unknown environment ${names.length === 1 ? "name" : "names"}: ${each.join(", ")}. Correct the spelling, unset it, or list names of your own in \`alsoKnown\`.`,
    { details: { names } },
  );
}

/** A boolean switch: `true/1/yes/on` and `false/0/no/off`, nothing else. */
export function envFlag(name: EnvName, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (/^(true|1|yes|on)$/i.test(value)) return true;
  if (/^(false|0|no|off)$/i.test(value)) return false;
  throw new HubspokeError("CONFIG_INVALID", `${name} must be true or false`, { details: { name } });
}

/** A whole number of at least `min`. */
export function envInteger(name: EnvName, value: string | undefined, min: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= min) return number;
  throw new HubspokeError("CONFIG_INVALID", `${name} must be a whole number of at least ${min}`, { details: { name } });
}
