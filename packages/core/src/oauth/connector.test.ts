import { describe, expect, it } from "vitest";
import type { OAuth } from "./oauth.ts";
import { leaseMs } from "./refresh-lease.ts";
import { appOptions, failure, minute, type World, world } from "./testing.fixture.ts";

const exchanges = (w: World) => w.hubspot.calls.filter((call) => call.form.grant_type === "authorization_code");

/** A login begun and agreed to, up to the moment the browser comes back. */
async function returned(w: World, oauth: OAuth = w.process(), tenant = "acme", portalId = "100") {
  const { authUrl, session } = await oauth.beginLogin({ tenant });
  return { ...w.hubspot.consent(authUrl, portalId), session, authUrl };
}

describe("a code", () => {
  it("is exchanged once, however many callbacks bring it", async () => {
    const w = world();
    const { state, code, session } = await returned(w);
    const finish = async () => {
      const one = w.process();
      return one.finishLogin(await one.takeLogin({ state, session }), { code });
    };
    const outcomes = await w.clock.run(Promise.allSettled(Array.from({ length: 20 }, finish)));
    expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(exchanges(w)).toHaveLength(1);
    expect((await w.process().status("acme")).connected).toBe(true);
  });

  it.each([
    ["a network failure", { kind: "lost" as const }],
    ["a failure at HubSpot", { kind: "answer" as const, status: 500, text: "" }],
  ])("is not sent again after %s", async (_name, fault) => {
    const w = world();
    const one = w.process();
    const { state, code, session } = await returned(w, one);
    w.hubspot.faults.push(fault);
    const login = await one.takeLogin({ state, session });
    expect(await w.clock.run(failure(one.finishLogin(login, { code })))).toMatchObject({
      code: "OAUTH_EXCHANGE_FAILED",
    });
    expect(w.hubspot.calls).toHaveLength(1);
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect(await w.storage.tenants.get("acme")).toBeNull();
  });

  it.each(["/hubspot/oauth/callback/", "/hubspot/oauth/Callback", "/hubspot/oauth/callback/x"])(
    "given for another redirect URI (%s) is refused by HubSpot and stores nothing",
    async (path) => {
      const w = world();
      const mutated = w.process({ app: { redirectUri: `https://app.example.com${path}` } });
      const { authUrl } = await mutated.beginLogin({ tenant: "acme" });
      const { code } = w.hubspot.consent(authUrl, "100");
      const one = w.process();
      const { state, session } = await returned(w, one);
      const login = await one.takeLogin({ state, session });
      expect(await w.clock.run(failure(one.finishLogin(login, { code })))).toMatchObject({
        code: "OAUTH_EXCHANGE_FAILED",
        details: { reason: "BAD_REDIRECT_URI" },
      });
      expect(exchanges(w)[0]?.form.redirect_uri, "ours is sent byte by byte").toBe(appOptions.redirectUri);
      expect(await w.storage.tokens.get("acme")).toBeNull();
    },
  );

  it("may be missing: the user said no", async () => {
    const w = world();
    const one = w.process();
    const { state, session } = await returned(w, one);
    const login = await one.takeLogin({ state, session });
    expect(await failure(one.finishLogin(login, { error: "access_denied" }))).toMatchObject({
      code: "OAUTH_EXCHANGE_FAILED",
      details: { reason: "access_denied" },
    });
    expect((await failure(one.finishLogin(login, { error: "<script>" }))).details.reason).toBe("unknown");
  });

  it("of the v1 endpoint, which names no account, is followed by an introspection", async () => {
    const w = world();
    w.hubspot.answer = { hub_id: undefined, scopes: undefined };
    await w.connect("acme", "100", w.process({ app: { apiVersion: "v1" } }));
    expect(w.hubspot.calls.map((call) => call.path)).toEqual(["/oauth/v1/token", "/oauth/v3/token/introspect"]);
    expect(await w.process().status("acme")).toMatchObject({
      connected: true,
      portalId: "100",
      scopes: appOptions.scopes,
    });
  });

  it("goes to the endpoint of the version in use", async () => {
    for (const [apiVersion, path] of [
      ["2026-09", "/oauth/2026-09/token"],
      ["2026-03", "/oauth/2026-03/token"],
      ["v3", "/oauth/v3/token"],
    ] as const) {
      const w = world();
      await w.connect("acme", "100", w.process({ apiVersion }));
      expect(w.hubspot.calls[0]).toMatchObject({
        path,
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      });
    }
  });
});

describe("another account than the tenant's", () => {
  it("is refused before anything is stored, says why, and its grant is revoked", async () => {
    const w = world();
    await w.connect("acme", "100");
    await w.clock.run(w.process().disconnect("acme"));
    const before = await w.storage.tenants.get("acme");
    const error = await failure(w.connect("acme", "200"));
    expect(error).toMatchObject({ code: "PORTAL_MISMATCH", expectedPortalId: "100", actualPortalId: "200" });
    expect(error.name).toBe("HubSpotPortalMismatchError");
    expect(error.message).toContain("tenants.rebind()");
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect(await w.storage.tenants.get("acme")).toEqual(before);
    expect(w.hubspot.calls.at(-1)?.path).toBe("/oauth/2026-09/token/revoke");
    expect(w.alerts.map((alert) => alert.name)).toEqual(["portal.mismatch"]);
  });

  it("does not disturb the connection there is", async () => {
    const w = world();
    await w.connect("acme", "100");
    const old = (await w.process().get("acme")).token.reveal();
    await failure(w.connect("acme", "200"));
    expect((await w.process().get("acme")).token.reveal()).toBe(old);
  });

  it("is also what a configured account refuses, and then the tenant stays unpinned", async () => {
    const w = world();
    const one = w.process({ portalId: "100" });
    expect(await failure(w.connect("acme", "200", one))).toMatchObject({ code: "PORTAL_MISMATCH" });
    expect(await w.storage.tenants.get("acme")).toBeNull();
    await w.connect("acme", "100", one);
    expect((await one.get("acme")).portalId).toBe("100");
  });

  it("connected by two browsers at once, one account wins and the other is told", async () => {
    const w = world();
    const one = w.process();
    const logins = await Promise.all(
      ["100", "200", "300"].map(async (portalId) => {
        const { state, code, session } = await returned(w, one, "acme", portalId);
        return { login: await one.takeLogin({ state, session }), code };
      }),
    );
    const outcomes = await w.clock.run(
      Promise.allSettled(logins.map(({ login, code }) => one.finishLogin(login, { code }))),
    );
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
    const pinned = await w.storage.tenants.get("acme");
    expect((await w.storage.tokens.get("acme"))?.portalId).toBe(pinned?.portalId);
  });

  it("leaves a second tenant of that account connected", async () => {
    const w = world();
    await w.connect("other", "200");
    await w.connect("acme", "100");
    await failure(w.connect("acme", "200"));
    await w.clock.advance(31 * minute);
    const answer = await w.clock.run(w.process().get("other"));
    expect(w.hubspot.accepts(answer.token.reveal())).toBe(true);
  });
});

describe("connecting again", () => {
  it("puts the new grant over the old one, also over a dead one", async () => {
    const w = world();
    await w.connect();
    w.hubspot.uninstalled("100");
    await w.clock.advance(31 * minute);
    expect(await w.clock.run(failure(w.process().get("acme")))).toMatchObject({ code: "AUTH_DISCONNECTED" });
    await w.connect();
    expect(w.hubspot.accepts((await w.process().get("acme")).token.reveal())).toBe(true);
    expect((await w.storage.tenants.get("acme"))?.status).toBe("active");
  });

  it("while a refresh of the old grant is under way keeps the new grant", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "slow", after: 2 * leaseMs });
    const refreshing = w.process().get("acme");
    await w.clock.advance(1_000);
    await w.clock.run(w.process().disconnect("acme"));
    await w.connect();
    const connected = (await w.process().get("acme")).token.reveal();
    const late = await w.clock.run(refreshing);
    expect(late.token.reveal(), "the late refresh adopts what it finds").toBe(connected);
    expect((await w.process().get("acme")).token.reveal()).toBe(connected);
  });
});
