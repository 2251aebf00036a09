import { configFromEnv, createHubSpoke } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { createHubSpotSimulator } from "@hubspoke/testing";

// No account? A simulated HubSpot, with Ada in it. With HUBSPOT_ACCESS_TOKEN set, your own.
const simulator = createHubSpotSimulator();
simulator.portal().contacts.create({ firstname: "Ada", lastname: "Lovelace", phone: "+1 902 555 1234" });
const server = await simulator.listen();
const simulated = { HUBSPOT_ACCESS_TOKEN: simulator.token, HUBSPOT_API_BASE_URL: server.url };
const env = process.env.HUBSPOT_ACCESS_TOKEN === undefined ? simulated : process.env;

const keys = { current: "k1", keys: { k1: crypto.getRandomValues(new Uint8Array(32)) } };
const hubspoke = createHubSpoke({ ...configFromEnv(env), keys, storage: memoryStorage(), defaultRegion: "CA" });

const ctx = { tenant: "default", actor: { id: "quickstart", role: "system" } };
const { contact } = await hubspoke.directory.lookupByPhone(process.argv[3] ?? "(902) 555-1234", ctx);
console.log(contact === null ? "Nobody has this number." : `${contact.fullName}, ${contact.phoneFormatted}`);

await hubspoke.close();
await server.close();
