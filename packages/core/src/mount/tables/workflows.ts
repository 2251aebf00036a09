/** Triggers: conditions and actions. */
export const workflowsRoutes = [
  {
    method: "GET",
    path: "/workflows",
    router: "workflows",
    auth: "authorize",
    summary: "The tenant's triggers.",
  },
  {
    method: "POST",
    path: "/workflows",
    router: "workflows",
    auth: "authorize",
    summary: "Makes a trigger: { name, eventType, conditions?, actions }. For roles that may `manage`.",
  },
  {
    method: "GET",
    path: "/workflows/{id}",
    router: "workflows",
    auth: "authorize",
    summary: "One trigger.",
  },
  {
    method: "PUT",
    path: "/workflows/{id}",
    router: "workflows",
    auth: "authorize",
    summary: "Changes a trigger; 409 when `version` is not the current one. For roles that may `manage`.",
  },
  {
    method: "DELETE",
    path: "/workflows/{id}",
    router: "workflows",
    auth: "authorize",
    summary: "Removes a trigger; its executions stay in the log. For roles that may `manage`.",
  },
  {
    method: "POST",
    path: "/workflows/test",
    router: "workflows",
    auth: "authorize",
    summary:
      'What a trigger would do: { "trigger": id or draft, "event" }. Writes nothing; needs a role that may `manage`, because it shows what a contact has.',
  },
  {
    method: "POST",
    path: "/workflows/process",
    router: "workflows",
    auth: "authorize",
    summary: "Takes an event of a contact; the worker runs what it triggers. Answers 202.",
  },
  {
    method: "GET",
    path: "/workflows/{id}/executions",
    router: "workflows",
    auth: "authorize",
    query: { after: "text", limit: 200 },
    summary: "What a trigger did, newest first: `?after=&limit=50`.",
  },
] as const;
