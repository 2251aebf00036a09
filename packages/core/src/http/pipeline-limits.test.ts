import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { Secret } from "../model/secret.ts";
import type { Credential, CredentialSource } from "../ports/credentials.ts";
import { broken } from "./fake-hubspot.fixture.ts";
import { create, credential, inTurn, read, setup, token } from "./pipeline.fixture.ts";

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

  it("that asks for a day is an error, and does not keep later calls waiting in silence", async () => {
    const { send, clock, transport } = setup(
      inTurn({ status: 429, headers: { "retry-after": "86400" }, body: { policyName: "TEN_SECONDLY_ROLLING" } }, {}),
    );
    await expect(send(read)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 86_400_000 });
    const start = clock.now();
    await send(read);
    expect(clock.now() - start).toBe(60_000);
    expect(transport.seen).toHaveLength(2);
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

  it("of the day is over with the first answer, also where answers do not count the day", async () => {
    const { send, transport, clock } = setup(inTurn({ status: 429, body: { policyName: "DAILY" } }, { body: {} }));
    await expect(send(read)).rejects.toMatchObject({ code: "DAILY_LIMIT_REACHED" });
    await clock.advance(300_000);
    for (let i = 0; i < 3; i++) await send({ ...read, lane: "backfill" });
    expect(transport.seen).toHaveLength(4);
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

  it("is not met with a token that was replaced while the call waited to be repeated", async () => {
    let current = credential;
    const { clock, pipeline, transport } = setup(inTurn({ status: 423 }, { body: {} }), {
      credentials: { get: async () => current },
    });
    const call = pipeline.send(read);
    await clock.advance(100);
    current = { ...credential, token: new Secret("pat-na1-rotated-token") };
    await clock.run(call);
    expect(transport.seen.at(-1)?.headers.authorization).toBe("Bearer pat-na1-rotated-token");
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
