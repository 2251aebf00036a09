import { privateApp } from "@hubspoke/core";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import type { Surroundings } from "./hubspoke.ts";

export interface Simulated {
  readonly simulator: HubSpotSimulator;
  readonly surroundings: Surroundings;
  readonly url: string;
  close(): Promise<void>;
}

/** A HubSpot in this process with two hundred people, for whoever has no account at hand. */
export async function simulatedHubSpot(): Promise<Simulated> {
  const simulator = createHubSpotSimulator({ seed: 22 });
  simulator.seedContacts(200);
  const { url, close } = await simulator.listen();
  const keys = { current: "k1", keys: { k1: "22".repeat(32) } };
  return { simulator, url, close, surroundings: { auth: privateApp(simulator.token), baseUrl: url, keys } };
}

/** Some of these people write, and somebody HubSpot does not know: through the webhook, as OpenPhone would tell it. */
export async function customersWrite({ simulator }: Simulated, productUrl: string): Promise<void> {
  const people = simulator.portal().contacts.list().slice(0, 12);
  const phones = people.flatMap(({ properties: { phone } }) => (phone ? [phone] : []));
  for (const [i, from] of [...phones.slice(0, 5), "+19025550100"].entries()) {
    const object = {
      id: `AC${i}`,
      object: "message",
      from,
      direction: "incoming",
      body: "Hi, is the club open today?",
    };
    const event = { id: `EV${i}`, object: "event", type: "message.received", data: { object } };
    const body = JSON.stringify(event);
    await fetch(`${productUrl}/api/webhooks/openphone`, { method: "POST", body });
  }
}
