import type { Auth } from "../client/credentials.ts";
import { checkedBaseUrl, defaultBaseUrl } from "../http/base-url.ts";
import { defaultApiVersion } from "../model/api-version.ts";
import type { OAuthApp } from "../oauth/app.ts";
import { createOAuth, type OAuth } from "../oauth/oauth.ts";
import { type OAuthRoutes, oauthRoutes } from "../oauth/routes.ts";
import type { Tenant } from "../ports/ids.ts";
import type { Foundation } from "./foundation.ts";
import type { HubspokeOptions } from "./options.ts";

/** Where tokens come from, and what an OAuth app brings besides. */
export interface Authentication {
  readonly auth: Auth;
  /** Absent unless `auth` is an `oauthApp(…)`. */
  readonly oauth?: OAuth;
  readonly routes?: OAuthRoutes;
}

/** Binds an OAuth app to the instance; other credentials are as they are. Errors: BASE_URL_REFUSED. */
export function authenticationFor(
  options: HubspokeOptions,
  foundation: Foundation,
  onConnected: (tenant: Tenant) => void,
): Authentication {
  const { auth, baseUrl = defaultBaseUrl, apiVersion = defaultApiVersion, portalId } = options;
  if (!isOAuthApp(auth)) return { auth };
  const { cipher, logger } = foundation;
  const oauth = createOAuth(auth, {
    ...foundation,
    baseUrl: checkedBaseUrl(baseUrl),
    apiVersion,
    portalId: portalId === undefined ? undefined : String(portalId),
    onConnected,
  });
  return { auth: oauth, oauth, routes: oauthRoutes({ oauth, cipher, logger }) };
}

function isOAuthApp(auth: Auth | OAuthApp): auth is OAuthApp {
  return "kind" in auth && auth.kind === "oauth-app";
}
