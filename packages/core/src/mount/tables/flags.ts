/** Switches that are thrown while everything runs. */
export const flagsRoutes = [
  {
    method: "GET",
    path: "/flags",
    router: "flags",
    auth: "authorize",
    summary: "How every switch stands: master, inbound, outbound, cache, audit. For roles that may `manage`.",
  },
  {
    method: "PUT",
    path: "/flags/{flag}",
    router: "flags",
    auth: "authorize",
    summary:
      'Throws one: { "enabled"?, "roles"?, "percentage"? }; what is not named stays. For roles that may `manage`.',
  },
  {
    method: "DELETE",
    path: "/flags/{flag}",
    router: "flags",
    auth: "authorize",
    summary: "Back to the configured default. For roles that may `manage`.",
  },
] as const;
