import { describe, expect, it } from "vitest";
import type { TokenRow } from "../ports/token-store.ts";
import type { OAuth } from "./oauth.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const token = async (oauth: OAuth, tenant = "acme"): Promise<string> => (await oauth.get(tenant)).token.reveal();
const disconnects = (w: World) => w.alerts.filter((alert) => alert.name === "auth.disconnected");

describe("what disconnects, and what does not", () => {
  const oauthError = (status: string | null, error: string | null) =>
    JSON.stringify({ ...(status === null ? {} : { status }), ...(error === null ? {} : { error }) });
  const harmless: readonly (readonly [string, number, string, string])[] = [
    ["a wrong client secret", 400, oauthError("BAD_CLIENT_SECRET", "invalid_client"), "AUTH_INVALID"],
    [
      "a wrong client secret, called invalid_grant",
      400,
      oauthError("BAD_CLIENT_SECRET", "invalid_grant"),
      "AUTH_INVALID",
    ],
    ["a wrong client id", 400, oauthError("BAD_CLIENT_ID", "invalid_client"), "AUTH_INVALID"],
    ["a wrong redirect URI", 400, oauthError("BAD_REDIRECT_URI", "invalid_grant"), "AUTH_INVALID"],
    ["an unexplained 401", 401, "", "AUTH_INVALID"],
    ["an HTML 403 of a firewall", 403, "<html>invalid_grant</html>", "AUTH_INVALID"],
    ["access_denied without BAD_HUB", 400, oauthError(null, "access_denied"), "AUTH_INVALID"],
    ["a rate limit", 429, oauthError(null, "invalid_grant"), "HUBSPOT_UNAVAILABLE"],
    ["a failure at HubSpot", 500, oauthError("BAD_REFRESH_TOKEN", "invalid_grant"), "HUBSPOT_UNAVAILABLE"],
    ["a gateway's page", 502, "<html>", "HUBSPOT_UNAVAILABLE"],
    ["a redirect", 302, "", "HUBSPOT_RESPONSE_INVALID"],
    ["a success without tokens", 200, "{}", "HUBSPOT_RESPONSE_INVALID"],
    ["a success that is no JSON", 200, "ok", "HUBSPOT_RESPONSE_INVALID"],
  ];

  it.each(harmless)("%s leaves the grant alone", async (_name, status, text, code) => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    const one = w.process();
    w.hubspot.faults.push(...times(3, () => ({ kind: "answer" as const, status, text })));
    const error = await w.clock.run(failure(token(one)));
    expect(error).toMatchObject({ code, status: null, details: { sent: false, tenant: "acme" } });
    expect(disconnects(w)).toEqual([]);
    expect((await one.status("acme")).connected).toBe(true);
    await w.clock.advance(30_000);
    w.hubspot.faults.length = 0;
    expect(w.hubspot.accepts(await w.clock.run(token(one))), "and it works again by itself").toBe(true);
  });

  it.each([
    ["BAD_REFRESH_TOKEN", "invalid_grant"],
    ["BAD_HUB", "access_denied"],
    [null, "invalid_grant"],
  ])("status %s, error %s ends it", async (status, error) => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.faults.push({ kind: "answer", status: 400, text: oauthError(status, error) });
    expect(await w.clock.run(failure(token(w.process())))).toMatchObject({ code: "AUTH_DISCONNECTED" });
    expect(disconnects(w)).toHaveLength(1);
    expect((await w.process().status("acme")).connected).toBe(false);
  });

  it("a user who connects again in the very moment of the verdict wins", async () => {
    const w = world();
    await w.connect();
    w.hubspot.uninstalled("100");
    await w.clock.advance(31 * minute);
    let verdicts = 0;
    const tokens = {
      ...w.storage.tokens,
      put: async (row: TokenRow) => {
        if (row.status === "disconnected" && verdicts++ === 0) await reconnect();
        return w.storage.tokens.put(row);
      },
    };
    const one = w.process();
    const reconnect = async (): Promise<void> => {
      const { authUrl, session } = await one.beginLogin({ tenant: "acme" });
      const { state, code } = w.hubspot.consent(authUrl, "100");
      await one.finishLogin(await one.takeLogin({ state, session }), { code });
    };
    const answer = await w.clock.run(token(w.process({ storage: { ...w.storage, tokens } })));
    expect(verdicts).toBe(1);
    expect(w.hubspot.accepts(answer)).toBe(true);
    expect(disconnects(w)).toEqual([]);
  });

  it("a tenant that never connected is told so", async () => {
    const w = world();
    expect(await failure(token(w.process(), "nobody"))).toMatchObject({
      code: "AUTH_DISCONNECTED",
      details: { why: "never-connected" },
    });
    expect(w.hubspot.calls).toEqual([]);
  });

  it("a refresh answered for another account is refused and not stored", async () => {
    const w = world();
    await w.connect();
    await w.clock.advance(31 * minute);
    w.hubspot.answer = { hub_id: 999 };
    expect(await w.clock.run(failure(token(w.process())))).toMatchObject({
      code: "PORTAL_MISMATCH",
      expectedPortalId: "100",
      actualPortalId: "999",
    });
    expect((await w.storage.tokens.get("acme"))?.version).toBe(1);
  });
});
