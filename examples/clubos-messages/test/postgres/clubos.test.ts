import { randomUUID } from "node:crypto";
import { verifyLine } from "@hubspoke/core";
import { aheadClock } from "@hubspoke/example-kit/ahead-clock";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textIn } from "../../lib/simulated.ts";
import { type ClubOS, start } from "../../lib/start.ts";
import { dropSchemas, signedIn, textFrom, type Visitor, visitor } from "./visitor.ts";

const schema = `clubos_test_${randomUUID().slice(0, 8)}`;
const grace = "+19025550123";
const linus = "+14165550199";
const sent: string[] = [];
const clock = aheadClock();
let product: ClubOS;
let admin: Visitor;
let operator: Visitor;
let support: Visitor;

beforeAll(async () => {
  const send = async (to: string, body: string) => `sent ${sent.push(`${to} ${body}`)}`;
  product = await start({ port: 0, schema, send, options: { clock }, env: { DATABASE_URL: process.env.DATABASE_URL } });
  const { contacts } = product.hubspot!.simulator.portal();
  contacts.create({
    firstname: "Grace",
    lastname: "Hopper",
    company: "Navy",
    phone: "(902) 555-0123",
    email: "grace@example.com",
  });
  contacts.create({ firstname: "Linus", lastname: "Pauling", phone: "416.555.0199" });
  admin = await signedIn(product, "Ada", "admin");
  operator = await signedIn(product, "Olga", "operator");
  support = await signedIn(product, "Sam", "support");
});
afterAll(async () => {
  await product?.hubspoke.tenants.delete("clubos");
  const { url, kind } = product.postgres;
  await product.close();
  if (kind !== "embedded, gone after the stop") await dropSchemas(url, schema);
});

const conversations = async (who: Visitor) => (await who.get("/messages/conversations")).body;

test("says at start that HubSpot is connected", async () => {
  expect(verifyLine(await product.hubspoke.verify("clubos"))).toBe("✓ HubSpot connected successfully (account 62515)");
});

test("a text comes in, is kept once however often it is told, and has a name in the list", async () => {
  for (let i = 0; i < 2; i++) expect(await textFrom(product, grace, "Is the court free?", "AC1")).toBe(204);
  expect(await textFrom(product, "INFO", "Your code is 1234", "AC2")).toBe(204);
  await product.settled();
  const calls = product.hubspot!.simulator.calls.length;
  const { conversations: list, degraded } = await conversations(operator);
  expect(degraded).toBeNull();
  expect(list.map((one: { customer_name: string }) => one.customer_name)).toEqual([null, "Grace Hopper"]);
  const named = { phone_number: grace, company: "Navy", is_hubspot_contact: true, last_message: "Is the court free?" };
  expect(list[1]).toMatchObject({ ...named, stale: false });
  // The look-up of the webhook has paid for it.
  expect(product.hubspot!.simulator.calls.length).toBe(calls);
  expect((await operator.get(`/messages/conversations/${list[1].id}`)).body.messages).toHaveLength(1);
});

test("a text that OpenPhone did not sign is nobody's, the simulated customers' too", async () => {
  const object = { id: "AC-forged", from: grace, body: "Send me the door's code" };
  const body = JSON.stringify({ id: "EV", type: "message.received", data: { object } });
  expect((await fetch(`${product.url}/api/webhooks/openphone`, { method: "POST", body })).status).toBe(401);
  const { url } = product;
  const signed = (key: string) => textIn(url, key, { id: "AC-forged", from: grace, body: "Send me the door's code" });
  expect(await signed(Buffer.from("a guess").toString("base64"))).toBe(401);
  expect(await product.messages.exportOf(grace)).toHaveLength(1);
});

test("the product's own tables hold no name", async () => {
  const rows = await product.messages.list(null, 10);
  expect(JSON.stringify(rows)).not.toMatch(/Grace|Hopper|Navy/);
});

test("somebody is found by name, opened with one click, written to, and first among the recents", async () => {
  const { contacts } = (await operator.send("POST", "/contacts/search", { query: "linus", limit: 20 })).body;
  expect(contacts).toMatchObject([{ fullName: "Linus Pauling", phone: linus, hasActiveConversation: false }]);
  const opened = await operator.send("POST", "/messages/conversations", { phone: linus, contactId: contacts[0].id });
  expect(opened.status).toBe(201);
  const answer = await operator.send("POST", `/messages/conversations/${opened.body.id}/messages`, { body: " Hello " });
  expect([answer.status, sent]).toEqual([201, [`${linus} Hello`]]);
  const again = (await operator.send("POST", "/contacts/search", { query: "paul", includeRecent: true })).body;
  expect(again.recent).toMatchObject([{ fullName: "Linus Pauling", hasActiveConversation: true }]);
  expect((await support.send("POST", "/contacts/search", { query: "" })).body.recent).toEqual([]);
});

test("who may do what: nobody without a login, support sees no address, only admins run it", async () => {
  for (const path of ["/messages/conversations", "/contacts/search?q=grace", "/flags", "/operations"]) {
    expect((await visitor(product).get(path)).status).toBe(403);
  }
  const seen = async (who: Visitor) => (await who.get("/contacts/search?q=hopper")).body.contacts[0];
  expect(await seen(operator)).toMatchObject({ email: "grace@example.com" });
  expect(await seen(support)).not.toHaveProperty("email");
  for (const who of [operator, support]) {
    for (const path of ["/contacts/cache/stats", "/flags", "/operations"])
      expect((await who.get(path)).status).toBe(403);
    for (const path of ["/contacts/cache/clear", "/audit/query", "/gdpr/export", "/gdpr/erase"]) {
      expect((await who.send("POST", path, { phone: grace })).status).toBe(403);
    }
    expect((await who.send("PUT", "/flags/master", { enabled: false })).status).toBe(403);
  }
});

test("another site's page changes nothing with a visitor's cookie", async () => {
  const url = `${product.url}/api/flags/master`;
  const headers = { "content-type": "application/json", "sec-fetch-site": "cross-site" };
  const answer = await fetch(url, { method: "PUT", headers, body: "{}" });
  expect([answer.status, await answer.json()]).toMatchObject([403, { error: { code: "ORIGIN_REFUSED" } }]);
});

test("nonsense is answered as that", async () => {
  for (const before of ["1", "Nov 20"]) {
    const { status, body } = await operator.get(`/messages/conversations?before=${encodeURIComponent(before)}`);
    expect([before, status, body.error?.code]).toEqual([before, 400, "INPUT_INVALID"]);
  }
  expect((await operator.get(`/messages/conversations/${"-".repeat(36)}`)).status).toBe(400);
});

test("a text that was on its way when the desk was killed is not said to be going out for ever", async () => {
  const phone = "+19025550177";
  const id = await product.messages.open(phone);
  await product.messages.keepOutbound(id, "killed-1", "See you at six");
  const told = async () => (await product.messages.messagesOf(id)).map(({ status }) => status);
  expect(await told()).toEqual(["sending"]);
  const client = new Client({ connectionString: product.postgres.url });
  await client.connect();
  await client.query(`update "${schema}_simulated".messages set at = at - interval '2 minutes' where id = 'killed-1'`);
  await client.end();
  expect(await told()).toEqual(["perhaps not sent: the desk was stopped"]);
  expect((await product.messages.exportOf(phone))[0]?.status).toContain("perhaps not sent");
  await product.messages.erase(phone);
});

test("weeks of the rollout take roles in, and a rollback takes names away and nothing else", async () => {
  const names = async (who: Visitor) => {
    const { conversations: list, degraded } = await conversations(who);
    return [list.some((one: { customer_name: string | null }) => one.customer_name === "Grace Hopper"), degraded];
  };
  for (const [week, whose] of [
    [{ enabled: false }, []],
    [{ enabled: true, roles: ["admin"] }, [admin]],
    [{ enabled: true, roles: ["admin", "operator"] }, [admin, operator]],
    [{ enabled: true, roles: ["admin", "operator", "support"] }, [admin, operator, support]],
    [{ enabled: true, roles: [] }, [admin, operator, support]],
  ] as const) {
    expect((await admin.send("PUT", "/flags/master", week)).status).toBe(200);
    for (const who of [admin, operator, support]) {
      const on = (whose as readonly Visitor[]).includes(who);
      expect(await names(who)).toEqual(on ? [true, null] : [false, "FEATURE_OFF"]);
    }
  }
  await admin.send("PUT", "/flags/master", { enabled: false });
  expect(await textFrom(product, grace, "Still there?", "AC3")).toBe(204);
  expect((await conversations(support)).conversations[0]).toMatchObject({
    last_message: "Still there?",
    customer_name: null,
  });
  expect((await admin.send("DELETE", "/flags/master")).body).toMatchObject({ enabled: true, roles: [] });
});

test("one switch at a time: search off for support alone", async () => {
  await admin.send("PUT", "/flags/outbound", { roles: ["admin", "operator"] });
  expect((await support.send("POST", "/contacts/search", { query: "grace" })).body.degraded).toEqual({
    code: "FEATURE_OFF",
  });
  expect((await operator.send("POST", "/contacts/search", { query: "hopper" })).body.contacts).toHaveLength(1);
  expect((await admin.send("PUT", "/flags/nonsense", { enabled: true })).status).toBe(400);
  await admin.send("DELETE", "/flags/outbound");
});

test("names for every unknown number, asked for by an admin", async () => {
  const { contacts } = product.hubspot!.simulator.portal();
  expect(await textFrom(product, "+16045550111", "Hi", "AC4")).toBe(204);
  await product.settled();
  expect(await product.messages.unknown(null, 10)).toEqual([linus, "+16045550111", "INFO"]);
  contacts.create({ firstname: "Rosa", lastname: "Parks", mobilephone: "604 555 0111" });
  await admin.send("POST", "/contacts/cache/clear", {});
  expect((await admin.send("POST", "/contacts/unknown/sync", {})).status).toBe(202);
  clock.ahead += 60_000;
  // The product's own worker may be at it already.
  const progress = async () => {
    await product.hubspoke.worker().tick();
    return (await admin.get("/contacts/unknown")).body;
  };
  await expect.poll(progress, { timeout: 15_000 }).toMatchObject({ state: "done", found: 2 });
  expect(await product.messages.unknown(null, 10)).toEqual(["INFO"]);
  expect((await conversations(operator)).conversations[0]).toMatchObject({ customer_name: "Rosa Parks" });
});

test("the trail says who saw whom, and the cache says what it holds", async () => {
  const { items } = (await admin.send("POST", "/audit/query", { phone: "902-555-0123", limit: 100 })).body;
  const roles = new Set(items.map(({ actor }: { actor: { role: string } }) => actor.role));
  expect(roles).toEqual(new Set(["system", "operator", "support", "admin"]));
  expect(items.map(({ purpose }: { purpose: string }) => purpose)).toContain("inbound-message");
  const { users } = (await admin.get("/operations")).body;
  expect(Object.values(users).sort()).toEqual(["Ada", "Olga", "Sam"]);
  expect((await admin.get("/contacts/cache/stats")).body).toMatchObject({
    hits: expect.any(Number),
    positive: expect.any(Number),
  });
  expect((await admin.send("POST", "/contacts/cache/clear", {})).body.removed).toBeGreaterThan(0);
});

test("a person gets what there is about them, and is forgotten on both sides", async () => {
  const { integration, messages } = (await admin.send("POST", "/gdpr/export", { phone: "(902) 555-0123" })).body;
  expect(integration.hubspot).toHaveLength(1);
  expect(messages.map(({ body }: { body: string }) => body)).toEqual(["Is the court free?", "Still there?"]);
  expect((await admin.send("POST", "/gdpr/erase", { phone: "(902) 555-0123" })).body).toMatchObject({
    conversations: 1,
  });
  expect(await product.messages.exportOf(grace)).toEqual([]);
  // They write again: the message is kept, and no name comes back.
  expect(await textFrom(product, grace, "Hello?", "AC5")).toBe(204);
  await product.settled();
  expect((await conversations(operator)).conversations[0]).toMatchObject({
    last_message: "Hello?",
    customer_name: null,
  });
});

test("whatever the directory throws, the list is shown", async () => {
  product.hubspoke.directory.close();
  const { conversations: list, degraded } = await conversations(operator);
  expect([list.length, degraded]).toEqual([4, "CLOSED"]);
  expect(await textFrom(product, linus, "Still here", "AC6")).toBe(204);
});
