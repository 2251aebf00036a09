import { ApiError } from "../base/api-error.ts";
import type { Grant, OAuthAppOptions } from "../oauth/app.ts";
import { OAuthError } from "../oauth/error.ts";
import type { IssuedToken } from "../oauth/server.ts";
import { bodyText, type Call, type Reply, type Route } from "../routing/call.ts";

const TOKEN = { dated: "/oauth/{version}/token", legacy: ["/oauth/v3/token"] };

export const OAUTH_ROUTES: readonly Route[] = [
  { method: "POST", dated: TOKEN.dated, legacy: [...TOKEN.legacy, "/oauth/v1/token"], access: "open", handle: token },
  {
    method: "POST",
    dated: `${TOKEN.dated}/introspect`,
    legacy: [`${TOKEN.legacy}/introspect`],
    access: "open",
    handle: introspect,
  },
  {
    method: "POST",
    dated: `${TOKEN.dated}/revoke`,
    legacy: [`${TOKEN.legacy}/revoke`],
    access: "open",
    handle: revoke,
  },
  { method: "GET", legacy: ["/oauth/v1/access-tokens/{token}"], access: "open", handle: oldAccessToken },
  { method: "GET", legacy: ["/oauth/v1/refresh-tokens/{token}"], access: "open", handle: oldRefreshToken },
  { method: "DELETE", legacy: ["/oauth/v1/refresh-tokens/{token}"], access: "open", handle: oldRevoke },
  {
    method: "DELETE",
    dated: "/appinstalls/{version}/external-install",
    legacy: ["/appinstalls/v3/external-install"],
    access: "write",
    scopes: [],
    handle: uninstall,
  },
];

async function token(call: Call): Promise<Reply> {
  const form = formOf(call);
  const { oauth } = call.services;
  const app = oauth.authenticate(form.get("client_id") ?? "", form.get("client_secret") ?? "");
  switch (form.get("grant_type")) {
    case "authorization_code":
      return answer(call, await exchange(call, form, app));
    case "refresh_token":
      return answer(call, oauth.refresh(form.get("refresh_token") ?? "", app));
    case "client_credentials":
      return answer(call, oauth.authorize(app, call.portal.id, developerScopes(form.get("scope") ?? "")));
    default:
      throw new OAuthError("BAD_GRANT_TYPE", "unsupported_grant_type", "missing or unknown grant type");
  }
}

/** An app on its own has no account: it may read its journal, and no records (hubspot-facts §5.5). */
function developerScopes(asked: string): string[] {
  const scopes = asked.split(" ").filter(Boolean);
  if (scopes.every((scope) => scope.startsWith("developer."))) return scopes;
  throw new OAuthError("BAD_SCOPES", "invalid_scope", "client credentials are for developer scopes only");
}

async function exchange(call: Call, form: URLSearchParams, app: OAuthAppOptions): Promise<IssuedToken> {
  const { oauth } = call.services;
  const pending = oauth.takeCode(form.get("code") ?? "", app);
  if (form.get("redirect_uri") !== pending.redirectUri) {
    throw new OAuthError("BAD_REDIRECT_URI", "invalid_grant", "redirect URI differs from the authorization's");
  }
  if (pending.challenge !== undefined) {
    const verifier = form.get("code_verifier") ?? "";
    const expected = pending.challengeMethod === "S256" ? await s256(verifier) : verifier;
    if (expected !== pending.challenge) {
      throw new OAuthError("BAD_CODE_VERIFIER", "invalid_grant", "code verifier does not match the challenge");
    }
  }
  return oauth.install(app, pending.portalId, pending.scopes);
}

function answer({ services }: Call, { accessToken, grant }: IssuedToken): Reply {
  return {
    status: 200,
    body: {
      token_type: "bearer",
      access_token: accessToken,
      refresh_token: grant.refreshToken,
      expires_in: services.oauth.settings.expiresIn,
      hub_id: grant.portalId,
      user_id: grant.userId,
      scopes: grant.scopes,
      token_use: "access_token",
    },
  };
}

/** Revoked, expired and unknown tokens are all simply not active. */
function introspect(call: Call): Reply {
  const form = formOf(call);
  const { oauth } = call.services;
  oauth.authenticate(form.get("client_id") ?? "", form.get("client_secret") ?? "");
  const asked = form.get("token") ?? form.get("access_token") ?? form.get("refresh_token") ?? "";
  const refresh = oauth.grantOf(asked);
  if (refresh !== undefined)
    return { status: 200, body: { active: true, ...describe(call, refresh), token_use: "refresh_token" } };
  const access = activeAccess(call, asked);
  if (access === undefined) return { status: 200, body: { active: false } };
  const { grant, expiresIn } = access;
  const body = { active: true, ...describe(call, grant), expires_in: expiresIn, token_use: "access_token" };
  return { status: 200, body };
}

/** Also answers 200 for what it does not know, as the standard has it. */
function revoke(call: Call): Reply {
  const form = formOf(call);
  const { oauth } = call.services;
  oauth.authenticate(form.get("client_id") ?? "", form.get("client_secret") ?? "");
  oauth.revoke(form.get("token") ?? form.get("refresh_token") ?? "");
  return { status: 200, body: {} };
}

function oldAccessToken(call: Call): Reply {
  const access = activeAccess(call, call.params.token ?? "");
  if (access === undefined) throw new ApiError(404, "The token is not known");
  const { grant, expiresIn } = access;
  return { status: 200, body: { token: call.params.token, ...describe(call, grant), expires_in: expiresIn } };
}

function oldRefreshToken(call: Call): Reply {
  const grant = call.services.oauth.grantOf(call.params.token ?? "");
  if (grant === undefined) throw new ApiError(404, "The token is not known");
  return { status: 200, body: { token: call.params.token, ...describe(call, grant) } };
}

function oldRevoke(call: Call): Reply {
  call.services.oauth.revoke(call.params.token ?? "");
  return { status: 204 };
}

/** The app that calls leaves the account it calls for. */
function uninstall(call: Call): Reply {
  call.services.oauth.uninstall(call.portal, call.app.appId);
  return { status: 204 };
}

function activeAccess(call: Call, token: string): { grant: Grant; expiresIn: number } | undefined {
  const grant = call.services.oauth.grantBehind(token);
  if (grant === undefined) return undefined;
  for (const portal of call.services.portals()) {
    const expiresAt = portal.id === grant.portalId ? portal.apps.get(token)?.expiresAt : undefined;
    const left = (expiresAt ?? 0) - call.services.now();
    if (left > 0) return { grant, expiresIn: Math.ceil(left / 1_000) };
  }
  return undefined;
}

function describe(call: Call, grant: Grant): Record<string, unknown> {
  const owner = call.portal.owners.find(({ userId }) => userId === grant.userId);
  return {
    hub_id: grant.portalId,
    user_id: grant.userId,
    client_id: grant.app.clientId,
    app_id: grant.app.appId,
    user: owner?.email,
    hub_domain: `portal-${grant.portalId}.example`,
    scopes: grant.scopes,
    is_private_distribution: false,
    token_type: "bearer",
  };
}

/** Parameters come in the body, form-encoded, and nowhere else (hubspot-facts §4). */
function formOf({ request }: Call): URLSearchParams {
  if (!request.headers["content-type"]?.includes("application/x-www-form-urlencoded")) {
    throw new ApiError(415, "The token endpoint takes application/x-www-form-urlencoded");
  }
  return new URLSearchParams(bodyText(request));
}

async function s256(verifier: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
