import { createHmac, randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { verifyLine } from "@hubspoke/core";
import { type AheadClock, aheadClock } from "@hubspoke/example-kit/ahead-clock";
import type { Fault } from "@hubspoke/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ClubOS, start } from "../../lib/start.ts";
import { dropSchemas, signedIn, textFrom, type Visitor } from "./visitor.ts";

const known = "+19025550123";
const later = "+14165550199";
const signingKey = Buffer.from("desk").toString("base64");
let schema: string;
let product: ClubOS;
let operator: Visitor;
let clock: AheadClock;

beforeEach(async () => {
  clock = aheadClock();
  schema = `clubos_test_${randomUUID().slice(0, 8)}`;
  const env = { DATABASE_URL: process.env.DATABASE_URL };
  product = await start({ port: 0, schema, env, options: { clock, maxAttempts: 1 }, send: async () => "sent" });
  const { contacts } = product.hubspot!.simulator.portal();
  contacts.create({ firstname: "Grace", lastname: "Hopper", phone: "(902) 555-0123" });
  contacts.create({ firstname: "Linus", lastname: "Pauling", phone: "416.555.0199" });
  operator = await signedIn(product, "Olga", "operator");
  expect(await textFrom(product, known, "before", "AC0")).toBe(204);
  await product.settled();
});
afterEach(async () => {
  const { url, kind } = product.postgres;
  await product.close();
  if (kind !== "embedded, gone after the stop") await dropSchemas(url, schema);
});

const day = 86_400_000;
const outages: readonly (readonly [string, Omit<Fault, "times">, string])[] = [
  ["down", { effect: { status: 503 } }, "HUBSPOT_UNAVAILABLE"],
  ["limited", { effect: { policy: "TEN_SECONDLY_ROLLING" } }, "RATE_LIMITED"],
  ["revoked", { effect: { status: 401 } }, "AUTH_INVALID"],
  ["cut off", { effect: "reset" }, "NETWORK_FAILED"],
];

test.each(outages)(
  "HubSpot is %s: texts are kept, known names are shown with a mark, and it goes on by itself",
  async (_name, fault, code) => {
    const over = product.hubspot!.simulator.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
    clock.ahead = day + 1;
    for (const [i, phone] of [known, later, known].entries()) {
      expect(await textFrom(product, phone, `during ${i}`, `AC-during-${i}`)).toBe(204);
    }
    await product.settled();

    const { conversations, degraded } = (await operator.get("/messages/conversations")).body;
    expect(degraded).not.toBeNull();
    expect(conversations).toMatchObject([
      { phone_number: known, customer_name: "Grace Hopper", stale: true, last_message: "during 2" },
      { phone_number: later, customer_name: null, is_hubspot_contact: false, last_message: "during 1" },
    ]);
    const search = await operator.send("POST", "/contacts/search", { query: "linus" });
    expect([search.status, search.body.contacts]).toEqual([200, []]);
    expect(search.body.degraded.code).toEqual(expect.any(String));
    const opened = await operator.send("POST", "/messages/conversations", { phone: later, contactId: "1" });
    const answer = await operator.send("POST", `/messages/conversations/${opened.body.id}/messages`, { body: "Yes" });
    expect([opened.status, answer.status]).toEqual([201, 201]);
    expect(verifyLine(await product.hubspoke.verify("clubos"), "names wait")).toContain(`; names wait. ${code}`);
    const admin = await signedIn(product, "Ada", "admin");
    expect((await admin.get("/operations")).body.alerts.length).toBeGreaterThan(0);

    over();
    clock.ahead += 600_000;
    // What is old is shown once more while it is asked for behind the answer.
    const after = async () => {
      const { conversations: list, degraded: trouble } = (await operator.get("/messages/conversations")).body;
      return [trouble, list.map((one: { customer_name: string; stale: boolean }) => [one.customer_name, one.stale])];
    };
    const fresh = [
      null,
      [
        ["Linus Pauling", false],
        ["Grace Hopper", false],
      ],
    ];
    await expect.poll(after, { timeout: 15_000 }).toEqual(fresh);
    const bodies = async (phone: string) => (await product.messages.exportOf(phone)).map(({ body }) => body);
    expect(await bodies(known)).toEqual(["before", "during 0", "during 2"]);
    expect(await bodies(later)).toEqual(["during 1", "Yes"]);
  },
);

test("a token revoked before the start: the desk says so and works", async () => {
  const { url } = product.hubspot!;
  const revoked = { HUBSPOT_API_KEY: "pat-na1-revoked", HUBSPOT_API_BASE_URL: url, HUBSPOKE_KEY: "33".repeat(32) };
  const env = { DATABASE_URL: product.postgres.url, OPENPHONE_WEBHOOK_SECRET: signingKey, ...revoked };
  const other = `${schema}_b`;
  const desk = await start({ port: 0, schema: other, env });
  try {
    expect(verifyLine(await desk.hubspoke.verify("clubos"))).toMatch(/not connected. .*AUTH_INVALID/);
    const object = { id: "AC9", from: known, body: "signed" };
    const body = JSON.stringify({ id: "EV9", type: "message.received", data: { object } });
    const post = async (headers: Record<string, string>) =>
      (await fetch(`${desk.url}/api/webhooks/openphone`, { method: "POST", headers, body })).status;
    expect(await post({})).toBe(401);
    const at = Date.now();
    const mac = createHmac("sha256", Buffer.from(signingKey, "base64")).update(`${at}.${body}`).digest("base64");
    expect(await post({ "openphone-signature": `hmac;1;${at};${mac}` })).toBe(204);
    await desk.settled();
    const who = await signedIn(desk, "Olga", "operator");
    const { conversations, degraded } = (await who.get("/messages/conversations")).body;
    expect(conversations).toMatchObject([{ phone_number: known, customer_name: null, last_message: "signed" }]);
    expect(degraded).toEqual(expect.stringMatching(/^AUTH_/));
  } finally {
    await desk.close();
    await dropSchemas(product.postgres.url, other);
  }
});

test("a HubSpot that never answers holds up neither the webhook nor the list", async () => {
  product.hubspot!.simulator.faults.add({ effect: "hang", times: Number.POSITIVE_INFINITY });
  expect(await textFrom(product, later, "hang", "AC-hang")).toBe(204);
  const lookedUp = product.settled().then(() => "looked up");
  expect(await Promise.race([lookedUp, setImmediate("answered")]), "answered before it was looked up").toBe("answered");
  const { conversations, degraded } = (await operator.get("/messages/conversations")).body;
  expect(conversations[0]).toMatchObject({ phone_number: later, customer_name: null, last_message: "hang" });
  expect(degraded).toBe("TIMEOUT");
});
