import type { OAuthApp } from "./app.ts";

/**
 * HubSpot's consent page for one login. Scopes are separated by spaces, which HubSpot wants as `%20`: `+`, as forms
 * write it, is another scope name to it (hubspot-facts §4). `challenge`: base64url of the verifier's SHA-256.
 */
export function authorizeUrl(app: OAuthApp, state: string, challenge: string | null): string {
  const query: readonly (readonly [string, string])[] = [
    ["client_id", app.clientId],
    ["redirect_uri", app.redirectUri],
    ["scope", app.scopes.join(" ")],
    ...(app.optionalScopes.length === 0 ? [] : [["optional_scope", app.optionalScopes.join(" ")] as const]),
    ["state", state],
    ...(challenge === null ? [] : [["code_challenge", challenge] as const, ["code_challenge_method", "S256"] as const]),
  ];
  return `${app.authorizeUrl}?${query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`;
}
