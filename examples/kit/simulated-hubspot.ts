import {
  createHubSpotSimulator,
  type HubSpotSimulator,
  type SeedRecords,
  type SimulatorOptions,
} from "@hubspoke/testing";

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

export interface SimulatedAccount {
  /** Same seed, same account. */
  readonly seed: number;
  /** So many people, beside the `records`. */
  readonly people: number;
  readonly records?: SeedRecords;
  /** Where its webhooks go. */
  readonly webhookUrl?: string;
  /** Default: real time. */
  readonly clock?: SimulatorOptions["clock"];
}

/**
 * A HubSpot in this process with one account that two private apps have a token of, one to read and one to write, for
 * whoever has none at hand.
 */
export async function simulatedHubSpot({ seed, people, records = {}, ...more }: SimulatedAccount): Promise<Simulated> {
  const { webhookUrl, clock } = more;
  const [read, write] = [{ token: "pat-sim-reads" }, { token: "pat-sim-writes" }];
  const portals = [{ id: 62515, tokens: [read, write] }];
  const simulator = createHubSpotSimulator({ seed, portals, ...(clock === undefined ? {} : { clock }) });
  simulator.seedRecords(records);
  simulator.seedContacts(people);
  const { url, close } = await simulator.listen(webhookUrl === undefined ? {} : { webhookUrl });
  const webhooks = { HUBSPOT_WEBHOOK_URL: webhookUrl ?? "", HUBSPOT_WEBHOOK_SECRET: simulator.appSecret };
  const env = {
    HUBSPOT_READ_TOKEN: read.token,
    HUBSPOT_WRITE_TOKEN: write.token,
    HUBSPOT_API_BASE_URL: url,
    HUBSPOKE_KEY: String(seed).repeat(64).slice(0, 64),
    ...(webhookUrl === undefined ? {} : webhooks),
  };
  return { simulator, url, env, close };
}
