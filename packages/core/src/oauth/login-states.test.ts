import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { OAuth } from "./oauth.ts";
import { failure, minute, type World, world } from "./testing.fixture.ts";

const exchanges = (w: World) => w.hubspot.calls.filter((call) => call.form.grant_type === "authorization_code");

/** A login begun and agreed to, up to the moment the browser comes back. */
async function returned(w: World, oauth: OAuth = w.process(), tenant = "acme", portalId = "100") {
  const { authUrl, session } = await oauth.beginLogin({ tenant });
  return { ...w.hubspot.consent(authUrl, portalId), session, authUrl };
}

describe("the address of the consent page", () => {
  it("has what HubSpot wants, with scopes separated by %20", async () => {
    const w = world();
    const { authUrl } = await w
      .process({ app: { optionalScopes: ["crm.objects.deals.read", "files"] } })
      .beginLogin({ tenant: "acme" });
    expect(authUrl).toMatch(/^https:\/\/app\.hubspot\.com\/oauth\/authorize\?client_id=client-1&/);
    expect(authUrl).toContain("&scope=oauth%20crm.objects.contacts.read%20crm.objects.contacts.write&");
    expect(authUrl).toContain("&optional_scope=crm.objects.deals.read%20files&");
    expect(authUrl).toContain("&redirect_uri=https%3A%2F%2Fapp.example.com%2Fhubspot%2Foauth%2Fcallback&");
    expect(authUrl).toContain("&code_challenge_method=S256");
    expect(authUrl).not.toContain("+");
    expect(authUrl).not.toContain("canary");
  });

  it("has a new state of 256 bits each time", async () => {
    const w = world();
    const one = w.process();
    const urls = await Promise.all(Array.from({ length: 200 }, () => one.beginLogin({ tenant: "acme" })));
    const states = urls.map(({ authUrl }) => new URL(authUrl).searchParams.get("state") ?? "");
    expect(new Set(states).size).toBe(200);
    for (const state of states) expect(Buffer.from(state, "base64url")).toHaveLength(32);
  });

  it("commits to a verifier that is sent with the code, and only there", async () => {
    const w = world();
    const one = w.process();
    const { authUrl, state, code, session } = await returned(w, one);
    await w.clock.run(one.finishLogin(await one.takeLogin({ state, session }), { code }));
    const verifier = exchanges(w)[0]?.form.code_verifier ?? "";
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    expect(new URL(authUrl).searchParams.get("code_challenge")).toBe(challenge);
  });

  it("can do without PKCE", async () => {
    const w = world();
    const one = w.process({ app: { pkce: false } });
    const { authUrl, state, code, session } = await returned(w, one);
    expect(authUrl).not.toContain("code_challenge");
    await w.clock.run(one.finishLogin(await one.takeLogin({ state, session }), { code }));
    expect(exchanges(w)[0]?.form).not.toHaveProperty("code_verifier");
  });
});

describe("a state is refused", () => {
  const refused = async (w: World, work: Promise<unknown>, why: string) => {
    const error = await failure(work);
    expect(error).toMatchObject({ code: "OAUTH_STATE_INVALID", details: { why } });
    expect(w.hubspot.calls, "no code is exchanged").toEqual([]);
    expect(await w.storage.tokens.get("acme")).toBeNull();
  };

  it("when it was made up", async () => {
    const w = world();
    const { session } = await returned(w);
    await refused(w, w.process().takeLogin({ state: "A".repeat(43), session }), "unknown");
    await refused(w, w.process().takeLogin({ state: "user:workspace:1790000000000", session }), "missing");
    await refused(w, w.process().takeLogin({ state: "", session }), "missing");
  });

  it("the second time, in whichever process", async () => {
    const w = world();
    const { state, session } = await returned(w);
    await w.process().takeLogin({ state, session });
    await refused(w, w.process().takeLogin({ state, session }), "unknown");
  });

  it("after ten minutes", async () => {
    const w = world();
    const early = await returned(w);
    const late = await returned(w);
    await w.clock.advance(10 * minute - 1);
    expect((await w.process().takeLogin(early)).tenant).toBe("acme");
    await w.clock.advance(1);
    await refused(w, w.process().takeLogin(late), "expired");
  });

  it.each([
    ["no session", () => null],
    ["an empty one", () => ""],
    ["another browser's", (other: string) => other],
  ])("in a browser with %s, and is then spent", async (_name, pick) => {
    const w = world();
    const { session: other } = await returned(w);
    const { state, session } = await returned(w);
    await refused(w, w.process().takeLogin({ state, session: pick(other) }), "session");
    await refused(w, w.process().takeLogin({ state, session }), "unknown");
  });

  it("for another tenant than the one it was begun for", async () => {
    const w = world();
    const { state, session } = await returned(w);
    await refused(w, w.process().takeLogin({ state, session, tenant: "other" }), "tenant");
  });

  it("when it was swapped for the one of another login of this browser", async () => {
    const w = world();
    const one = w.process();
    const first = await one.beginLogin({ tenant: "acme" });
    const second = await one.beginLogin({ tenant: "other", session: first.session });
    expect(second.session, "one browser, one session").toBe(first.session);
    const a = w.hubspot.consent(first.authUrl, "100");
    const b = w.hubspot.consent(second.authUrl, "200");
    const login = await one.takeLogin({ state: b.state, session: first.session });
    // PKCE: the code of the first login does not fit the verifier of the second.
    expect(await w.clock.run(failure(one.finishLogin(login, { code: a.code })))).toMatchObject({
      code: "OAUTH_EXCHANGE_FAILED",
      details: { reason: "BAD_CODE_VERIFIER" },
    });
    expect(await w.storage.tokens.get("other")).toBeNull();
  });

  it("when the redirect URI was changed meanwhile", async () => {
    const w = world();
    const { state, session } = await returned(w);
    const changed = w.process({ app: { redirectUri: "https://app.example.com/elsewhere" } });
    await refused(w, changed.takeLogin({ state, session }), "redirect");
  });
});

it("logins nobody finished are swept", async () => {
  const w = world();
  const one = w.process();
  for (let i = 0; i < 150; i++) await one.beginLogin({ tenant: "acme" });
  const job = one.jobs.find(({ name }) => name === "oauth:sweep")!;
  await w.clock.advance(11 * minute);
  const run = { now: w.clock.now(), deadline: w.clock.now() + 1_000, signal: new AbortController().signal };
  expect([await job.run(run), await job.run(run), await job.run(run)].map(({ did }) => did)).toEqual([100, 50, 0]);
});
