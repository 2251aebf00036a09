/** OAuth: an app's grants, its connect routes, and the scopes its calls need. */
export { type OAuthApp, type OAuthAppOptions, oauthApp } from "./oauth/app.ts";
export type { ConnectionStatus, Disconnected } from "./oauth/connection.ts";
export { type OAuthVersion, oauthVersions } from "./oauth/endpoints.ts";
export type { ImportedGrant, ImportGrant } from "./oauth/importer.ts";
export type { BeginLogin, BegunLogin, Login, LoginMode, ReturnedLogin } from "./oauth/login-states.ts";
export { createOAuth, type OAuth, type OAuthDeps } from "./oauth/oauth.ts";
export { type OAuthRoutes, type OAuthRoutesDeps, oauthRoutes } from "./oauth/routes.ts";
export { missingScopes, scopesFor, surplusScopes, type UsedRoute } from "./oauth/scopes.ts";
export type { Introspection } from "./oauth/token-answer.ts";
