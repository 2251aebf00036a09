/** Field mappings that a tenant edits. */
export const mappingsRoutes = [
  {
    method: "GET",
    path: "/mappings/{sync}",
    router: "mappings",
    auth: "authorize",
    summary: "The tenant's own field mappings, with the revision to hand back.",
  },
  {
    method: "PUT",
    path: "/mappings/{sync}",
    router: "mappings",
    auth: "authorize",
    summary:
      'Replaces the set: { "mappings", "expectedRevision" }; 409 when somebody else was faster. For roles that may `manage`.',
  },
  {
    method: "POST",
    path: "/mappings/{sync}/validate",
    router: "mappings",
    auth: "authorize",
    summary: 'What a set would be refused for: { "mappings" } → { "problems" }.',
  },
  {
    method: "GET",
    path: "/mappings/{sync}/choices",
    router: "mappings",
    auth: "authorize",
    summary: "What a mapping can name: properties of the account, fields of yours, transforms.",
  },
] as const;
