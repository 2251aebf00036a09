/** What cannot be read off the code of an environment variable. Meanings of the library's own names stand in `envNames`. */
import type { EnvName } from "../packages/core/src/config/env.ts";

export interface VariableFact {
  /** What holds where it is not set. */
  readonly unset: string;
  /** Whoever reads it can act for you, or read what is sealed. `password`: only where the address holds one. */
  readonly secret?: true | "password";
}

/** Of the names that `configFromEnv` knows. */
export const configured: Readonly<Record<EnvName, VariableFact>> = {
  HUBSPOT_ACCESS_TOKEN: { unset: "another way to sign in is needed", secret: true },
  HUBSPOT_API_KEY: { unset: "`HUBSPOT_ACCESS_TOKEN`", secret: true },
  HUBSPOT_READ_TOKEN: { unset: "one token for both", secret: true },
  HUBSPOT_WRITE_TOKEN: { unset: "one token for both", secret: true },
  HUBSPOT_PORTAL_ID: { unset: "the account of each tenant's first token" },
  HUBSPOT_CLIENT_ID: { unset: "no logins by OAuth" },
  HUBSPOT_CLIENT_SECRET: { unset: "needed with `HUBSPOT_CLIENT_ID`", secret: true },
  HUBSPOT_REDIRECT_URI: { unset: "needed with `HUBSPOT_CLIENT_ID`" },
  HUBSPOT_SCOPES: { unset: "needed with `HUBSPOT_CLIENT_ID`" },
  HUBSPOT_AUTHORIZE_URL: { unset: "`https://app.hubspot.com/oauth/authorize`" },
  HUBSPOT_API_BASE_URL: { unset: "`https://api.hubapi.com`" },
  HUBSPOT_API_VERSION: { unset: "`2026-09`" },
  HUBSPOT_RATE_LIMIT: { unset: "what HubSpot's answers say; 100 before the first" },
  HUBSPOT_PROXY: { unset: "no proxy, whatever other variables say", secret: "password" },
  HUBSPOT_WEBHOOK_SECRET: { unset: "`HUBSPOT_CLIENT_SECRET`", secret: true },
  HUBSPOT_WEBHOOK_URL: { unset: "no webhook route" },
  HUBSPOT_INTEGRATION_ENABLED: { unset: "on, until somebody throws it" },
  HUBSPOT_INBOUND_LOOKUP: { unset: "on, until somebody throws it" },
  HUBSPOT_OUTBOUND_SEARCH: { unset: "on, until somebody throws it" },
  HUBSPOT_CACHE_ENABLED: { unset: "on, until somebody throws it" },
  HUBSPOT_AUDIT_ENABLED: { unset: "on, until somebody throws it" },
  HUBSPOKE_KEY: { unset: "keys must come from the program", secret: true },
  HUBSPOKE_KEY_ID: { unset: "`k1`" },
  HUBSPOKE_OLD_KEYS: { unset: "no other keys", secret: true },
  HUBSPOKE_DB: { unset: "`hubspoke.db` in the folder", secret: "password" },
  HUBSPOKE_DEBUG: { unset: "one line" },
  HUBSPOKE_DEFAULT_REGION: { unset: "numbers without a country are refused" },
};

export interface Variable extends VariableFact {
  readonly means: string;
}

/** Every other name that packages and examples read. */
export const others: Readonly<Record<string, Variable>> = {
  HTTPS_PROXY: {
    means: "with `HUBSPOT_PROXY=environment`; `https_proxy` goes before it",
    unset: "`HTTP_PROXY`",
    secret: "password",
  },
  HTTP_PROXY: {
    means: "with `HUBSPOT_PROXY=environment`; `http_proxy` goes before it",
    unset: "no proxy",
    secret: "password",
  },
  NO_PROXY: {
    means: "with `HUBSPOT_PROXY=environment`: hosts reached without it; `no_proxy` goes before it",
    unset: "none",
  },
  APP_TOKEN: {
    means: "what your own program shows to be let in, until your sessions take its place",
    unset: "nobody is let in",
    secret: true,
  },
  PORT: { means: "where the server listens", unset: "3000, 4010, 4020, 4030 or 4040: each program has its own" },
  HOST: {
    means: "the address the server listens at; one that others can reach needs `LOGIN_PASSWORD`",
    unset: "`127.0.0.1`, this machine alone",
  },
  LOGIN_PASSWORD: {
    means: "what the stand-in for a login asks for",
    unset: "the login opens on this machine alone",
    secret: true,
  },
  DATABASE_URL: {
    means: "a Postgres, or `embedded` for one of the example's own",
    unset: "a server of this machine that trusts, else an embedded one",
    secret: "password",
  },
  CLUBOS_SCHEMA: {
    means: "the schema of its tables",
    unset: "`clubos`; `clubos_simulated` beside a simulated HubSpot",
  },
  WARP_SCHEMA: { means: "the schema of its tables", unset: "`warp`; `warp_simulated` beside a simulated HubSpot" },
  WARP_READ_KEY: {
    means: "the API key that may look; 16 characters at least",
    unset: "made at each start, and printed",
    secret: true,
  },
  WARP_WRITE_KEY: {
    means: "the API key that may change; 16 characters at least",
    unset: "made at each start, and printed",
    secret: true,
  },
  WARP_WEBHOOK_ADDRESSES: {
    means: "IP addresses that webhooks may come from, with blanks or commas between them",
    unset: "from anywhere: the signature decides",
  },
  CALL_NOTES_DATA: {
    means: "the folder of its database",
    unset: "`.data`; nothing is kept beside a simulated HubSpot",
  },
  COLDCOPY_DATA: {
    means: "the folder of its database",
    unset: "`.data`; a folder that passes beside a simulated HubSpot",
  },
  OPENPHONE_API_KEY: {
    means: "sends messages through OpenPhone",
    unset: "messages are kept and not sent",
    secret: true,
  },
  OPENPHONE_NUMBER: { means: "the number messages are sent from, in E.164", unset: "messages are kept and not sent" },
  OPENPHONE_WEBHOOK_SECRET: {
    means: "signs what OpenPhone tells",
    unset: "random beside a simulated HubSpot; else it does not start",
    secret: true,
  },
  RECORDING_HOSTS: {
    means: "hosts recordings may be fetched from, with blanks or commas between them",
    unset: "none: recordings are linked",
  },
  NO_COLOR: { means: "set to anything: text without colours", unset: "colours on a terminal" },
  DEMO_ROUTES: { means: "set to anything: prints the calls by route", unset: "counts alone" },
  DEMO_SETUP: {
    means: "set by the demo for the process that it kills: where its database is, and its key",
    unset: "—",
    secret: true,
  },
  DEMO_EXPECTED: { means: "set by the demo for the process that it kills: how many contacts there are", unset: "—" },
  PATH: { means: "handed on to a process that is started", unset: "—" },
  DB: { means: "binding of a Worker, not a text: the D1 database", unset: "needed" },
  JOBS: { means: "binding of a Worker, not a text: the queue of jobs", unset: "needed" },
  ASSETS: { means: "binding of a Worker, not a text: the page's files", unset: "needed" },
};
