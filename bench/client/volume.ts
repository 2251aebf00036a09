/**
 * Lists `n` contacts from a server that makes its pages as they are asked for, and reads `n` of them at once. Prints the
 * calls it took, and the most memory in use on the way.
 */
import { createHubSpotClients, Secret } from "@hubspoke/core/client";
import type { TransportRequest } from "@hubspoke/core/ports";

const n = Number(process.argv[2]);
const headers = {
  "x-hubspot-ratelimit-max": "1000000",
  "x-hubspot-ratelimit-interval-milliseconds": "10000",
  "x-hubspot-ratelimit-remaining": "999999",
};
const credential = { token: new Secret("pat-na1-00000000"), budgetKey: "app", portalId: "1" };
const properties = ["email", "firstname", "lastname", "phone"] as const;

let calls = 0;
const clients = createHubSpotClients({
  auth: { get: async () => credential },
  transport: {
    async send({ method, url, body }: TransportRequest) {
      calls++;
      const text = method === "GET" ? page(new URL(url).searchParams) : batch(String(body));
      return { status: 200, headers, text };
    },
    close: async () => {},
  },
});
const { contacts } = clients.client({ tenant: "acme", lane: "interactive" });

let listed = 0;
let most = 0;
for await (const { id } of contacts.list({ properties })) {
  listed++;
  if (id !== String(listed)) throw new Error(`Contact ${listed} came as ${id}`);
  if (listed % Math.max(1_000, n / 20) === 0) most = Math.max(most, memory());
}
const listCalls = calls;
if (listed !== n) throw new Error(`${listed} of ${n} contacts came`);

calls = 0;
const ids = Array.from({ length: Math.min(n, 1_000) }, (_, i) => String(i + 1));
const read = await Promise.all(ids.map((id) => contacts.get(id, { properties })));
if (read.some(({ id }, i) => id !== ids[i])) throw new Error("A reader got somebody else's contact");
console.log(JSON.stringify({ listCalls, readCalls: calls, megabytes: most }));

function memory(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

function record(id: number): unknown {
  const value = {
    email: `p${id}@example.com`,
    firstname: `First ${id}`,
    lastname: `Last ${id}`,
    phone: `+1902555${id}`,
  };
  const at = "2026-11-19T16:40:01.004Z";
  return { id: String(id), properties: value, createdAt: at, updatedAt: at, archived: false };
}

function page(query: URLSearchParams): string {
  const from = Number(query.get("after") ?? 0);
  const to = Math.min(n, from + Number(query.get("limit")));
  const results = Array.from({ length: to - from }, (_, i) => record(from + i + 1));
  return JSON.stringify({ results, ...(to < n ? { paging: { next: { after: String(to) } } } : {}) });
}

function batch(body: string): string {
  const { inputs } = JSON.parse(body) as { inputs: readonly { id: string }[] };
  return JSON.stringify({ status: "COMPLETE", results: inputs.map(({ id }) => record(Number(id))) });
}
