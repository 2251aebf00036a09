import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { HubspokeError } from "../errors/hubspoke-error.ts";
import { HubSpotUnknownOutcomeError } from "../errors/hubspot-errors.ts";
import { broken } from "./fake-hubspot.fixture.ts";
import { create, credential, inTurn, read, setup, token, update } from "./pipeline.fixture.ts";

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
        code: "NOT_FOUND",
        sent: true,
        bytesSent: 0,
        bytesReceived: 2,
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

  it("say what the machine says where nothing left it, and no text of others", async () => {
    const failing = (reason: string, sent: boolean) => () => {
      throw new HubspokeError("NETWORK_FAILED", "NETWORK_FAILED: no", { details: { sent, reason } });
    };
    const saidOf = (reply: () => never) =>
      setup(reply)
        .send({ ...read })
        .catch(({ message }: HubspokeError) => message);
    expect(await saidOf(failing("ECONNREFUSED", false))).toContain("did not reach baseUrl (ECONNREFUSED); check that");
    expect(await saidOf(failing("ECONNRESET", true))).toContain("could not be completed (ECONNRESET); check");
    expect(await saidOf(failing("ann@example.com", true))).not.toContain("ann@");
  });

  it.each([1, 2])("of a vault are passed on, and a text that call %i throws appears nowhere", async (when) => {
    for (const thrown of ["pat-na1-secret", undefined, null, new Error("vault")]) {
      let calls = 0;
      const get = async () => {
        if (++calls < when) return credential;
        throw thrown;
      };
      const { send, budgets } = setup(inTurn({ status: 429 }), { credentials: { get } });
      const error = await send(read).catch((failed: unknown) => failed);
      expect(error).toMatchObject(thrown instanceof Error ? thrown : { code: "HANDLER_FAILED" });
      expect(inspect(error, { depth: 9 })).not.toContain("secret");
      for (const { inFlight } of budgets.state()) expect(inFlight).toBe(0);
    }
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
