import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotUnknownOutcomeError } from "../errors/hubspot-errors.ts";
import { Secret } from "../model/secret.ts";
import type { Credential, CredentialSource } from "../ports/credentials.ts";
import { Budgets } from "./budgets.ts";
import type { Call, CallEvent } from "./call.ts";
import { broken, fakeTransport, type Handler, type Reply } from "./fake-hubspot.fixture.ts";
import { Pipeline, type PipelineOptions } from "./pipeline.ts";
import { type TestClock, testClock } from "./virtual-clock.fixture.ts";

const token = "pat-na1-canary-token";
const credential: Credential = { token: new Secret(token), budgetKey: "app", searchBudgetKey: "account" };
const read: Call = {
  tenant: "acme",
  method: "GET",
  template: "/crm/objects/{version}/contacts/{id}",
  params: { id: "501" },
  lane: "interactive",
  use: "read",
  effect: "read",
};
const create: Call = {
  ...read,
  method: "POST",
  template: "/crm/objects/{version}/contacts",
  body: { properties: {} },
  use: "write",
  effect: "create",
};
const update: Call = { ...read, method: "PATCH", body: { properties: {} }, use: "write", effect: "update" };

function setup(handler: Handler, options: Partial<PipelineOptions> = {}) {
  const clock: TestClock = testClock();
  const transport = fakeTransport(handler);
  const events: CallEvent[] = [];
  const budgets = new Budgets(clock);
  const pipeline = new Pipeline({
    transport,
    clock,
    random: () => 0.5,
    credentials: { get: async () => credential },
    budgets,
    checkPortal: () => "1",
    baseUrl: "https://api.hubapi.com",
    version: "2026-09",
    timeouts: { connectMs: 1, headersMs: 2, bodyMs: 3 },
    maxAttempts: 4,
    maxWaitMs: 60_000,
    onCall: (event) => events.push(event),
    ...options,
  });
  return { clock, transport, pipeline, events, budgets, send: (call: Call) => clock.run(pipeline.send(call)) };
}

/** Answers in turn; the last one for ever. */
function inTurn(...replies: (Reply | (() => HubspokeError))[]): Handler {
  let next = 0;
  return () => {
    const reply = replies[Math.min(next++, replies.length - 1)] as (typeof replies)[number];
    return typeof reply === "function" ? reply() : reply;
  };
}

describe("a call", () => {
  it("goes to the configured host only, with the token and JSON", async () => {
    const { send, transport } = setup(inTurn({ status: 201, body: { id: "1" } }));
    expect(await send(create)).toMatchObject({ status: 201, body: { id: "1" } });
    expect(transport.seen[0]).toMatchObject({
      method: "POST",
      url: "https://api.hubapi.com/crm/objects/2026-09/contacts",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" },
      body: { properties: {} },
    });
  });

  it("answers undefined where HubSpot answers nothing", async () => {
    const { send } = setup(inTurn({ status: 204 }));
    expect((await send(read)).body).toBeUndefined();
  });

  it("is told apart by its template, never by its path", async () => {
    const { send, events, pipeline } = setup(inTurn({ status: 404, body: {} }));
    await expect(send(read)).rejects.toMatchObject({
      code: "NOT_FOUND",
      route: "GET /crm/objects/{version}/contacts/{id}",
    });
    expect(events).toEqual([
      {
        tenant: "acme",
        route: "GET /crm/objects/{version}/contacts/{id}",
        method: "GET",
        status: 404,
        durationMs: 0,
        attempt: 1,
        lane: "interactive",
        waitedMs: 0,
      },
    ]);
    expect(pipeline.stats.read().routes).toEqual([
      { route: "GET /crm/objects/{version}/contacts/{id}", version: "2026-09", calls: 1 },
    ]);
    expect(JSON.stringify(events)).not.toContain("501");
  });

  it("shows its token in no error", async () => {
    const { send } = setup(inTurn({ status: 400, body: { message: "x" } }));
    const error = await send(create).catch((thrown: HubspokeError) => thrown);
    expect(JSON.stringify(error) + String(error)).not.toContain("canary");
  });

  it("survives a hook that throws, and counts that", async () => {
    const { send, pipeline } = setup(inTurn({ body: {} }), {
      onCall: () => {
        throw new Error("broken hook");
      },
    });
    await send(read);
    expect(pipeline.stats.read().hookFailures).toBe(1);
  });
});

describe("failures", () => {
  it("of a read are repeated until it succeeds", async () => {
    const { send, pipeline } = setup(
      inTurn({ status: 502, body: "<html>" }, broken.timeout, broken.reset, { body: { ok: 1 } }),
    );
    expect((await send(read)).body).toEqual({ ok: 1 });
    expect(pipeline.stats.read()).toMatchObject({ calls: 4, retries: 3, failed: 2 });
  });

  it("end with the last error when attempts run out", async () => {
    const { send, transport } = setup(inTurn({ status: 503 }));
    await expect(send(read)).rejects.toMatchObject({ code: "HUBSPOT_UNAVAILABLE", status: 503 });
    expect(transport.seen).toHaveLength(4);
  });

  it("of a create that may have happened are reported and not repeated", async () => {
    for (const failure of [broken.reset, broken.timeout, { status: 500 }, { status: 201, body: "<html>" }]) {
      const { send, transport } = setup(inTurn(failure));
      const error = await send(create).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(HubSpotUnknownOutcomeError);
      expect(transport.seen).toHaveLength(1);
    }
  });

  it("of a create that never left are repeated", async () => {
    const { send, transport } = setup(inTurn(broken.refused, { status: 201, body: { id: "9" } }));
    expect((await send(create)).body).toEqual({ id: "9" });
    expect(transport.seen).toHaveLength(2);
  });

  it("of an update are repeated, or reported when asked to", async () => {
    const repeated = setup(inTurn(broken.reset, { body: {} }));
    await repeated.send(update);
    expect(repeated.transport.seen).toHaveLength(2);
    const reported = setup(inTurn(broken.reset, { body: {} }));
    await expect(reported.send({ ...update, unknownOutcome: "throw" })).rejects.toMatchObject({
      code: "UNKNOWN_OUTCOME",
    });
    expect(reported.transport.seen).toHaveLength(1);
  });

  it("of a foreign transport become ours", async () => {
    const { send } = setup(() => {
      throw new TypeError("ann@example.com");
    });
    const error = await send({ ...read }).catch((thrown: HubspokeError) => thrown);
    expect(error).toMatchObject({ code: "NETWORK_FAILED", details: { sent: true } });
    expect(JSON.stringify(error)).not.toContain("ann@");
  });

  it("wait as long as a lock or a migration asks, and not for ever", async () => {
    const locked = setup(inTurn({ status: 423 }, { body: {} }));
    const start = locked.clock.now();
    await locked.send(create);
    expect(locked.clock.now() - start).toBeGreaterThanOrEqual(2_000);
    const migrating = setup(inTurn({ status: 477, headers: { "retry-after": "86400" } }));
    await expect(migrating.send(read)).rejects.toMatchObject({ code: "HUBSPOT_MIGRATING", retryAfterMs: 86_400_000 });
    expect(migrating.transport.seen).toHaveLength(1);
  });

  it("refuse redirects, with no second request anywhere", async () => {
    const { send, transport } = setup(inTurn({ status: 302, headers: { location: "https://evil.example" } }));
    await expect(send(read)).rejects.toMatchObject({ code: "HUBSPOT_RESPONSE_INVALID", status: 302 });
    expect(transport.seen).toHaveLength(1);
  });
});

describe("429", () => {
  it("of the rolling window is waited out, for creates too", async () => {
    const { send, clock, pipeline } = setup(
      inTurn({ status: 429, body: { policyName: "TEN_SECONDLY_ROLLING" } }, { status: 201, body: { id: "1" } }),
    );
    const start = clock.now();
    await send(create);
    expect(clock.now() - start).toBe(1_000);
    expect(pipeline.stats.read().rateLimited).toBe(1);
  });

  it("of the day is not repeated, and stops every lane without another call", async () => {
    const { send, transport, clock } = setup(inTurn({ status: 429, body: { policyName: "DAILY" } }));
    await expect(send(read)).rejects.toMatchObject({ code: "DAILY_LIMIT_REACHED", policyName: "DAILY" });
    await expect(send(read)).rejects.toMatchObject({ code: "DAILY_LIMIT_REACHED", details: { sent: false } });
    expect(transport.seen).toHaveLength(1);
    await clock.advance(5 * 60_000);
    await expect(send(read)).rejects.toMatchObject({ code: "DAILY_LIMIT_REACHED", status: 429 });
    expect(transport.seen).toHaveLength(2);
  });

  it("keeps the last calls of the day for people", async () => {
    const headers = { "x-hubspot-ratelimit-daily": "1000", "x-hubspot-ratelimit-daily-remaining": "50" };
    const { send, budgets } = setup(inTurn({ headers, body: {} }));
    await send(read);
    await expect(send({ ...read, lane: "backfill" })).rejects.toMatchObject({ code: "DAILY_LIMIT_REACHED" });
    await send(read);
    expect(budgets.state()[0]).toMatchObject({ key: "app", daily: { limit: 1_000, remaining: 50 }, inFlight: 0 });
  });
});

describe("401", () => {
  it("refreshes once, and repeats once: a create too, because it was not processed", async () => {
    const fresh: Credential = { ...credential, token: new Secret("pat-na1-fresh-token") };
    const asked: Credential[] = [];
    const credentials: CredentialSource = {
      get: async () => credential,
      refresh: async (_tenant, stale) => {
        asked.push(stale);
        return fresh;
      },
    };
    const { send, transport } = setup(
      inTurn({ status: 401, body: { category: "EXPIRED_AUTHENTICATION" } }, { status: 201, body: { id: "1" } }),
      { credentials },
    );
    await send(create);
    expect(asked).toEqual([credential]);
    expect(transport.seen.map((one) => one.headers.authorization)).toEqual([
      `Bearer ${token}`,
      "Bearer pat-na1-fresh-token",
    ]);

    const again = setup(inTurn({ status: 401, body: {} }), { credentials });
    await expect(again.send(read)).rejects.toMatchObject({ code: "AUTH_INVALID" });
    expect(again.transport.seen).toHaveLength(2);
  });

  it("without a refresh says what to do", async () => {
    const { send, transport } = setup(inTurn({ status: 401, body: {} }));
    await expect(send(read)).rejects.toMatchObject({
      code: "AUTH_INVALID",
      message: expect.stringContaining("check that it is complete"),
    });
    expect(transport.seen).toHaveLength(1);
  });
});

describe("an abort", () => {
  it("before anything was sent sends nothing", async () => {
    const { send, transport } = setup(inTurn({ body: {} }));
    await expect(send({ ...read, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ABORTED",
      details: { sent: false },
    });
    expect(transport.seen).toHaveLength(0);
  });

  it("reaches the transport, and gives the slot back", async () => {
    const stop = new AbortController();
    const { send, budgets } = setup(
      (request) =>
        new Promise((resolve) => {
          request.signal?.addEventListener("abort", () =>
            resolve(new HubspokeError("ABORTED", "ABORTED: cut", { details: { sent: true } })),
          );
          queueMicrotask(() => stop.abort());
        }),
    );
    await expect(send({ ...read, signal: stop.signal })).rejects.toMatchObject({ code: "ABORTED" });
    expect(budgets.state()[0]).toMatchObject({ inFlight: 0, used: 1 });
  });

  it("ends a pause between attempts", async () => {
    const stop = new AbortController();
    const { clock, pipeline, transport } = setup(inTurn({ status: 423 }));
    const call = pipeline.send({ ...read, signal: stop.signal });
    await clock.advance(500);
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: "ABORTED" });
    expect(transport.seen).toHaveLength(1);
  });
});

describe("budgets", () => {
  it("are one per app, and one for the searches of an account", async () => {
    const { send, budgets } = setup(inTurn({ body: {} }));
    await send(read);
    await send({ ...read, search: true });
    expect(
      budgets.state().map(({ key, kind, limit, windowMs, used }) => ({ key, kind, limit, windowMs, used })),
    ).toEqual([
      { key: "app", kind: "calls", limit: 100, windowMs: 10_000, used: 1 },
      { key: "1", kind: "search", limit: 5, windowMs: 1_000, used: 1 },
    ]);
  });

  it("get the slot back when the credential source, the path or the body fails", async () => {
    const { send, budgets, transport } = setup(inTurn({ body: {} }));
    await expect(send({ ...read, params: {} })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(budgets.state()[0]).toMatchObject({ used: 0, inFlight: 0 });
    expect(transport.seen).toHaveLength(0);
  });

  it("of a lost answer stay taken longer than those of an answered call", async () => {
    const { send, budgets, clock } = setup(inTurn(broken.reset));
    await send(create).catch(() => undefined);
    await clock.advance(10_500);
    expect(budgets.state()[0]).toMatchObject({ used: 1 });
    await clock.advance(2_000);
    expect(budgets.state()[0]).toMatchObject({ used: 0 });
  });
});
