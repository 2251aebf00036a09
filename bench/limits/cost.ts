/**
 * What limiting costs: a whole call of the client, over a transport that answers at once, beside one empty job of
 * Bottleneck, the limiter in `@hubspot/api-client`, without any limit set. Prints microseconds of the processor for each.
 */
import { createHubSpotClients, Secret } from "@hubspoke/core/client";
import Bottleneck from "bottleneck";

const headers = {
  "x-hubspot-ratelimit-max": "1000000",
  "x-hubspot-ratelimit-interval-milliseconds": "10000",
  "x-hubspot-ratelimit-remaining": "999999",
};
const credential = { token: new Secret("pat-na1-00000000"), budgetKey: "app", portalId: "1" };

async function client(): Promise<() => Promise<unknown>> {
  const clients = createHubSpotClients({
    auth: { get: async () => credential },
    coalesce: false,
    transport: {
      send: async () => ({ status: 200, headers, text: '{"id":"1","properties":{"email":"a@example.com"}}' }),
      close: async () => {},
    },
  });
  const { contacts } = clients.client({ tenant: "acme" });
  return () => contacts.get("1", { properties: ["email"] });
}

async function perJob(job: () => Promise<unknown>, count: number): Promise<number> {
  const before = process.cpuUsage();
  let left = count;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (left-- > 0) await job();
    }),
  );
  const spent = process.cpuUsage(before);
  return (spent.user + spent.system) / count;
}

const call = await client();
const limiter = new Bottleneck();
const empty = (): Promise<unknown> => limiter.schedule(async () => undefined);
await perJob(call, 50_000);
await perJob(empty, 500);
console.log(JSON.stringify({ client: await perJob(call, 200_000), bottleneck: await perJob(empty, 2_000) }));
