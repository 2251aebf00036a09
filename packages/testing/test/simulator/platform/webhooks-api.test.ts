import { describe, expect, it } from "vitest";
import { HOOKS, hookBench, KEY, TARGET } from "./webhook-bench.ts";

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
