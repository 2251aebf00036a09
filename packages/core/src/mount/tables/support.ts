/** Tickets. */
export const supportRoutes = [
  {
    method: "POST",
    path: "/support/tickets",
    router: "support",
    auth: "authorize",
    summary:
      'Makes a ticket, durably: { "key", "ticket" }; the key names the ticket and makes a repeat harmless. Answers 202.',
  },
  {
    method: "POST",
    path: "/support/auto-ticket",
    router: "support",
    auth: "authorize",
    summary: 'One ticket for an outage, however often it is said: { "outage", "ticket" }. Answers 202.',
  },
  {
    method: "POST",
    path: "/support/auto-ticket/resolve",
    router: "support",
    auth: "authorize",
    summary: 'Closes the ticket of an outage: { "outage", "content"? }. Answers 202.',
  },
] as const;
