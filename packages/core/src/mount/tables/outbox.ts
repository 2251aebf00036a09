/** What was taken on and is done later. */
export const outboxRoutes = [
  {
    method: "GET",
    path: "/outbox",
    router: "outbox",
    auth: "authorize",
    query: { kind: "text", state: ["waiting", "done", "skipped", "failed"], after: "text", limit: 200 },
    summary:
      "Jobs such as notes and tickets, newest first: `?kind=&state=waiting|done|skipped|failed&after=&limit=50`.",
  },
  {
    method: "POST",
    path: "/outbox/replay",
    router: "outbox",
    auth: "authorize",
    summary: 'Runs failed jobs again: { "ids"? }, the oldest when none are named. For roles that may `manage`.',
  },
] as const;
