import { createServer, request } from "node:http";
import { Client } from "@hubspot/api-client";
import { setupServer } from "msw/node";
import { afterEach, describe, expect, it } from "vitest";
import { createHubSpotSimulator, type RunningServer, type WebhookEvent } from "../../src/simulator.ts";
import { bench, CONTACTS } from "./helpers.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function served(sim = createHubSpotSimulator(), options = {}): Promise<{ server: RunningServer; url: string }> {
  const server = await sim.listen(options);
  open.push(server);
  return { server, url: server.url };
}

describe("HubSpot's own client, over a socket", () => {
  it("creates, reads, batch-upserts and searches contacts", async () => {
    const sim = createHubSpotSimulator();
    const { url } = await served(sim);
    const client = new Client({ accessToken: sim.token, basePath: url, numberOfApiCallRetries: 0 });
    const { basicApi, batchApi, searchApi } = client.crm.contacts;

    const created = await basicApi.create({
      properties: { email: "ann@acme.example", firstname: "Ann" },
      associations: [],
    });
    expect(created.createdAt).toBeInstanceOf(Date);
    const read = await basicApi.getById(created.id, ["firstname", "phone"], ["firstname"]);
    expect(read.properties).toMatchObject({ firstname: "Ann", phone: null });
    expect(read.propertiesWithHistory?.firstname?.[0]?.sourceType).toBe("INTEGRATION");

    await client.crm.properties.coreApi.create("contacts", {
      name: "app_key",
      label: "App key",
      type: "string" as never,
      fieldType: "text" as never,
      groupName: "contactinformation",
      hasUniqueValue: true,
    });
    const upserted = await batchApi.upsert({
      inputs: [{ id: "k1", idProperty: "app_key", properties: { firstname: "Bob" } }],
    });
    expect(upserted.results).toMatchObject([{ _new: true, properties: { firstname: "Bob" } }]);

    const found = await searchApi.doSearch({
      filterGroups: [{ filters: [{ propertyName: "firstname", operator: "EQ" as never, value: "ann" }] }],
      properties: ["email"],
      limit: 10,
      after: "0",
      sorts: [],
    });
    expect(found.total).toBe(1);
    expect(found.results[0]?.id).toBe(created.id);

    const listed = await basicApi.getPage(1);
    expect(listed.paging?.next?.after).toBeDefined();
    const partly = await batchApi.read({
      inputs: [{ id: created.id }, { id: "999" }],
      properties: [],
      propertiesWithHistory: [],
    });
    expect(partly.results).toHaveLength(1);
    await basicApi.archive(created.id);
    await expect(basicApi.getById(created.id)).rejects.toMatchObject({ code: 404 });
    await expect(
      client.crm.contacts.basicApi.create({ properties: { nope: "1" }, associations: [] }),
    ).rejects.toMatchObject({
      code: 400,
      body: { category: "VALIDATION_ERROR" },
    });
  });
});

describe("MSW", () => {
  it("answers for HubSpot's address", async () => {
    const sim = createHubSpotSimulator();
    const msw = setupServer(...(await sim.mswHandlers()));
    msw.listen({ onUnhandledFrame: "error" });
    open.push(msw);
    const headers = { authorization: `Bearer ${sim.token}`, "content-type": "application/json" };
    const created = await fetch(`https://api.hubapi.com${CONTACTS}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ properties: { firstname: "Ann" } }),
    });
    expect(created.status).toBe(201);
    const { id } = (await created.json()) as { id: string };
    expect(sim.portal().contacts.get(id)?.properties.firstname).toBe("Ann");
    const archived = await fetch(`https://api.hubapi.com${CONTACTS}/${id}`, { method: "DELETE", headers });
    expect(archived.status).toBe(204);
  });
});

describe("the server", () => {
  it("breaks connections and refuses a taken port with a reason", async () => {
    const sim = createHubSpotSimulator();
    const { url } = await served(sim);
    sim.faults.add({ effect: "reset" });
    await expect(fetch(`${url}${CONTACTS}`)).rejects.toThrow("fetch failed");
    const port = Number(new URL(url).port);
    await expect(sim.listen({ port })).rejects.toMatchObject({ code: "LISTEN_FAILED" });
  });

  it("takes two slashes for a path, and refuses an address that is none", async () => {
    const sim = createHubSpotSimulator();
    const { url } = await served(sim);
    const ask = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { authorization: `Bearer ${sim.token}` };
        request({ host: "127.0.0.1", port: new URL(url).port, path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await ask(`/${CONTACTS}`)).toBe(200);
    expect(await ask(`http://api.hubapi.com${CONTACTS}`)).toBe(200);
    expect(await ask("//[")).toBe(404);
    expect(await ask("http://[::1")).toBe(400);
    expect(await (await fetch(`${url}/_simulatorx/stats`)).text()).toContain("<!DOCTYPE html>");
  });

  it("closes although a request still hangs", async () => {
    const sim = createHubSpotSimulator();
    const { url, server } = await served(sim);
    sim.faults.add({ effect: "hang" });
    const hanging = fetch(`${url}${CONTACTS}`).catch((error: Error) => error.message);
    while (sim.calls.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect(await hanging).toBe("fetch failed");
  });

  it("delivers webhooks by itself, new ones at once and failed ones when HubSpot would", async () => {
    const received: WebhookEvent[] = [];
    let failures = 1;
    const receiver = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        if (failures-- > 0) response.writeHead(500).end();
        else {
          received.push(...(JSON.parse(body) as WebhookEvent[]));
          response.writeHead(200).end();
        }
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    open.push(receiver);
    const { port } = receiver.address() as { port: number };
    const { sim, clock } = bench({ subscriptions: ["contact.creation"] });
    await served(sim, { webhookUrl: `http://127.0.0.1:${port}/hooks` });
    const start = clock.now();
    const { id } = sim.portal().contacts.create({ firstname: "Ann" });
    while (sim.pendingWebhooks[0]?.attemptNumber !== 1) await clock.advance(1);
    const bob = sim.portal().contacts.create({ firstname: "Bob" }).id;
    while (received.length === 0) await clock.advance(1);
    expect(received).toMatchObject([{ objectId: Number(bob), attemptNumber: 0 }]);
    // Sockets are real and time is not, so time goes in small steps: Bob must not wait for the repeat of Ann.
    expect(clock.now() - start).toBeLessThan(50_000);
    while (received.length === 1) await clock.advance(1_000);
    expect(received[1]).toMatchObject({ objectId: Number(id), attemptNumber: 1 });
    expect(clock.now() - start).toBeGreaterThan(50_000);
  });
});

describe("the control API", () => {
  const control = (url: string, route: string, body?: unknown) => {
    const [method = "GET", path = ""] = route.split(" ");
    return fetch(`${url}/_simulator${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  };

  it("edits as a user, lists everybody, injects faults, reports, resets", async () => {
    const sim = createHubSpotSimulator();
    const { url } = await served(sim);
    expect(await (await control(url, "POST /contacts/seed", { count: 120 })).json()).toBe(120);
    const all = (await (await control(url, "GET /contacts")).json()) as { id: string }[];
    expect(all).toHaveLength(120);
    const id = all[0]?.id ?? "";
    const edited = await control(url, `POST /contacts/${id}`, { properties: { firstname: "Edited" } });
    expect(await edited.json()).toMatchObject({ id, properties: { firstname: "Edited" } });
    expect(sim.portal().contacts.history(id, "firstname")[0]).toMatchObject({ sourceType: "CRM_UI" });

    await control(url, "POST /faults", { method: "GET", routePattern: "contacts$", effect: { status: 502 } });
    const headers = { authorization: `Bearer ${sim.token}` };
    expect((await fetch(`${url}${CONTACTS}`, { headers })).status).toBe(502);
    expect(await (await control(url, "GET /stats")).json()).toMatchObject({ calls: 1, byStatus: { "502": 1 } });
    expect(await (await control(url, "GET /calls")).json()).toMatchObject([{ method: "GET", status: 502 }]);
    expect((await control(url, "POST /reset")).status).toBe(204);
    expect(await (await control(url, "GET /contacts")).json()).toEqual([]);
  });

  it("says what is wrong", async () => {
    const { url } = await served();
    expect((await control(url, "GET /nope")).status).toBe(404);
    expect((await control(url, "POST /contacts/123", { firstname: "X" })).status).toBe(400);
    expect((await fetch(`${url}/_simulator/faults`, { method: "POST", body: "[1]" })).status).toBe(400);
    expect((await control(url, "POST /contacts", { nope: "X" })).status).toBe(400);
  });

  it("is there only where asked for", async () => {
    const { url } = await served(undefined, { control: false });
    expect((await control(url, "GET /stats")).status).toBe(404);
  });
});

describe("options", () => {
  it("are refused where one of two things would be there for nobody", () => {
    const portals = (...tokens: [id: number, token: string][]) => ({
      portals: tokens.map(([id, token]) => ({ id, tokens: [{ token }] })),
    });
    expect(() => createHubSpotSimulator(portals([1, "a"], [1, "b"]))).toThrow("two portals with the id 1");
    expect(() => createHubSpotSimulator(portals([1, "a"], [2, "a"]))).toThrow("a token opens one portal");
    expect(() => createHubSpotSimulator(portals())).toThrow("at least one portal");
    expect(createHubSpotSimulator(portals([1, "a"], [2, "b"])).portal(2).id).toBe(2);
  });
});
