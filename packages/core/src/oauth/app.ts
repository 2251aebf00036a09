import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import { suggestion } from "../util/did-you-mean.ts";
import { type OAuthVersion, oauthVersions } from "./endpoints.ts";
import { checkReturnTargets } from "./return-to.ts";

/** A HubSpot app that users install by OAuth, as its settings in HubSpot say. */
export interface OAuthAppOptions {
  /** From the app's page in HubSpot; not a secret. */
  readonly clientId: string;
  /** From the app's page in HubSpot. A secret: it also proves webhooks. */
  readonly clientSecret: string;
  /** Exactly as in the app's settings, because HubSpot compares it byte by byte: https, or `http://localhost`. */
  readonly redirectUri: string;
  /** Every scope the app requires. A list unequal to the app's settings blocks the install (hubspot-facts §4). */
  readonly scopes: readonly string[];
  /** Scopes that accounts without the feature may lack. */
  readonly optionalScopes?: readonly string[];
  /**
   * Where a login may send the browser afterwards: `https://app.example.com` for the whole origin,
   * `https://app.example.com/settings` or `/settings` for that path and everything below. Default: nowhere.
   */
  readonly returnTo?: readonly string[];
  /** Default `https://app.hubspot.com/oauth/authorize`; `https://app-eu1.hubspot.com/oauth/authorize` in the EU. */
  readonly authorizeUrl?: string;
  /** OAuth endpoints of another version than the instance's `apiVersion`. `v1` ends on 2027-02-16 (hubspot-facts §1.2). */
  readonly apiVersion?: OAuthVersion;
  /** PKCE: a stolen code is worth nothing without the verifier kept here. Default true. */
  readonly pkce?: boolean;
}

/** A checked app. Pass it as `auth`. The client secret shows nowhere: it is a `Secret`. */
export interface OAuthApp {
  /** Tells it from the other forms of `auth`. */
  readonly kind: "oauth-app";
  /** No secret: it stands in the address of the consent page. */
  readonly clientId: string;
  /** `reveal()` alone gives it; text, JSON and inspection say `[redacted]`. */
  readonly clientSecret: Secret;
  /** As given, byte for byte: HubSpot compares it so. */
  readonly redirectUri: string;
  /** Sent as `scope`, blanks between them. HubSpot refuses an install whose list is not the app's. */
  readonly scopes: readonly string[];
  /** Empty where none were given. */
  readonly optionalScopes: readonly string[];
  /** Absolute addresses. */
  readonly returnTo: readonly string[];
  /** HubSpot's consent page, the default filled in. */
  readonly authorizeUrl: string;
  /** Null: the instance's. */
  readonly apiVersion: OAuthVersion | null;
  /** Whether logins carry a code challenge. */
  readonly pkce: boolean;
}

const thisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const hubspotAuthorizeUrl = "https://app.hubspot.com/oauth/authorize";

/**
 * Tokens by OAuth: each tenant connects its own HubSpot account, and tokens are kept sealed and refreshed. Does no I/O.
 * Errors: CONFIG_INVALID, naming the option and never its value.
 */
export function oauthApp(options: OAuthAppOptions): OAuthApp {
  const redirectUri = checkAddress("redirectUri", options.redirectUri, /^localhost$/);
  const { apiVersion = null } = options;
  if (apiVersion !== null && !oauthVersions.includes(apiVersion)) {
    throw invalid("apiVersion", `must be one of ${oauthVersions.join(", ")}.${suggestion(apiVersion, oauthVersions)}`);
  }
  return {
    kind: "oauth-app",
    clientId: checkText("clientId", options.clientId),
    clientSecret: new Secret(checkText("clientSecret", options.clientSecret)),
    redirectUri,
    scopes: checkScopes("scopes", options.scopes, 1),
    optionalScopes: checkScopes("optionalScopes", options.optionalScopes ?? [], 0),
    returnTo: checkReturnTargets(options.returnTo ?? [], redirectUri),
    authorizeUrl: checkAddress("authorizeUrl", options.authorizeUrl ?? hubspotAuthorizeUrl, thisMachine),
    apiVersion,
    pkce: options.pkce ?? true,
  };
}

function checkText(name: string, value: unknown): string {
  if (typeof value === "string" && /^[\x21-\x7e]{1,1024}$/.test(value)) return value;
  throw invalid(name, "is missing, or holds spaces or line breaks; copy it from the app's Auth tab in HubSpot");
}

function checkScopes(name: string, value: unknown, atLeast: number): readonly string[] {
  const scopes = Array.isArray(value) ? (value as unknown[]) : null;
  const valid = scopes?.every((scope): scope is string => typeof scope === "string" && /^[\w.-]{1,128}$/.test(scope));
  if (scopes === null || valid !== true || scopes.length < atLeast || new Set(scopes).size !== scopes.length) {
    throw invalid(
      name,
      "must be a list of scope names without repetitions, such as crm.objects.contacts.read, equal to the app's settings",
    );
  }
  return [...(scopes as string[])];
}

/** HubSpot takes http for `localhost` only; our own requests may go to any address of this machine. */
function checkAddress(name: string, value: unknown, httpHosts: RegExp): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : null;
  const secure = url?.protocol === "https:" || (url?.protocol === "http:" && httpHosts.test(url.hostname));
  if (url === null || !secure || url.hash !== "" || url.search !== "" || url.username !== "" || url.password !== "") {
    throw invalid(
      name,
      "must be an https address without query and fragment, exactly as in the app's settings (http only for localhost)",
    );
  }
  return value as string;
}

function invalid(name: string, why: string): HubspokeError<"CONFIG_INVALID"> {
  return new HubspokeError("CONFIG_INVALID", `CONFIG_INVALID: ${name} of oauthApp ${why}`, { details: { name } });
}
