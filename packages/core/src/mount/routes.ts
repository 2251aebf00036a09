/** Groups of routes that are mounted or left out together. */
export const routerNames = ["webhooks", "contacts", "audit", "sync", "oauth", "health"] as const;
export type RouterName = (typeof routerNames)[number];

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below the mount's base path; `{name}` is one percent-encoded segment. */
  readonly path: string;
  readonly router: RouterName;
  /**
   * `signature`: HubSpot's signature on the request. `authorize`: the host's function. `state`: the login's own secrets,
   * one in the address and one in the browser's cookie.
   */
  readonly auth: "signature" | "authorize" | "state";
  readonly summary: string;
}

/**
 * Every route there is, as data: the router, the documentation and the OpenAPI document read this one table.
 * Whatever is not GET needs `application/json` and the site's own origin, unless HubSpot's signature speaks for it.
 */
export const routes = [
  {
    method: "POST",
    path: "/webhooks",
    router: "webhooks",
    auth: "signature",
    summary: "Takes signed events from HubSpot and stores them durably before it answers 204.",
  },
  {
    method: "GET",
    path: "/contacts/lookup/{phone}",
    router: "contacts",
    auth: "authorize",
    summary: "The contact behind a phone number in any spelling. The number becomes part of access logs: prefer POST.",
  },
  {
    method: "POST",
    path: "/contacts/lookup",
    router: "contacts",
    auth: "authorize",
    summary: 'The contacts behind { "phones": [1 to 1000 texts] }, one result per number in the order asked.',
  },
  {
    method: "GET",
    path: "/contacts/search",
    router: "contacts",
    auth: "authorize",
    summary:
      "People by `?q=` (name, e-mail, company, number), `&limit=20&recent=true`. Prefer POST: addresses are logged.",
  },
  {
    method: "POST",
    path: "/contacts/search",
    router: "contacts",
    auth: "authorize",
    summary: 'The same for { "query", "limit"?, "includeRecent"? }: { contacts, recent, cached }.',
  },
  {
    method: "GET",
    path: "/contacts/recents",
    router: "contacts",
    auth: "authorize",
    summary: "Whom the actor opened and what they searched for lately. `?limit=20`.",
  },
  {
    method: "DELETE",
    path: "/contacts/recents",
    router: "contacts",
    auth: "authorize",
    summary: "Forgets the actor's searches and recents.",
  },
  {
    method: "POST",
    path: "/contacts/{id}/opened",
    router: "contacts",
    auth: "authorize",
    summary: "The actor opened this contact: it becomes the first of their recents.",
  },
  {
    method: "POST",
    path: "/contacts/active",
    router: "contacts",
    auth: "authorize",
    summary: 'Keeps { "phones": [1 to 1000 texts] } fresh for { "forMs"? } (default a day): an open conversation.',
  },
  {
    method: "GET",
    path: "/contacts/unknown",
    router: "contacts",
    auth: "authorize",
    summary: "How far naming the host's unknown numbers has come. For roles that may `manage`.",
  },
  {
    method: "POST",
    path: "/contacts/unknown/sync",
    router: "contacts",
    auth: "authorize",
    summary: "Starts naming every unknown number; answers 202 before it is done. For roles that may `manage`.",
  },
  {
    method: "GET",
    path: "/contacts/cache/stats",
    router: "contacts",
    auth: "authorize",
    summary: "What the tenant's cache holds and how often it helped. For roles that may `manage`.",
  },
  {
    method: "POST",
    path: "/contacts/cache/clear",
    router: "contacts",
    auth: "authorize",
    summary: "Empties the tenant's cache. For roles that may `manage`.",
  },
  {
    method: "POST",
    path: "/audit/query",
    router: "audit",
    auth: "authorize",
    summary:
      'Who saw whose data: { "phone"?, "contactId"?, "actorId"?, "from"?, "to"?, "after"?, "limit"? }, newest first. For roles that may `manage`.',
  },
  {
    method: "GET",
    path: "/sync/status",
    router: "sync",
    auth: "authorize",
    summary: "State, progress and backlog of the tenant's syncs.",
  },
  {
    method: "POST",
    path: "/sync/{name}/backfill",
    router: "sync",
    auth: "authorize",
    summary: "Starts or resumes the backfill of a sync; answers 202 before it is done.",
  },
  {
    method: "POST",
    path: "/sync/{name}/reconcile",
    router: "sync",
    auth: "authorize",
    summary: "Starts the comparison and repair of both sides of a sync; answers 202 before it is done.",
  },
  {
    method: "GET",
    path: "/oauth/initiate",
    router: "oauth",
    auth: "authorize",
    summary:
      "Starts connecting HubSpot: sends a browser there, or answers { authUrl }. `?mode=popup|redirect&returnTo=`.",
  },
  {
    method: "GET",
    path: "/oauth/callback",
    router: "oauth",
    auth: "state",
    summary: "Where HubSpot sends the browser back: connects the tenant, then returns to `returnTo` or shows a page.",
  },
  {
    method: "GET",
    path: "/oauth/status",
    router: "oauth",
    auth: "authorize",
    summary: "Whether the tenant is connected, to which account, with which scopes.",
  },
  {
    method: "POST",
    path: "/oauth/disconnect",
    router: "oauth",
    auth: "authorize",
    summary:
      'Revokes the grant and removes its tokens; with { "uninstall": true } also removes the app from the account.',
  },
  {
    method: "DELETE",
    path: "/oauth/disconnect",
    router: "oauth",
    auth: "authorize",
    summary: "The same as POST.",
  },
  {
    method: "GET",
    path: "/health",
    router: "health",
    auth: "authorize",
    summary: "Whether storage, token and worker are well: 200, or 503.",
  },
] as const;

type RouteOf<R> = R extends { readonly method: infer M extends string; readonly path: infer P extends string }
  ? `${M} ${P}`
  : never;

/** `"POST /webhooks"` and the others, as a type: a route without a handler does not compile. */
export type RouteKey = RouteOf<(typeof routes)[number]>;
