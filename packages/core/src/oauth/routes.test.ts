import { describe, expect, it } from "vitest";
import { cipher } from "../platform/node.ts";
import type { Ctx } from "../ports/context.ts";
import { sessionCookie } from "./cookie.ts";
import type { OAuth } from "./oauth.ts";
import { oauthRoutes } from "./routes.ts";
import { failure, type World, world } from "./testing.fixture.ts";

const ctx: Ctx = { tenant: "acme", actor: { id: "u1", role: "admin" } };
const base = "https://app.example.com/hubspot/oauth";

function browser(w: World, oauth: OAuth = w.process()) {
  const routes = oauthRoutes({ oauth, cipher });
  let cookie = "";
  const headers = (more: Record<string, string> = {}): Record<string, string> => ({ cookie, ...more });
  return {
    routes,
    async initiate(query = "", more: Record<string, string> = {}): Promise<Response> {
      const response = await routes.initiate(new Request(`${base}/initiate${query}`, { headers: headers(more) }), ctx);
      cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
      return response;
    },
    callback: (query: Record<string, string> | string, as?: Ctx) =>
      w.clock.run(
        routes.callback(new Request(`${base}/callback?${new URLSearchParams(query)}`, { headers: headers() }), as),
      ),
    forget: () => {
      cookie = "";
    },
  };
}

async function begun(w: World, query: string) {
  const one = browser(w);
  const { authUrl } = (await (await one.initiate(query)).json()) as { authUrl: string };
  return { one, ...w.hubspot.consent(authUrl, "100") };
}

describe("initiate", () => {
  it("answers a script with the address, and sends a browser there", async () => {
    const w = world();
    const one = browser(w);
    const answer = await one.initiate();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      authUrl: expect.stringContaining("https://app.hubspot.com/oauth/authorize?"),
    });
    const page = await one.initiate("", { accept: "text/html,application/xhtml+xml" });
    expect(page.status).toBe(302);
    expect(page.headers.get("location")).toContain("https://app.hubspot.com/oauth/authorize?");
  });

  it("sets a cookie for this host alone, that scripts cannot read, for ten minutes", async () => {
    const response = await browser(world()).initiate();
    expect(response.headers.get("set-cookie")).toMatch(
      /^__Host-hubspoke_oauth=[\w-]{43}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("keeps the session of a browser that has one, and takes none that somebody made up", async () => {
    const w = world();
    const one = browser(w);
    const first = (await one.initiate()).headers.get("set-cookie");
    expect((await one.initiate()).headers.get("set-cookie")).toBe(first);
    const { initiate } = one.routes;
    for (const cookie of [
      `${sessionCookie}=short`,
      `${sessionCookie}=${"A".repeat(43)}; ${sessionCookie}=${"B".repeat(43)}`,
    ]) {
      const set = (await initiate(new Request(`${base}/initiate`, { headers: { cookie } }), ctx)).headers.get(
        "set-cookie",
      );
      expect(set).not.toContain("short");
      expect(set).not.toContain("AAAA");
      expect(set).not.toContain("BBBB");
    }
  });

  it("refuses an unknown mode, and addresses that are not on the list", async () => {
    const one = browser(world());
    expect(await failure(one.initiate("?mode=iframe"))).toMatchObject({ code: "INPUT_INVALID" });
    expect(await failure(one.initiate("?returnTo=https://evil.example"))).toMatchObject({
      code: "OAUTH_RETURN_REFUSED",
    });
  });
});

describe("callback", () => {
  it("sends the browser back with the outcome", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "?returnTo=/settings/apps%3Ftab%3D2");
    const response = await one.callback({ state, code });
    expect(response.status).toBe(302);
    expect(response.headers.get("location")).toBe("https://app.example.com/settings/apps?tab=2&hubspot=connected");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const again = await one.callback({ state, code });
    expect(again.status).toBe(400);
    expect(await again.text()).toContain("OAUTH_STATE_INVALID");
  });

  it("sends the browser back with the error's code, and nothing HubSpot wrote", async () => {
    const w = world();
    const { one, state } = await begun(w, "?returnTo=/settings");
    const response = await one.callback({ state, error: "access_denied", error_description: "canary" });
    expect(response.headers.get("location")).toBe(
      "https://app.example.com/settings?hubspot=failed&code=OAUTH_EXCHANGE_FAILED",
    );
  });

  it("in a popup tells the opener's origin alone, and closes", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "?mode=popup&returnTo=https://other.example.com/hub");
    const response = await one.callback({ state, code });
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(
      'postMessage({"source":"hubspoke","connected":true,"portalId":"100","code":null}, "https://other.example.com")',
    );
    expect(html).toContain("window.close()");
    const nonce = /<script nonce="([\w-]+)">/.exec(html)?.[1];
    expect(response.headers.get("content-security-policy")).toContain(`script-src 'nonce-${nonce}'`);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  it("in a popup without returnTo tells the redirect URI's own origin", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "?mode=popup");
    expect(await (await one.callback({ state, code })).text()).toContain('"https://app.example.com")');
  });

  it("tells nobody but the person when the login is not known", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "?mode=popup");
    one.forget();
    const response = await one.callback({ state, code });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("text/html");
    const html = await response.text();
    expect(html).not.toContain("<script");
    expect(html).not.toContain(state);
    expect(w.hubspot.calls).toEqual([]);
  });

  it.each([
    ["no state", (_state: string, code: string) => `code=${code}`],
    ["no code", (state: string) => `state=${state}`],
    ["an empty code", (state: string) => `state=${state}&code=`],
    ["two states", (state: string, code: string) => `state=${state}&state=${state}&code=${code}`],
    ["two codes", (state: string, code: string) => `state=${state}&code=${code}&code=${code}`],
  ])("refuses %s", async (_name, query) => {
    const w = world();
    const { one, state, code } = await begun(w, "");
    expect((await one.callback(query(state, code))).status).toBe(400);
    expect(w.hubspot.calls).toEqual([]);
  });

  it("refuses the login of another tenant, where the host says whose browser it is", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "");
    const response = await one.callback({ state, code }, { ...ctx, tenant: "other" });
    expect(response.status).toBe(400);
    expect(await w.storage.tokens.get("acme")).toBeNull();
  });

  it("answers another account with the reason's code", async () => {
    const w = world();
    await w.connect("acme", "999");
    const { one, state, code } = await begun(w, "");
    const response = await one.callback({ state, code });
    expect(response.status).toBe(409);
    expect(await response.text()).toContain("PORTAL_MISMATCH");
  });
});

describe("status and disconnect", () => {
  it("answer for the tenant that was authorised", async () => {
    const w = world();
    const { one, state, code } = await begun(w, "");
    const request = new Request(`${base}/status`);
    expect(await (await one.routes.status(request, ctx)).json()).toMatchObject({ connected: false });
    await one.callback({ state, code });
    expect(await (await one.routes.status(request, ctx)).json()).toMatchObject({ connected: true, portalId: "100" });
    expect(await (await one.routes.status(request, { ...ctx, tenant: "other" })).json()).toMatchObject({
      connected: false,
    });
    const done = await w.clock.run(one.routes.disconnect(request, ctx, { uninstall: true }));
    expect(await done.json()).toEqual({ wasConnected: true, revoked: true, uninstalled: true });
  });

  it("disconnect refuses a body it does not know", async () => {
    const { routes } = browser(world());
    const request = new Request(`${base}/disconnect`, { method: "POST" });
    expect(await failure(routes.disconnect(request, ctx, { uninstall: "yes" }))).toMatchObject({
      code: "INPUT_INVALID",
    });
    expect((await routes.disconnect(request, ctx)).status).toBe(200);
  });
});
