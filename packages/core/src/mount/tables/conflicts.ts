/** Edits that met, and how they are settled. */
export const conflictsRoutes = [
  {
    method: "GET",
    path: "/conflicts/{sync}",
    router: "conflicts",
    auth: "authorize",
    query: { status: ["open", "resolved"], after: "text", limit: 200 },
    summary: "Edits of both sides that met: `?status=open|resolved&after=&limit=50`. Ids and names only.",
  },
  {
    method: "GET",
    path: "/conflicts/{sync}/values",
    router: "conflicts",
    auth: "authorize",
    query: { status: ["open", "resolved"], after: "text", limit: 200 },
    summary: "The same with both sides' values, for a review page. For roles that may `manage`; audited.",
  },
  {
    method: "POST",
    path: "/conflicts/{sync}/{id}/resolve",
    router: "conflicts",
    auth: "authorize",
    summary:
      'Settles one that waits for review: { "take": "local" | "hubspot" }. For roles that may `manage`; audited.',
  },
] as const;
