import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { Router } from "express";
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
export async function simulatedHubSpot(webhookUrl: string, clock?: Surroundings["clock"]): Promise<Simulated> {
  const simulator = createHubSpotSimulator({
    seed: 33,
    portals: [{ id: 62515, tokens: [read, write] }],
    ...(clock === undefined ? {} : { clock }),
  });
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

/** Buttons of the page: sales win a deal, and whatever goes wrong in production, from now until it is `well`. */
export function simulatedRoutes(hubspot: Simulated): Router {
  const { faults } = hubspot.simulator;
  const router = Router().post("/deal", (_req, res) => void res.json({ won: winDeal(hubspot) }));
  for (const [name, fault] of Object.entries(troubles)) {
    router.post(`/${name}`, (_req, res) => {
      faults.clear();
      if (fault !== null) faults.add(`/** ${fault} times=always`);
      res.json({ trouble: name });
    });
  }
  return router;
}

/** Sales win the next deal that is open. */
function winDeal({ simulator }: Simulated): string | null {
  const deals = simulator.portal().objects("deals");
  const open = deals.list().find(({ properties }) => properties.dealstage !== "closedwon");
  const deal =
    open ?? deals.create({ dealname: `Customer ${deals.size + 1}`, pipeline: "default", dealstage: "contractsent" });
  deals.update(deal.id, { dealstage: "closedwon" });
  return deal.properties.dealname ?? null;
}
