import { describe, expect, it } from "vitest";
import { bench, CONTACTS } from "./helpers.ts";

const CREATE = `POST ${CONTACTS}`;

describe("faults", () => {
  it("fails matching requests as often as told, without effect", async () => {
    const { call, sim } = bench();
    sim.faults.add({ method: "POST", route: "/crm/objects/{version}/{objectType}", times: 2, effect: { status: 503 } });
    expect((await call(`GET ${CONTACTS}`)).status).toBe(200);
    expect((await call(CREATE, { properties: {} })).status).toBe(503);
    expect((await call(CREATE, { properties: {} })).status).toBe(503);
    expect(sim.portal().contacts.size).toBe(0);
    expect((await call(CREATE, { properties: {} })).status).toBe(201);
    expect(sim.faults.injected).toBe(2);
  });

  it("can fail after the effect: the outcome is then unknown to the caller", async () => {
    const { call, sim } = bench();
    sim.faults.add({ route: CONTACTS, phase: "after", effect: { status: 502, body: "" } });
    const { status, body } = await call(CREATE, { properties: { firstname: "Ann" } });
    expect([status, body]).toEqual([502, ""]);
    expect(sim.portal().contacts.list()).toMatchObject([{ properties: { firstname: "Ann" } }]);
  });

  it("breaks connections as undici reports them, before or after the effect", async () => {
    const { call, sim } = bench();
    sim.faults.add({ effect: "reset" });
    await expect(call(CREATE, { properties: {} })).rejects.toMatchObject({
      name: "TypeError",
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect(sim.portal().contacts.size).toBe(0);
    sim.faults.add({ effect: "reset", phase: "after" });
    await expect(call(CREATE, { properties: {} })).rejects.toThrow("fetch failed");
    expect(sim.portal().contacts.size).toBe(1);
    expect(sim.calls.map((logged) => logged.status)).toEqual(["reset", "reset"]);
  });

  it("stays silent until the caller gives up", async () => {
    const { sim } = bench();
    sim.faults.add({ effect: "timeout", phase: "after" });
    const controller = new AbortController();
    const answer = sim.fetch(`https://api.hubapi.com${CONTACTS}`, {
      method: "POST",
      headers: { authorization: `Bearer ${sim.token}`, "content-type": "application/json" },
      body: '{"properties":{}}',
      signal: controller.signal,
    });
    const silent = await Promise.race([answer, new Promise((resolve) => setImmediate(resolve, "silence"))]);
    expect(silent).toBe("silence");
    controller.abort(new Error("gave up"));
    await expect(answer).rejects.toThrow("gave up");
    expect(sim.portal().contacts.size).toBe(1);
  });

  it("answers each 429 policy on demand", async () => {
    const { call, sim } = bench();
    for (const policy of ["DAILY", "TEN_SECONDLY_ROLLING", "SECONDLY"] as const) {
      sim.faults.add({ effect: { policy } });
      const { status, body } = await call(`GET ${CONTACTS}`);
      expect([status, body.message]).toEqual([429, `You have reached your ${policy.toLowerCase()} limit.`]);
    }
    expect(sim.stats().rateLimitedByPolicy).toEqual({ DAILY: 1, TEN_SECONDLY_ROLLING: 1, SECONDLY: 1 });
  });

  it("picks by predicate, by rate, and stops when removed", async () => {
    const { call, sim } = bench({ limits: { tenSecondly: 10_000 } });
    const remove = sim.faults.add({
      when: ({ body }) => body.includes("Ann"),
      times: Number.POSITIVE_INFINITY,
      effect: { status: 423, headers: { "retry-after": "2" } },
    });
    const locked = await call(CREATE, { properties: { firstname: "Ann" } });
    expect([locked.status, locked.headers.get("retry-after")]).toEqual([423, "2"]);
    expect((await call(CREATE, { properties: { firstname: "Bob" } })).status).toBe(201);
    remove();
    expect((await call(CREATE, { properties: { firstname: "Ann" } })).status).toBe(201);

    sim.faults.add({ rate: 0.3, times: Number.POSITIVE_INFINITY, effect: { status: 500 } });
    let failed = 0;
    for (let i = 0; i < 300; i++) if ((await call(`GET ${CONTACTS}`)).status === 500) failed++;
    expect(failed).toBeGreaterThan(60);
    expect(failed).toBeLessThan(120);
  });
});

describe("latency", () => {
  it("takes the time it was told, part of it before the effect", async () => {
    const { call, sim, clock } = bench({ latency: { min: 100, max: 200 } });
    const start = clock.now();
    const answer = call(CREATE, { properties: {} });
    await clock.advance(0);
    expect(sim.portal().contacts.size).toBe(0);
    let waited = 0;
    while (clock.sleepers > 0) {
      await clock.advance(1);
      waited++;
    }
    await answer;
    expect(waited).toBeGreaterThanOrEqual(100);
    expect(waited).toBeLessThanOrEqual(201);
    const [contact] = sim.portal().contacts.list();
    expect(contact?.createdAt).toBeGreaterThan(start);
    expect(contact?.createdAt).toBeLessThan(start + waited);
  });
});

describe("spoilt deliveries", () => {
  const get = (url: string, token: string) =>
    fetch(`${url}${CONTACTS}`, { headers: { authorization: `Bearer ${token}` } });

  it("break off in the middle, in process and over a socket", async () => {
    const { sim } = bench();
    sim.seedContacts(3);
    sim.faults.add({ times: 2, effect: { truncate: 40 } });
    const headers = { authorization: `Bearer ${sim.token}` };
    const local = await sim.fetch(`https://api.hubapi.com${CONTACTS}`, { headers });
    expect(local.status).toBe(200);
    await expect(local.json()).rejects.toThrow("terminated");
    const server = await sim.listen();
    const remote = await get(server.url, sim.token);
    await expect(remote.json()).rejects.toThrow("terminated");
    await server.close();
  });

  it("drip, and arrive whole", async () => {
    const { sim, clock } = bench();
    sim.seedContacts(1);
    sim.faults.add({ effect: { drip: { bytes: 50, everyMs: 1_000 } } });
    const response = await sim.fetch(`https://api.hubapi.com${CONTACTS}`, {
      headers: { authorization: `Bearer ${sim.token}` },
    });
    const start = clock.now();
    const text = response.text();
    do await clock.advance(1_000);
    while (clock.sleepers > 0);
    expect(JSON.parse(await text).results).toHaveLength(1);
    expect(clock.now() - start).toBeGreaterThan(5_000);
  });

  it("come late, with the effect long done", async () => {
    const { sim, clock, call } = bench();
    sim.faults.add({ effect: { delayMs: 30_000 } });
    let answered = false;
    const answer = call(CREATE, { properties: {} }).then(() => {
      answered = true;
    });
    await clock.advance(29_999);
    expect([answered, sim.portal().contacts.size]).toEqual([false, 1]);
    await clock.advance(1);
    await answer;
  });

  it("can be a gateway's page", async () => {
    const { sim, call } = bench();
    sim.faults.add({ effect: "html" });
    const { status, headers } = await call(`GET ${CONTACTS}`);
    expect([status, headers.get("content-type")]).toEqual([502, "text/html;charset=utf-8"]);
  });
});

it("faults keep to their time", async () => {
  const { sim, call, clock } = bench();
  const start = clock.now();
  sim.faults.add({
    from: start + 1_000,
    until: start + 2_000,
    times: Number.POSITIVE_INFINITY,
    effect: { status: 500 },
  });
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) {
    statuses.push((await call(`GET ${CONTACTS}`)).status);
    await clock.advance(600);
  }
  expect(statuses).toEqual([200, 200, 500, 500]);
  expect((await call(`GET ${CONTACTS}`)).status).toBe(200);
});

it("somebody else can eat the quota", async () => {
  const { sim, call } = bench();
  sim.eatQuota(188);
  const statuses = [await call(`GET ${CONTACTS}`), await call(`GET ${CONTACTS}`), await call(`GET ${CONTACTS}`)];
  expect(statuses.map((answer) => answer.status)).toEqual([200, 200, 429]);
  expect(sim.stats().maxInTenSeconds).toBe(3);
  sim.eatQuota(5, { search: true });
  expect((await call(`POST ${CONTACTS}/search`, {})).status).toBe(429);
});

it("HubSpot's clock can be wrong", async () => {
  const { sim, call, clock } = bench({ clockSkew: -120_000 });
  const { body } = await call(CREATE, { properties: {} });
  expect(Date.parse(body.createdAt)).toBe(clock.now() - 120_000);
  await sim.deliverWebhooks({
    handler: (request) => {
      expect(Number(request.headers.get("x-hubspot-request-timestamp"))).toBe(clock.now() - 120_000);
      return new Response();
    },
  });
});
