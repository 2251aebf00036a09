/** The main job on any runtime: a number becomes a name, from HubSpot once and then from the cache; a contact is made. */
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { isHubspokeError } from "@hubspoke/core/errors";
import { memoryStorage } from "@hubspoke/core/memory";

const [token, baseUrl] = (globalThis.process?.argv ?? []).slice(2);
const hubspoke = createHubSpoke({
  auth: privateApp(token),
  baseUrl,
  storage: memoryStorage(),
  keys: { current: "k1", keys: { k1: "11".repeat(32) } },
  defaultRegion: "CA",
  webhooks: { publicUrl: "https://app.example.com/hubspot/webhooks", secrets: "the-app-secret" },
});
const hs = hubspoke.client({ tenant: "default" });
const made = await hs.contacts.create({ properties: { firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" } });
const ctx = { tenant: "default", actor: { id: "u1", role: "support" } };
const first = await hubspoke.directory.lookupByPhone("902 555 1234", ctx);
const second = await hubspoke.directory.lookupByPhone("+1 902-555-1234", ctx);
const unsigned = new Request("https://app.example.com/hubspot/webhooks", { method: "POST", body: "[]" });
const refused = await hubspoke.handle(unsigned, { basePath: "/hubspot", routers: ["webhooks"] });
const missing = await hs.contacts.get("999999", { properties: ["email"] }).catch((error) => error);
const invalid = await hs.contacts.create({ properties: { email: "no address" } }).catch((error) => error);
await hubspoke.worker().tick();
await hubspoke.close();
console.log(
  JSON.stringify({
    id: made.id !== undefined,
    names: [first, second].map(({ contact }) => contact?.fullName),
    sources: [first, second].map(({ source }) => source),
    unsigned: refused.status,
    refused: [missing, invalid].map((error) => isHubspokeError(error) && error.code),
  }),
);
