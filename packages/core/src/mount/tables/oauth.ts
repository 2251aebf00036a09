/** The connect button. */
export const oauthRoutes = [
  {
    method: "GET",
    path: "/oauth/initiate",
    router: "oauth",
    auth: "authorize",
    query: { mode: ["redirect", "popup"], returnTo: "text" },
    summary:
      "Starts connecting HubSpot: sends a browser there, or answers { authUrl }. `?mode=popup|redirect&returnTo=`.",
  },
  {
    method: "GET",
    path: "/oauth/callback",
    router: "oauth",
    auth: "state",
    query: { state: "text", code: "text", error: "text" },
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
] as const;
