import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";

export interface SimulatedApp {
  /** Names its client. */
  readonly name: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

export interface Simulated {
  readonly simulator: HubSpotSimulator;
  readonly url: string;
  /** What `configFromEnv` reads, as of a real app. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** A HubSpot in this process, with the accounts 100 and 200 that an app is installed into by OAuth, for whoever has none at hand. */
export async function simulatedOAuthHubSpot({ name, redirectUri, scopes }: SimulatedApp): Promise<Simulated> {
  const app = { clientId: name, clientSecret: `${name}-secret` };
  const simulator = createHubSpotSimulator({
    seed: 11,
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
    HUBSPOKE_KEY: "11".repeat(32),
  };
  return { simulator, url, env, close };
}

/** A HubSpot in this process with one account, its token and so many people, for whoever has none at hand. */
export async function simulatedHubSpot(seed: number, people: number): Promise<Simulated> {
  const simulator = createHubSpotSimulator({ seed });
  simulator.seedContacts(people);
  const { url, close } = await simulator.listen();
  const env = {
    HUBSPOT_ACCESS_TOKEN: simulator.token,
    HUBSPOT_API_BASE_URL: url,
    HUBSPOKE_KEY: String(seed).repeat(64).slice(0, 64),
  };
  return { simulator, url, env, close };
}
