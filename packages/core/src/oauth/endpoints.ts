import { type ApiVersion, apiVersions } from "../model/api-version.ts";

/** `v1` has nothing but OAuth left, until 2027-02-16 (hubspot-facts §1.2). */
export type OAuthVersion = ApiVersion | "v1";
/** Versions of HubSpot's OAuth endpoints; v1 ends on 16 February 2027 (hubspot-facts §1.2). */
export const oauthVersions: readonly OAuthVersion[] = [...apiVersions, "v1"];

export interface OAuthEndpoints {
  /** POST, form. */
  readonly token: string;
  /** POST, form. */
  readonly introspect: string;
  /** POST, form. */
  readonly revoke: string;
  /** DELETE, bearer. */
  readonly uninstall: string;
}

/**
 * Where versions differ, in one table (hubspot-facts §1.3, §4). The row of `v1` borrows from v3 what v1 offers only
 * with the token in the address (`/oauth/v1/access-tokens/{token}`): a secret in a URL ends up in access logs.
 */
export const oauthEndpoints: Readonly<Record<OAuthVersion, OAuthEndpoints>> = {
  "2026-09": {
    token: "/oauth/2026-09/token",
    introspect: "/oauth/2026-09/token/introspect",
    revoke: "/oauth/2026-09/token/revoke",
    uninstall: "/appinstalls/2026-09/external-install",
  },
  "2026-03": {
    token: "/oauth/2026-03/token",
    introspect: "/oauth/2026-03/token/introspect",
    revoke: "/oauth/2026-03/token/revoke",
    uninstall: "/appinstalls/2026-03/external-install",
  },
  v3: {
    token: "/oauth/v3/token",
    introspect: "/oauth/v3/token/introspect",
    revoke: "/oauth/v3/token/revoke",
    uninstall: "/appinstalls/v3/external-install",
  },
  v1: {
    token: "/oauth/v1/token",
    introspect: "/oauth/v3/token/introspect",
    revoke: "/oauth/v3/token/revoke",
    uninstall: "/appinstalls/v3/external-install",
  },
};
