import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";

export interface Simulated {
  readonly simulator: HubSpotSimulator;
  readonly url: string;
  /** What the Worker reads, as of a real app. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const scopes: readonly string[] = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "files",
];

/** A HubSpot in this process with two accounts to choose from, for whoever has none at hand. */
export async function simulatedHubSpot(productUrl: string): Promise<Simulated> {
  const app = { clientId: "call-notes", clientSecret: "call-notes-secret" };
  const redirectUri = `${productUrl}/api/hubspot/oauth/callback`;
  const simulator = createHubSpotSimulator({
    seed: 33,
    portals: [
      { id: 100, tokens: [{ token: "pat-100" }] },
      { id: 200, tokens: [{ token: "pat-200" }] },
    ],
    apps: [{ appId: 9, ...app, redirectUris: [redirectUri], scopes }],
    oauth: { approval: "page" },
  });
  const { url, close } = await simulator.listen();
  const env = {
    HUBSPOT_CLIENT_ID: app.clientId,
    HUBSPOT_CLIENT_SECRET: app.clientSecret,
    HUBSPOT_REDIRECT_URI: redirectUri,
    HUBSPOT_SCOPES: scopes.join(" "),
    HUBSPOT_AUTHORIZE_URL: `${url}/oauth/authorize`,
    HUBSPOT_API_BASE_URL: url,
    HUBSPOKE_KEY: "33".repeat(32),
    HUBSPOKE_DEFAULT_REGION: "CA",
  };
  return { simulator, url, env, close };
}
