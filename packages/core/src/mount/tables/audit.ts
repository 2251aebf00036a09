/** Who saw whose data. */
export const auditRoutes = [
  {
    method: "POST",
    path: "/audit/query",
    router: "audit",
    auth: "authorize",
    summary:
      'Who saw whose data: { "phone"?, "contactId"?, "actorId"?, "from"?, "to"?, "after"?, "limit"? }, newest first. For roles that may `manage`.',
  },
] as const;
