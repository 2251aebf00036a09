/** For whoever watches the process. */
export const healthRoutes = [
  {
    method: "GET",
    path: "/health",
    router: "health",
    auth: "authorize",
    summary: "Whether storage, token and worker are well: 200, or 503.",
  },
] as const;
