import type { Surroundings } from "@hubspoke/example-kit/around";
import { type Simulated, simulatedHubSpot } from "@hubspoke/example-kit/simulated-hubspot";

const open = { pipeline: "default", dealstage: "contractsent" };

/** A HubSpot in this process whose sales have begun to work, for whoever has no account at hand. */
export function simulatedSales(webhookUrl: string, clock: Surroundings["clock"]): Promise<Simulated> {
  const records = {
    companies: ["Acme", "Globex", "Initech"].map((name) => ({ name, domain: `${name.toLowerCase()}.example` })),
    deals: ["Umbrella", "Hooli", "Vandelay"].map((dealname) => ({ dealname, ...open })),
  };
  return simulatedHubSpot({ seed: 33, people: 60, records, webhookUrl, ...(clock === undefined ? {} : { clock }) });
}

/** Sales win the next deal that is open. */
export function winDeal({ simulator }: Simulated): string | null {
  const deals = simulator.portal().objects("deals");
  const next = deals.list().find(({ properties }) => properties.dealstage !== "closedwon");
  const deal = next ?? deals.create({ dealname: `Customer ${deals.size + 1}`, ...open });
  deals.update(deal.id, { dealstage: "closedwon" });
  return deal.properties.dealname ?? null;
}
