import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  type HubSpotSimulator,
  realClock,
  type SimulatorOptions,
  signV1,
  type WebhookEvent,
} from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";

const HOOKS = "/app-webhooks/2026-09/1";
const KEY = "hapikey=developer-sim";
const TARGET = "https://app.example/hooks";

function hookBench(options: SimulatorOptions = {}) {
  const made = bench(options);
  const subscribe = async (body: Record<string, unknown>) =>
    (await made.call(`POST ${HOOKS}/subscriptions`, { active: true, ...body })).body;
  const configure = (targetUrl = TARGET) => made.call(`PUT ${HOOKS}/settings`, { targetUrl });
  return { ...made, subscribe, configure };
}

async function receive(sim: HubSpotSimulator, status = 200): Promise<{ events: WebhookEvent[]; requests: Request[] }> {
  const requests: Request[] = [];
  const handler = (request: Request) => {
    requests.push(request.clone());
    return new Response(null, { status });
  };
  await sim.deliverWebhooks({ handler });
  const bodies = await Promise.all(requests.map(async (request) => (await request.clone().json()) as WebhookEvent[]));
  return { events: bodies.flat(), requests };
}

describe("webhook settings", () => {
  it("are set, read and cleared", async () => {
    const { call, clock } = hookBench();
    expect((await call(`GET ${HOOKS}/settings`)).status).toBe(404);
    const set = { targetUrl: TARGET, throttling: { maxConcurrentRequests: 6 } };
    const at = "2026-11-20T12:00:00.000Z";
    expect((await call(`PUT ${HOOKS}/settings`, set)).body).toEqual({ ...set, createdAt: at, updatedAt: at });
    await clock.advance(1_000);
    await call(`PUT ${HOOKS}/settings`, { targetUrl: `${TARGET}/2` });
    expect((await call(`GET ${HOOKS}/settings`)).body).toEqual({
      targetUrl: `${TARGET}/2`,
      throttling: { maxConcurrentRequests: 10 },
      createdAt: at,
      updatedAt: "2026-11-20T12:00:01.000Z",
    });
    expect((await call(`DELETE ${HOOKS}/settings`)).status).toBe(204);
    expect((await call(`GET ${HOOKS}/settings`)).status).toBe(404);
  });

  it.each([
    [{}, /targetUrl/],
    [{ targetUrl: "http://app.example/hooks" }, /https/],
    [{ targetUrl: TARGET, throttling: { maxConcurrentRequests: 5 } }, /greater than 5/],
  ])("refuse %j", async (body, message) => {
    const answer = await hookBench().call(`PUT ${HOOKS}/settings`, body);
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(message)]);
  });

  it("live at another base in each version", async () => {
    const { call } = hookBench();
    await call(`PUT ${HOOKS}/settings`, { targetUrl: TARGET });
    for (const base of ["/webhooks/v3/1", "/webhooks/2026-03/1"]) {
      expect((await call(`GET ${base}/settings`)).body.targetUrl).toBe(TARGET);
    }
    for (const base of ["/webhooks/2026-09/1", "/app-webhooks/2026-03/1"]) {
      expect((await call(`GET ${base}/settings`)).status).toBe(404);
      expect((await call(`GET ${base}/settings`)).headers.get("content-type")).toMatch(/html/);
    }
  });

  it("open to the developer's key and to the app's own token", async () => {
    const { call } = hookBench({
      portals: [
        {
          id: 1,
          tokens: [
            { token: "one", scopes: [] },
            { token: "two", appId: 2 },
          ],
        },
      ],
    });
    const as = async (authorization: string, query = "") =>
      (await call(`GET ${HOOKS}/subscriptions${query}`, undefined, { authorization })).status;
    expect(await as("Bearer one")).toBe(200);
    expect(await as("Bearer two")).toBe(403);
    expect(await as("", `?${KEY}`)).toBe(200);
    expect(await as("", "?hapikey=wrong")).toBe(401);
    expect(await as("")).toBe(401);
  });
});

describe("subscriptions", () => {
  it("start paused, are activated, listed and deleted", async () => {
    const { call } = hookBench();
    const made = await call(`POST ${HOOKS}/subscriptions`, { eventType: "contact.creation" });
    expect([made.status, made.body]).toEqual([
      201,
      {
        id: "2000001",
        eventType: "contact.creation",
        active: false,
        createdAt: "2026-11-20T12:00:00.000Z",
        updatedAt: "2026-11-20T12:00:00.000Z",
      },
    ]);
    const path = `${HOOKS}/subscriptions/${made.body.id}`;
    expect((await call(`PATCH ${path}`, { active: true })).body.active).toBe(true);
    expect((await call(`GET ${path}`)).body.active).toBe(true);
    expect((await call(`GET ${HOOKS}/subscriptions`)).body.results).toHaveLength(1);
    expect((await call(`DELETE ${path}`)).status).toBe(204);
    expect((await call(`GET ${path}`)).status).toBe(404);
  });

  it("change in batches, where some may not exist", async () => {
    const { call, subscribe } = hookBench();
    const { id } = await subscribe({ eventType: "contact.creation" });
    const inputs = [
      { id: Number(id), active: false },
      { id: 9, active: true },
    ];
    const both = await call(`POST ${HOOKS}/subscriptions/batch/update`, { inputs });
    expect(both.status).toBe(207);
    expect(both.body).toMatchObject({
      status: "COMPLETE",
      results: [{ id, active: false }],
      numErrors: 1,
      errors: [{ category: "OBJECT_NOT_FOUND", context: { id: ["9"] } }],
    });
    const one = await call(`POST ${HOOKS}/subscriptions/batch/update`, { inputs: inputs.slice(0, 1) });
    expect([one.status, one.body.numErrors]).toEqual([200, undefined]);
  });

  it.each<[Record<string, unknown>, number]>([
    [{ eventType: "contact.birthday" }, 400],
    [{ eventType: "product.associationChange" }, 400],
    [{ eventType: "contact.propertyChange" }, 400],
    [{ eventType: "contact.creation", propertyName: "email" }, 400],
    [{ eventType: "company.propertyChange", propertyName: "hs_lastmodifieddate" }, 400],
    [{ eventType: "object.creation" }, 400],
    [{ eventType: "contact.creation", objectTypeId: "0-1" }, 400],
    [{ eventType: "contact.deletion" }, 409],
    [{ eventType: "object.propertyChange", objectTypeId: "0-48", propertyName: "hs_call_body" }, 201],
    [{ eventType: "conversation.newMessage" }, 201],
  ])("%j: %i", async (body, status) => {
    const { call, subscribe } = hookBench();
    await subscribe({ eventType: "contact.deletion" });
    expect((await call(`POST ${HOOKS}/subscriptions`, body)).status).toBe(status);
  });

  it("are at most 1,000 an app", async () => {
    const { call, sim } = hookBench({ limits: { tenSecondly: 10_000 } });
    for (let i = 0; i < 1_000; i++) {
      const body = { eventType: "contact.propertyChange", propertyName: `p${i}` };
      await call(`POST ${HOOKS}/subscriptions`, body);
    }
    expect((await call(`POST ${HOOKS}/subscriptions`, { eventType: "contact.creation" })).status).toBe(400);
    expect(sim.stats().byStatus).toEqual({ 201: 1_000, 400: 1 });
  });
});

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

/** A server that keeps the first body it gets. */
async function receiver(): Promise<{ url: string; received: Promise<string>; close: () => Promise<void> }> {
  let resolve: (body: string) => void = () => {};
  const received = new Promise<string>((done) => {
    resolve = done;
  });
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      response.end();
      resolve(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/hooks`, received, close };
}
