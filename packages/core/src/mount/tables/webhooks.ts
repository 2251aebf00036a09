/** What HubSpot calls. */
export const webhooksRoutes = [
  {
    method: "POST",
    path: "/webhooks",
    router: "webhooks",
    auth: "signature",
    summary: "Takes signed events from HubSpot and stores them durably before it answers 204.",
  },
  {
    method: "POST",
    path: "/webhooks/{object}",
    router: "webhooks",
    auth: "signature",
    summary:
      "The same at an address of each object: contact, company, deal, 2-345. Register the webhooks' address with it.",
  },
] as const;
