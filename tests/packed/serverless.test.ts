/** The functions of docs/guide/serverless.md over the installed tarballs, called as a platform calls them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../scripts/workspace.ts";
import { type Consumer, createConsumer } from "./consumer.ts";

let consumer: Consumer;
beforeAll(() => {
  consumer = createConsumer();
});
afterAll(() => consumer?.remove());

const guide = (): string =>
  [...readFileSync(join(root, "docs/guide/serverless.md"), "utf8").matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    .map(([, code = ""]) => code)
    .join("\n");

/** A simulated HubSpot in the same process; everything it holds open is closed before the end. */
const surroundings = `
import { createHmac } from "node:crypto";
import { existsSync } from "node:fs";
import { createHubSpotSimulator } from "@hubspoke/testing";

const url = "https://app.example.com/hubspot/webhooks";
const simulator = createHubSpotSimulator();
simulator.portal().contacts.create({ firstname: "Ada", lastname: "Byron", phone: "(902) 555-1234" });
const server = await simulator.listen({ port: 0 });
Object.assign(process.env, {
  HUBSPOT_ACCESS_TOKEN: simulator.token,
  HUBSPOT_API_BASE_URL: server.url,
  HUBSPOT_WEBHOOK_URL: url,
  HUBSPOT_WEBHOOK_SECRET: "of-the-app",
  HUBSPOKE_KEY: "11".repeat(32),
  HUBSPOKE_DEFAULT_REGION: "CA",
  HUBSPOKE_DB: "serverless.db",
  CRON_SECRET: "of-the-platform",
});
const said: Record<string, unknown> = {};
// Said when nothing is left that would keep the process: a timer or a socket of the instance's own delays it for ever.
process.once("beforeExit", () => console.log(JSON.stringify(said)));
setTimeout(() => process.exit(9), 60_000).unref();
`;

describe("a serverless function over the installed packages", () => {
  it("makes one instance at first use, answers, works behind the answer and by cron, and leaves nothing running", () => {
    const { ok, output } = consumer.script(
      "serverless.ts",
      `${surroundings}
${guide()}
const instance = hubspoke();
said.openedByMaking = existsSync("serverless.db");
said.same = hubspoke() === instance;
const happened: string[] = [];
instance.on("contact.creation", (event) => void happened.push(event.type + " " + event.objectId));

const session = { authorization: "Bearer of-a-session" };
const at = (path: string, init: RequestInit = {}) => new Request("https://app.example.com/hubspot" + path, init);
const found = await Promise.all([1, 2, 3].map(() => GET(at("/contacts/lookup/9025551234", { headers: session }))));
said.found = await Promise.all(found.map(async (one) => [one.status, (await one.text()).includes("Ada Byron")]));
said.stranger = (await GET(at("/contacts/lookup/9025551234"))).status;
said.openedByAsking = existsSync("serverless.db");

const body = JSON.stringify([{ portalId: 62515, subscriptionId: 1, subscriptionType: "contact.creation", occurredAt: Date.now(), objectId: 7 }]);
const signed = (key: string) => {
  const time = String(Date.now());
  const signature = createHmac("sha256", key).update("POST" + url + body + time).digest("base64");
  return at("/webhooks", { method: "POST", body, headers: { "content-type": "application/json", "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": time } });
};
const behind: Promise<unknown>[] = [];
const waitUntil = (work: Promise<unknown>) => void behind.push(work);
said.forged = [(await webhook(signed("of-somebody-else"), waitUntil)).status, behind.length];
said.webhook = [(await webhook(signed("of-the-app"), waitUntil)).status, behind.length];
await Promise.all(behind);
said.happened = happened;

said.cronOfNobody = (await cron(new Request("https://app.example.com/cron"))).status;
const worked = await cron(new Request("https://app.example.com/cron", { headers: { authorization: "Bearer of-the-platform" } }));
said.cron = [worked.status, (await worked.json()).idle];
await server.close();
`,
    );
    // Nothing closes the instance.
    expect(ok, output).toBe(true);
    expect(JSON.parse(output)).toEqual({
      openedByMaking: false,
      same: true,
      found: [
        [200, true],
        [200, true],
        [200, true],
      ],
      stranger: 403,
      openedByAsking: true,
      forged: [401, 0],
      webhook: [204, 1],
      happened: ["contact.creation 7"],
      cronOfNobody: 401,
      cron: [200, true],
    });
  });

  it("opens no connection of a pool before the first request, and answers 503 when there is no database", () => {
    const { ok, output } = consumer.script(
      "lazy.ts",
      `import { createServer } from "node:net";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { postgresStorage } from "@hubspoke/storage-postgres";
let connections = 0;
// A database that hangs up on everybody.
const server = createServer((socket) => { connections += 1; socket.destroy(); });
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const { port } = server.address() as { port: number };
const hubspoke = createHubSpoke({
  auth: privateApp("pat-na1-00000000-0000-0000-0000-000000000000"),
  keys: { current: "k1", keys: { k1: "11".repeat(32) } },
  storage: postgresStorage({ url: "postgres://nobody@127.0.0.1:" + port + "/none", maxConnections: 1 }),
});
await new Promise((resolve) => setImmediate(resolve));
const before = connections;
const POST = (request: Request) => hubspoke.handle(request, { basePath: "/hubspot", authorize: () => ({ tenant: "acme", actor: { id: "u1", role: "admin" } }) });
const answer = await POST(new Request("https://app.example.com/hubspot/health"));
server.close();
console.log(JSON.stringify({ before, asked: connections > 0, status: answer.status, leaks: (await answer.text()).includes("nobody@") }));
`,
    );
    expect(ok, output).toBe(true);
    expect(JSON.parse(output)).toEqual({ before: 0, asked: true, status: 503, leaks: false });
  });
});
