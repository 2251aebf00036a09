/** What HubSpot calls. */
export const webhooksRoutes = [
  {
    method: "POST",
    path: "/webhooks",
    router: "webhooks",
    auth: "signature",
    summary: "Takes signed events from HubSpot and stores them durably before it answers 204.",
  },
] as const;
