import type { HubspokeOptions } from "@hubspoke/core";
import { oauthApp } from "@hubspoke/core";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";

export interface Simulated {
  readonly simulator: HubSpotSimulator;
  readonly options: Omit<HubspokeOptions, "storage">;
  readonly url: string;
  close(): Promise<void>;
}

export const scopes: readonly string[] = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.companies.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "timeline",
];

/** A HubSpot in this process with an account for each workspace, for whoever has none at hand. */
export async function simulatedHubSpot(productUrl: string): Promise<Simulated> {
  const base = `${productUrl}/api/integrations/hubspot`;
  const app = { clientId: "coldcopy", clientSecret: "coldcopy-secret", redirectUri: `${base}/callback` };
  const simulator = createHubSpotSimulator({
    seed: 11,
    portals: [
      { id: 100, tokens: [{ token: "pat-100" }] },
      { id: 200, tokens: [{ token: "pat-200" }] },
    ],
    apps: [{ appId: 9, ...app, redirectUris: [app.redirectUri], scopes }],
    oauth: { approval: "page" },
  });
  const { url, close } = await simulator.listen();
  return {
    simulator,
    url,
    options: {
      auth: oauthApp({ ...app, scopes, returnTo: ["/"], authorizeUrl: `${url}/oauth/authorize` }),
      keys: { current: "k1", keys: { k1: "11".repeat(32) } },
      baseUrl: url,
      webhooks: { publicUrl: `${base}/webhooks`, secrets: app.clientSecret },
    },
    close,
  };
}
