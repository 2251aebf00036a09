import { describe, expect, it } from "vitest";
import { createSealer } from "../crypto/sealer.ts";
import { ringOf } from "../crypto/testing.fixture.ts";
import { cipher } from "../platform/node.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const paths = (w: World): string[] => w.hubspot.calls.map((call) => `${call.method} ${call.path}`);

describe("status", () => {
  it("says what a settings page shows", async () => {
    const w = world();
    await w.connect();
    expect(await w.process().status("acme")).toEqual({
      connected: true,
      portalId: "100",
      scopes: ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write"],
      missingScopes: [],
      expiresAt: expect.any(Number),
    });
  });

  it("names the scopes that the configuration needs and the grant lacks", async () => {
    const w = world();
    await w.connect();
    const one = w.process({ app: { scopes: ["oauth", "crm.objects.deals.read"] }, neededScopes: ["files", "oauth"] });
    expect((await one.status("acme")).missingScopes).toEqual(["crm.objects.deals.read", "files"]);
  });

  it("of a tenant that is not connected keeps the account it belongs to", async () => {
    const w = world();
    expect(await w.process().status("acme")).toMatchObject({ connected: false, portalId: null, expiresAt: null });
    await w.connect();
    await w.clock.run(w.process().disconnect("acme"));
    expect(await w.process().status("acme")).toMatchObject({ connected: false, portalId: "100", scopes: [] });
  });

  it("asks HubSpot only in introspect, whose answer holds no personal data", async () => {
    const w = world();
    await w.connect();
    const calls = w.hubspot.calls.length;
    await w.process().status("acme");
    expect(w.hubspot.calls).toHaveLength(calls);
    const said = await w.clock.run(w.process().introspect("acme"));
    expect(said).toMatchObject({ active: true, portalId: "100", userId: "7" });
    expect(JSON.stringify(said)).not.toContain("canary");
    expect(w.hubspot.calls.at(-1)?.form).toMatchObject({ token_type_hint: "access_token" });
  });
});

describe("disconnecting", () => {
  it("revokes, removes the row, and tells every later caller", async () => {
    const w = world();
    await w.connect();
    const one = w.process();
    await one.get("acme");
    expect(await w.clock.run(one.disconnect("acme"))).toEqual({
      wasConnected: true,
      revoked: true,
      uninstalled: false,
    });
    expect(paths(w).at(-1)).toBe("POST /oauth/2026-09/token/revoke");
    expect(w.hubspot.calls.at(-1)?.form).toMatchObject({ token_type_hint: "refresh_token" });
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect((await w.storage.tenants.get("acme"))?.status).toBe("disconnected");
    expect(await failure(one.get("acme"))).toMatchObject({ code: "AUTH_DISCONNECTED" });
    expect(w.alerts, "nobody is alerted about what they did themselves").toEqual([]);
    expect(await w.clock.run(one.disconnect("acme"))).toMatchObject({ wasConnected: false });
  });

  it.each([0, 45])("with uninstall removes the app, with a living token (%s minutes later)", async (minutes) => {
    const w = world();
    await w.connect();
    await w.clock.advance(minutes * minute);
    const done = await w.clock.run(w.process().disconnect("acme", { uninstall: true }));
    expect(done).toEqual({ wasConnected: true, revoked: true, uninstalled: true });
    expect(paths(w).at(-1)).toBe("DELETE /appinstalls/2026-09/external-install");
  });

  it.each([
    ["down", { kind: "unsent" as const }],
    ["in trouble", { kind: "answer" as const, status: 503, text: "" }],
  ])("goes through while HubSpot is %s, and says that nothing was revoked", async (_name, fault) => {
    const w = world();
    await w.connect();
    w.hubspot.faults.push(fault, fault, fault, fault);
    const done = await w.clock.run(w.process().disconnect("acme", { uninstall: true }));
    expect(done).toEqual({ wasConnected: true, revoked: false, uninstalled: false });
    expect(await w.storage.tokens.get("acme")).toBeNull();
    expect(w.logs.map((log) => log.event)).toContain("oauth.revoke_failed");
  });

  it("one of two tenants of an account leaves the app and the other's token", async () => {
    const w = world();
    await w.connect("a", "100");
    await w.connect("b", "100");
    expect(await w.clock.run(w.process().disconnect("a", { uninstall: true }))).toEqual({
      wasConnected: true,
      revoked: true,
      uninstalled: false,
    });
    await w.clock.advance(31 * minute);
    expect(w.hubspot.accepts((await w.clock.run(w.process().get("b"))).token.reveal())).toBe(true);
    expect(await w.clock.run(w.process().disconnect("b", { uninstall: true }))).toMatchObject({ uninstalled: true });
  });

  it("one of two tenants that HubSpot gave the same refresh token does not end the other's", async () => {
    const w = world();
    await w.connect("a", "100");
    w.hubspot.answer = { refresh_token: "canary-shared" };
    await w.connect("a", "100");
    await w.connect("b", "100");
    w.hubspot.answer = {};
    expect(await w.clock.run(w.process().disconnect("a"))).toMatchObject({ wasConnected: true, revoked: false });
    expect(await w.clock.run(w.process().disconnect("b"))).toMatchObject({ wasConnected: true, revoked: true });
  });

  it("waits for a refresh under way and then revokes the token that came of it", async () => {
    const w = world();
    w.hubspot.rotation = "strict";
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "slow", after: 2_000 });
    const refreshing = w.process().get("acme");
    await w.clock.advance(1_000);
    const done = await w.clock.run(w.process().disconnect("acme"));
    await refreshing;
    expect(done.revoked).toBe(true);
    const revoked = w.hubspot.calls.find((call) => call.path.endsWith("/revoke"))?.form.token;
    expect(revoked).not.toBe(w.hubspot.refreshes()[0]?.form.refresh_token);
    expect(await w.storage.tokens.get("acme")).toBeNull();
  });

  it("works when the key of the row is lost", async () => {
    const w = world();
    await w.connect();
    const ring = ringOf("k2", ["k2"]);
    const keyless = w.process({ ring, sealer: createSealer({ ring, cipher }) });
    expect(await failure(keyless.get("acme"))).toMatchObject({ code: "KEY_UNKNOWN" });
    expect(await w.clock.run(keyless.disconnect("acme"))).toEqual({
      wasConnected: true,
      revoked: false,
      uninstalled: false,
    });
    expect(await w.storage.tokens.get("acme")).toBeNull();
  });
});

it("a row of one tenant opens for no other", async () => {
  const w = world();
  await w.connect("a", "100");
  const stolen = await w.storage.tokens.get("a");
  await w.storage.tokens.put({ ...stolen!, tenant: "b", version: 0 });
  expect(await failure(w.process().get("b"))).toMatchObject({ code: "DECRYPTION_FAILED" });
});
