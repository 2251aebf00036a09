import { describe, expect, it } from "vitest";
import { realClock, signV1 } from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";
import { HOOKS, hookBench, KEY, receive, receiver } from "./webhook-bench.ts";

describe("deliveries", () => {
  it("are those that were subscribed to, and only while they are active", async () => {
    const { sim, call, clock, subscribe } = hookBench();
    const { id } = await subscribe({ eventType: "contact.propertyChange", propertyName: "email" });
    await subscribe({ eventType: "contact.creation", active: false });
    await subscribe({ eventType: "object.creation", objectTypeId: "0-48" });
    sim.portal().contacts.create({ email: "ann@acme.example", firstname: "Ann" });
    sim.portal().objects("calls").create({ hs_timestamp: "2026-11-20T12:00:00Z" });
    sim.portal().objects("notes").create({ hs_timestamp: "2026-11-20T12:00:00Z" });
    const { events } = await receive(sim);
    expect(events).toMatchObject([
      { subscriptionType: "contact.propertyChange", propertyName: "email", subscriptionId: Number(id), appId: 1 },
      { subscriptionType: "object.creation", objectTypeId: "0-48" },
    ]);
    await call(`DELETE ${HOOKS}/subscriptions/${id}`);
    await clock.advance(300_000);
    sim.portal().contacts.create({ email: "ben@acme.example" });
    expect((await receive(sim)).events).toEqual([]);
  });

  it("notice changes of settings and subscriptions only when five minutes are over", async () => {
    const { sim, clock, subscribe, configure } = hookBench();
    const asked: string[] = [];
    const create = () => sim.portal().contacts.create({});
    const deliver = async () => {
      const events: unknown[] = [];
      await sim.deliverWebhooks({
        handler: async (request) => {
          asked.push(request.url);
          events.push(...((await request.json()) as unknown[]));
          return new Response();
        },
      });
      return events.length;
    };
    await configure();
    await subscribe({ eventType: "contact.deletion" });
    create();
    expect(await deliver()).toBe(0);
    await subscribe({ eventType: "contact.creation" });
    await configure("https://app.example/new");
    await clock.advance(299_999);
    create();
    expect(await deliver()).toBe(0);
    await clock.advance(1);
    create();
    expect(await deliver()).toBe(1);
    expect(asked).toEqual(["https://app.example/new"]);
    sim.configure({ platform: { webhookSettingsCache: 0 } });
    await configure("https://app.example/newest");
    create();
    expect(await deliver()).toBe(1);
    expect(asked.at(-1)).toBe("https://app.example/newest");
  });

  it("go to each installed app, signed with its own secret", async () => {
    const other = { appId: 7, clientId: "c7", clientSecret: "s7", redirectUris: [], scopes: [] };
    const { sim, call, subscribe } = hookBench({
      apps: [other],
      portals: [
        { id: 1, tokens: [{ token: "one" }, { token: "seven", appId: 7 }] },
        { id: 2, tokens: [{ token: "two" }] },
      ],
    });
    await subscribe({ eventType: "contact.creation" });
    await call(
      `POST /app-webhooks/2026-09/7/subscriptions?${KEY}`,
      { eventType: "contact.creation", active: true },
      { authorization: "" },
    );
    sim.portal(1).contacts.create({});
    sim.portal(2).contacts.create({});
    const { requests, events } = await receive(sim);
    expect(events.map(({ appId, portalId }) => [appId, portalId])).toEqual([
      [1, 1],
      [1, 2],
      [7, 1],
    ]);
    const secrets = await Promise.all(
      requests.map(async (request) => {
        const body = await request.clone().text();
        const signature = request.headers.get("x-hubspot-signature");
        const signers = [sim.appSecret, "s7"];
        const signed = await Promise.all(signers.map((secret) => signV1(secret, body)));
        return signers[signed.indexOf(signature ?? "")];
      }),
    );
    expect(secrets).toEqual([sim.appSecret, "s7"]);
  });

  it("can be told one portal at a time", async () => {
    const portals = [1, 2].map((id) => ({ id, tokens: [{ token: `t${id}` }] }));
    const { sim } = hookBench({ portals, subscriptions: ["contact.creation"] });
    for (const id of [1, 2, 1]) sim.portal(id).contacts.create({});
    expect((await receive(sim, 500)).requests).toHaveLength(1);
    sim.configure({ webhookFaults: { onePortalPerRequest: true } });
    const { requests } = await receive(sim);
    expect(await Promise.all(requests.map(async (request) => ((await request.json()) as unknown[]).length))).toEqual([
      2, 1,
    ]);
  });

  it("add to what the options subscribe to, and wait until an app says where it is", async () => {
    const { sim, subscribe } = hookBench({ subscriptions: ["contact.deletion"] });
    await subscribe({ eventType: "contact.creation" });
    const { id } = sim.portal().contacts.create({});
    sim.portal().contacts.archive(id);
    expect(await sim.deliverWebhooks()).toEqual({ delivered: 0, failed: 0, requests: 0 });
    expect((await receive(sim)).events.map((event) => event.subscriptionType)).toEqual([
      "contact.creation",
      "contact.deletion",
    ]);
  });

  it("reach the address that was set by API when it listens", async () => {
    const { sim } = bench({ clock: realClock });
    const server = await sim.listen();
    const { url, received, close } = await receiver();
    const send = (method: string, path: string, body: unknown) =>
      fetch(`${server.url}${HOOKS}${path}?${KEY}`, {
        method,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await send("PUT", "/settings", { targetUrl: url });
    await send("POST", "/subscriptions", { eventType: "contact.creation", active: true });
    const { id } = sim.portal().contacts.create({});
    expect(JSON.parse(await received)).toMatchObject([{ subscriptionType: "contact.creation", objectId: Number(id) }]);
    await Promise.all([server.close(), close()]);
  });
});
