import { describe, expect, it } from "vitest";
import type { SimulatorOptions } from "../../src/simulator.ts";
import { type Bench, bench, CONTACTS } from "./helpers.ts";

const APP = {
  appId: 77,
  clientId: "client-77",
  clientSecret: "secret-77",
  redirectUris: ["https://app.example/callback"],
  scopes: ["oauth", "crm.objects.contacts.read"],
  optionalScopes: ["crm.objects.contacts.write"],
};
const CLIENT = { client_id: APP.clientId, client_secret: APP.clientSecret };
const AUTHORIZE = {
  client_id: APP.clientId,
  redirect_uri: "https://app.example/callback",
  scope: APP.scopes.join(" "),
  state: "s-1",
};

const oauthBench = (options: SimulatorOptions = {}): Bench => bench({ apps: [APP], ...options });

function visit({ call }: Bench, query: object = {}, path = "/oauth/authorize") {
  return call(`GET ${path}?${new URLSearchParams({ ...AUTHORIZE, ...query })}`);
}

function post({ call }: Bench, path: string, fields: Record<string, string>) {
  const form = new URLSearchParams({ ...CLIENT, ...fields }).toString();
  return call(`POST ${path}`, form, { "content-type": "application/x-www-form-urlencoded" });
}

const TOKEN = "/oauth/2026-09/token";

async function install(b: Bench, query: object = {}, fields: Record<string, string> = {}) {
  const location = new URL((await visit(b, query)).headers.get("location") ?? "");
  const code = location.searchParams.get("code") ?? "";
  return post(b, TOKEN, { grant_type: "authorization_code", code, redirect_uri: AUTHORIZE.redirect_uri, ...fields });
}

describe("installing", () => {
  it("redirects with a code and the state, and the code buys tokens once", async () => {
    const b = oauthBench();
    const answer = await visit(b, { optional_scope: "crm.objects.contacts.write nonsense" });
    expect(answer.status).toBe(302);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(location.searchParams.get("state")).toBe("s-1");
    const code = location.searchParams.get("code") ?? "";
    const fields = { grant_type: "authorization_code", code, redirect_uri: AUTHORIZE.redirect_uri };
    const tokens = await post(b, TOKEN, fields);
    expect(tokens.body).toMatchObject({
      token_type: "bearer",
      expires_in: 1800,
      hub_id: 62515,
      user_id: 1001,
      scopes: [...APP.scopes, "crm.objects.contacts.write"],
    });
    const headers = { authorization: `Bearer ${tokens.body.access_token}` };
    expect((await b.call(`POST ${CONTACTS}`, { properties: {} }, headers)).status).toBe(201);
    const again = await post(b, TOKEN, fields);
    expect(again.body).toMatchObject({ status: "BAD_AUTH_CODE", error: "invalid_grant" });
  });

  it("is blocked by other scopes, an unknown redirect or client", async () => {
    const b = oauthBench();
    for (const query of [{ scope: "oauth" }, { redirect_uri: "https://evil.example" }, { client_id: "x" }]) {
      const { status, headers } = await visit(b, query);
      expect([status, headers.get("location")]).toEqual([400, null]);
    }
  });

  it("can ask a person, who may refuse", async () => {
    const b = oauthBench({ oauth: { approval: "page" } });
    const page = await visit(b, { state: '"><script>' });
    expect(page.headers.get("content-type")).toContain("text/html");
    expect(page.body).not.toContain("<script>");
    expect((await visit(b, { decision: "approve" })).headers.get("location")).toContain("code=");
    expect((await visit(b, { decision: "deny" })).headers.get("location")).toContain("error=access_denied");
  });

  it("goes to the account that the path names", async () => {
    const b = oauthBench({
      portals: [
        { id: 1, tokens: [{ token: "a" }] },
        { id: 2, tokens: [{ token: "b" }] },
      ],
    });
    const location = new URL((await visit(b, {}, "/oauth/2/authorize")).headers.get("location") ?? "");
    const code = location.searchParams.get("code") ?? "";
    const fields = { grant_type: "authorization_code", code, redirect_uri: AUTHORIZE.redirect_uri };
    expect((await post(b, TOKEN, fields)).body.hub_id).toBe(2);
    expect((await visit(b, {}, "/oauth/3/authorize")).status).toBe(400);
  });

  it("checks PKCE", async () => {
    const b = oauthBench();
    const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const challenge = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" };
    expect((await install(b, challenge, { code_verifier: verifier })).status).toBe(200);
    expect((await install(b, challenge, { code_verifier: "wrong" })).body.status).toBe("BAD_CODE_VERIFIER");
    expect((await install(b, challenge)).body.status).toBe("BAD_CODE_VERIFIER");
  });
});

describe("tokens", () => {
  it("expire by the clock and are renewed", async () => {
    const b = oauthBench();
    const { access_token, refresh_token } = (await install(b)).body;
    const read = async (token: string) =>
      (await b.call(`GET ${CONTACTS}`, undefined, { authorization: `Bearer ${token}` })).body;
    expect(await read(access_token)).toHaveProperty("results");
    await b.clock.advance(1_800_000);
    expect(await read(access_token)).toMatchObject({ category: "EXPIRED_AUTHENTICATION" });
    const renewed = await post(b, TOKEN, { grant_type: "refresh_token", refresh_token });
    expect(renewed.body.refresh_token).toBe(refresh_token);
    expect(await read(renewed.body.access_token)).toHaveProperty("results");
  });

  it("may rotate, and then the old one is dead", async () => {
    const b = oauthBench({ oauth: { rotateRefreshTokens: true } });
    const { refresh_token } = (await install(b)).body;
    const refresh = (token: string) => post(b, TOKEN, { grant_type: "refresh_token", refresh_token: token });
    const renewed = await refresh(refresh_token);
    expect(renewed.body.refresh_token).not.toBe(refresh_token);
    const dead = await refresh(refresh_token);
    expect([dead.status, dead.body.status, dead.body.error]).toEqual([400, "BAD_REFRESH_TOKEN", "invalid_grant"]);
    expect((await refresh(renewed.body.refresh_token)).status).toBe(200);
  });

  it("are told apart by introspection; revoking kills the refresh token only", async () => {
    const b = oauthBench();
    const { access_token, refresh_token } = (await install(b)).body;
    const introspect = async (token: string) => (await post(b, `${TOKEN}/introspect`, { token })).body;
    expect(await introspect(access_token)).toMatchObject({ active: true, app_id: 77, token_use: "access_token" });
    expect(await introspect(refresh_token)).toMatchObject({ active: true, token_use: "refresh_token" });
    expect((await b.call(`GET /oauth/v1/access-tokens/${access_token}`)).body).toMatchObject({ hub_id: 62515 });
    expect((await post(b, `${TOKEN}/revoke`, { token: refresh_token })).status).toBe(200);
    expect(await introspect(refresh_token)).toEqual({ active: false });
    expect(await introspect(access_token)).toMatchObject({ active: true });
    expect((await post(b, TOKEN, { grant_type: "refresh_token", refresh_token })).body.status).toBe(
      "BAD_REFRESH_TOKEN",
    );
    expect((await b.call(`GET /oauth/v1/refresh-tokens/${refresh_token}`)).status).toBe(404);
  });

  it("all die when the app uninstalls itself", async () => {
    const b = oauthBench();
    const { access_token, refresh_token } = (await install(b)).body;
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await b.call("DELETE /appinstalls/2026-09/external-install", undefined, headers)).status).toBe(204);
    expect((await b.call(`GET ${CONTACTS}`, undefined, headers)).body.category).toBe("INVALID_AUTHENTICATION");
    expect((await post(b, TOKEN, { grant_type: "refresh_token", refresh_token })).status).toBe(400);
  });

  it("are refused to a wrong client, grant, redirect or encoding", async () => {
    const b = oauthBench();
    expect((await post(b, TOKEN, { client_id: "x" })).body.status).toBe("BAD_CLIENT_ID");
    expect((await post(b, TOKEN, { client_secret: "x" })).body.status).toBe("BAD_CLIENT_SECRET");
    expect((await post(b, TOKEN, { grant_type: "password" })).body.error).toBe("unsupported_grant_type");
    expect((await install(b, {}, { redirect_uri: "https://other.example" })).body.status).toBe("BAD_REDIRECT_URI");
    expect((await b.call(`POST ${TOKEN}`, CLIENT)).status).toBe(415);
  });

  it("have the limits of a public app: no daily headers", async () => {
    const b = oauthBench();
    const { access_token } = (await install(b)).body;
    const { headers } = await b.call(`GET ${CONTACTS}`, undefined, { authorization: `Bearer ${access_token}` });
    expect(headers.get("x-hubspot-ratelimit-max")).toBe("110");
    expect(headers.has("x-hubspot-ratelimit-daily")).toBe(false);
  });
});

describe("an app on its own", () => {
  it("reads its journal, and no account's records", async () => {
    const b = oauthBench();
    const own = (scope: string) => post(b, TOKEN, { grant_type: "client_credentials", scope });
    for (const scope of ["crm.objects.contacts.read", "developer.webhooks_journal.read oauth", "nonsense"]) {
      const { status, body } = await own(scope);
      expect([status, body.status, body.error]).toEqual([400, "BAD_SCOPES", "invalid_scope"]);
    }
    const { status, body } = await own("developer.webhooks_journal.read");
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect(status).toBe(200);
    expect((await b.call("GET /webhooks-journal/journal/2026-09/earliest", undefined, headers)).status).toBe(204);
    expect((await b.call(`GET ${CONTACTS}`, undefined, headers)).status).toBe(403);
  });
});
