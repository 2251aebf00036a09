import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import type { Surroundings } from "./hubspoke.ts";

export interface Simulated {
  readonly simulator: HubSpotSimulator;
  readonly surroundings: Surroundings;
  readonly url: string;
  close(): Promise<void>;
}

const read = { token: "pat-sim-warp-read", appId: 1 };
const write = { token: "pat-sim-warp-write", appId: 1 };

/** A HubSpot in this process whose sales have begun to work, for whoever has no account at hand. */
export async function simulatedHubSpot(webhookUrl: string): Promise<Simulated> {
  const simulator = createHubSpotSimulator({ seed: 33, portals: [{ id: 62515, tokens: [read, write] }] });
  const { companies, deals } = {
    companies: simulator.portal().objects("companies"),
    deals: simulator.portal().objects("deals"),
  };
  for (const name of ["Acme Corp", "Globex", "Initech"])
    companies.create({ name, domain: `${name.split(" ")[0]}.example`.toLowerCase() });
  for (const name of ["Umbrella", "Hooli", "Vandelay"])
    deals.create({ dealname: name, pipeline: "default", dealstage: "contractsent" });
  simulator.seedContacts(60);
  const { url, close } = await simulator.listen({ webhookUrl });
  return {
    simulator,
    url,
    close,
    surroundings: {
      auth: { read: read.token, write: write.token },
      baseUrl: url,
      keys: { current: "k1", keys: { k1: "33".repeat(32) } },
      webhooks: { publicUrl: webhookUrl, secrets: simulator.appSecret },
    },
  };
}

const troubles = {
  well: null,
  down: "503",
  limited: "429:TEN_SECONDLY_ROLLING",
  revoked: "401",
  hanging: "hang",
  cut: "reset",
} as const;
export type Trouble = keyof typeof troubles;
export const isTrouble = (text: unknown): text is Trouble => typeof text === "string" && Object.hasOwn(troubles, text);

/** What goes wrong in production, from now until it is `well`. */
export function trouble({ simulator }: Simulated, which: Trouble): void {
  simulator.faults.clear();
  if (which !== "well") simulator.faults.add(`/** ${troubles[which]} times=always`);
}

/** Sales win the next deal that is open. */
export function winDeal({ simulator }: Simulated): string | null {
  const deals = simulator.portal().objects("deals");
  const open = deals.list().find(({ properties }) => properties.dealstage !== "closedwon");
  const deal =
    open ?? deals.create({ dealname: `Customer ${deals.size + 1}`, pipeline: "default", dealstage: "contractsent" });
  deals.update(deal.id, { dealstage: "closedwon" });
  return deal.properties.dealname ?? null;
}
