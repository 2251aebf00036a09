import { ApiError } from "../base/api-error.ts";
import type { Call, Reply, Route } from "../routing/call.ts";

/** The page on app.hubspot.com where an account admits an app. */
export const AUTHORIZE_ROUTES: readonly Route[] = [
  { method: "GET", legacy: ["/oauth/authorize", "/oauth/{portalId}/authorize"], access: "open", handle: authorize },
];

function authorize(call: Call): Reply {
  const { query } = call.request;
  const app = call.services.oauth.app(query.get("client_id") ?? "");
  if (app === undefined) throw blocked("unknown client_id");
  const redirectUri = query.get("redirect_uri") ?? "";
  if (!app.redirectUris.includes(redirectUri)) throw blocked("redirect_uri is not one of the app's");
  const { protocol, hostname } = new URL(redirectUri);
  if (protocol !== "https:" && hostname !== "localhost") throw blocked("redirect_uri must use https");
  const scopes = words(query.get("scope"));
  const optional = words(query.get("optional_scope")).filter((scope) => app.optionalScopes?.includes(scope));
  // A list unequal to the app's configuration blocks the install (hubspot-facts §4).
  if (!sameSet(scopes, app.scopes)) throw blocked("scope differs from the app's configuration");

  const back = new URL(redirectUri);
  const state = query.get("state");
  if (state !== null) back.searchParams.set("state", state);
  if (query.get("decision") === "deny") {
    back.searchParams.set("error", "access_denied");
    return { status: 302, headers: { location: back.href } };
  }
  if (call.services.oauth.settings.approval === "page" && query.get("decision") !== "approve") return page(call);
  const code = call.services.oauth.issueCode({
    app,
    portalId: portalOf(call),
    redirectUri,
    scopes: [...scopes, ...optional],
    challenge: query.get("code_challenge") ?? undefined,
    challengeMethod: query.get("code_challenge_method") ?? "plain",
  });
  back.searchParams.set("code", code);
  return { status: 302, headers: { location: back.href } };
}

function portalOf(call: Call): number {
  const asked = call.params.portalId;
  if (asked === undefined) return call.portal.id;
  for (const portal of call.services.portals()) if (String(portal.id) === asked) return portal.id;
  throw blocked("no such account");
}

function page({ request }: Call): Reply {
  const link = (decision: string) => {
    const query = new URLSearchParams(request.query);
    query.set("decision", decision);
    return `${request.path}?${query}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  };
  const html = `<!DOCTYPE html><title>Connect app</title><h1>Connect this app?</h1><p><a id="approve" href="${link("approve")}">Connect app</a> <a id="deny" href="${link("deny")}">Cancel</a></p>`;
  return { status: 200, html };
}

function words(value: string | null): string[] {
  return (value ?? "").split(/[ +]/).filter((word) => word !== "");
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((scope) => b.includes(scope));
}

/** A person sees a page and the app hears nothing. */
function blocked(reason: string): ApiError {
  return new ApiError(400, `The app cannot be installed: ${reason}`, { bare: true });
}
