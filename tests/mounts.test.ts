import { expressRouter } from "@hubspoke/express";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { type Bed, bed, event, maxBodyBytes, publicUrl, type Signing, signature } from "./mounts/bed.ts";
import { consumedLegs, type Leg, legs, type Running, served } from "./mounts/legs.ts";

/** One set of requests, the same answers however Hubspoke is mounted. */
const open: Running[] = [];
afterEach(async () => {
  for (const running of open.splice(0)) await running.close();
});

async function start(leg: Leg): Promise<Bed & Running> {
  const b = await bed();
  const running = await leg.start(b);
  open.push(running);
  return { ...b, ...running };
}

async function codeOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { code: string; message: string; docs: string } };
  expect(error.docs).toBe(`docs/errors/${error.code}.md`);
  expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
  return error.code;
}

function webhook(body: string | Uint8Array, signing?: Signing, headers: Record<string, string> = {}): RequestInit {
  return { method: "POST", body: body as BodyInit, headers: { ...signature(body, signing), ...headers } };
}

/** The same without a declared length, one piece per turn of the event loop. */
function trickled(body: string, pieces: number, signing?: Signing): RequestInit {
  const bytes = Buffer.from(body);
  const size = Math.ceil(bytes.length / pieces);
  let at = 0;
  const stream = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      if (at >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
    },
  });
  return { method: "POST", body: stream, duplex: "half", headers: signature(body, signing) } as RequestInit;
}

const one = JSON.stringify([event(1)]);
const asUser = { "x-user": "u1" };
const asPage = { ...asUser, "content-type": "application/json", "sec-fetch-site": "same-origin" };

describe.each(legs.map((leg) => [leg.name, leg] as const))("%s", (_, leg) => {
  test.each([
    ["one event", webhook(one)],
    ["bytes no parser would write back", webhook('[ {"portalId":62515.0, "a":"Zoë \\u00e9 陈 👩‍👩‍👧", "a":2} ]\n')],
    ["pieces", trickled(one, 7)],
    [
      "forged hosts and a path of the proxy",
      webhook(one, {}, { "x-forwarded-host": "evil.example", forwarded: "host=evil" }),
    ],
  ])("a signed webhook is stored and answered 204: %s", async (_name, init) => {
    const { send, waiting } = await start(leg);
    const response = await send("/webhooks", init);
    expect([response.status, await response.text(), await waiting()]).toEqual([204, "", 1]);
  });

  test("a signed webhook at an address of its object is taken under that address and no other", async () => {
    const { send, waiting } = await start(leg);
    const at = (object: string) => webhook(one, { url: `${publicUrl}/${object}` });
    expect((await send("/webhooks/contact", at("contact"))).status).toBe(204);
    expect((await send("/webhooks/contact", webhook(one))).status).toBe(401);
    expect((await send("/webhooks/contact", at("deal"))).status).toBe(401);
    const response = await send("/webhooks/nonsense", at("nonsense"));
    expect([response.status, await codeOf(response)]).toEqual([400, "INPUT_INVALID"]);
    expect(await waiting()).toBe(1);
  });

  test("the same delivery three times has one effect", async () => {
    const { send, dispatch } = await start(leg);
    const again = JSON.stringify([event(1, { attemptNumber: 1, eventId: 9 })]);
    for (const body of [one, one, again]) expect((await send("/webhooks", webhook(body))).status).toBe(204);
    expect(await dispatch()).toEqual(["contact.creation 1"]);
  });

  test.each([
    ["forged", webhook(one, { key: "another-secret" }), 401, "WEBHOOK_SIGNATURE_INVALID"],
    ["forged and slow", trickled(one, 20, { key: "another-secret" }), 401, "WEBHOOK_SIGNATURE_INVALID"],
    [
      "signed for another body",
      { ...webhook(one), body: one.replace("62515", "62516") },
      401,
      "WEBHOOK_SIGNATURE_INVALID",
    ],
    [
      "unsigned",
      { method: "POST", body: one, headers: { "content-type": "application/json" } },
      401,
      "WEBHOOK_SIGNATURE_INVALID",
    ],
    ["stale", webhook(one, { at: 1_700_000_000_000 - 300_001 }), 401, "WEBHOOK_TIMESTAMP_INVALID"],
    ["timed in seconds", webhook(one, { at: 1_700_000_000 }), 401, "WEBHOOK_TIMESTAMP_INVALID"],
    ["too large by its own word", webhook(`[${" ".repeat(maxBodyBytes)}]`), 413, "WEBHOOK_BODY_TOO_LARGE"],
    ["too large in fact", trickled(`[${" ".repeat(3 * maxBodyBytes)}]`, 30), 413, "WEBHOOK_BODY_TOO_LARGE"],
    ["of the wrong method", { method: "PUT", body: one, headers: signature(one) }, 405, "METHOD_NOT_ALLOWED"],
  ] as const)("a webhook that is %s", async (_name, init, status, code) => {
    const { send, waiting } = await start(leg);
    const response = await send("/webhooks", init as RequestInit);
    expect([response.status, await codeOf(response), await waiting()]).toEqual([status, code, 0]);
  });

  test("a signed webhook that is no JSON is 400", async () => {
    const { send, waiting } = await start(leg);
    const response = await send("/webhooks", webhook("[{'a':1}]"));
    expect([response.status, await waiting()]).toEqual([400, 0]);
    if (leg.parsesFirst === undefined) expect(await codeOf(response)).toBe("WEBHOOK_MALFORMED");
  });

  test("people's routes", async () => {
    const { send, heard } = await start(leg);
    const found = await send("/contacts/lookup/%28902%29%20555-1234", { headers: asUser });
    expect([found.status, await found.json()]).toEqual([200, { ok: true, phone: "(902) 555-1234", contact: null }]);
    expect(heard[0]).toMatch(/^lookup \(902\) 555-1234 by u1 from (127\.0\.0\.1|\?)$/);
    const body = JSON.stringify({ phones: ["1", "2"] });
    const batch = await send("/contacts/lookup", { method: "POST", headers: asPage, body });
    expect(((await batch.json()) as { results: unknown[] }).results).toHaveLength(2);
    const query = JSON.stringify({ query: "Zoë" });
    const people = await send("/contacts/search", { method: "POST", headers: asPage, body: query });
    expect(await people.json()).toMatchObject({ contacts: [{ fullName: "Zoë" }], cached: false });
    expect((await send("/contacts/501/opened", { method: "POST", headers: asPage, body: "{}" })).status).toBe(204);
    expect(await (await send("/contacts/recents", { method: "DELETE", headers: asPage })).json()).toEqual({
      removed: 1,
    });
    expect((await send("/sync/leads/backfill", { method: "POST", headers: asPage, body: "{}" })).status).toBe(202);
    expect(heard.at(-1)).toBe("backfill leads");
    expect((await send("/health", { headers: asUser })).status).toBe(200);
  });

  test("a connect button: cookie, redirects, status and end", async () => {
    const { send, consent } = await start(leg);
    const asBrowser = { ...asUser, accept: "text/html" };
    const begun = await send("/oauth/initiate?returnTo=/settings", { headers: asBrowser, redirect: "manual" });
    const [cookie = ""] = begun.headers.getSetCookie();
    expect([begun.status, cookie]).toEqual([302, expect.stringMatching(/^__Host-.*; Secure; HttpOnly; SameSite=Lax$/)]);
    const back = await consent(begun.headers.get("location") ?? "");
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const stranger = await send(`/oauth/callback${back}`, { redirect: "manual" });
    expect([stranger.status, stranger.headers.get("content-type")]).toEqual([400, "text/html; charset=utf-8"]);
    const again = await send("/oauth/initiate?returnTo=/settings", {
      headers: { ...asBrowser, ...headers },
      redirect: "manual",
    });
    const returned = await consent(again.headers.get("location") ?? "");
    const done = await send(`/oauth/callback${returned}`, { headers, redirect: "manual" });
    expect([done.status, done.headers.get("location")]).toEqual([
      302,
      "https://app.example.com/settings?hubspot=connected",
    ]);
    const status = await send("/oauth/status", { headers: asUser });
    expect(await status.json()).toMatchObject({ connected: true, portalId: "62515" });
    const ended = await send("/oauth/disconnect", { method: "DELETE", headers: asPage });
    expect([ended.status, await ended.json()]).toEqual([
      200,
      { wasConnected: true, revoked: true, uninstalled: false },
    ]);
    const posted = await send("/oauth/disconnect", { method: "POST", headers: asPage, body: '{"uninstall":true}' });
    expect(await posted.json()).toEqual({ wasConnected: false, revoked: false, uninstalled: false });
  });

  test.each([
    ["nobody", "/sync/status", {}, 403, "ACCESS_DENIED"],
    [
      "nobody who would disconnect",
      "/oauth/disconnect",
      { method: "POST", headers: { ...asPage, "x-user": "nobody" }, body: "{}" },
      403,
      "ACCESS_DENIED",
    ],
    [
      "a form",
      "/sync/leads/backfill",
      { method: "POST", headers: { ...asPage, "content-type": "text/plain" }, body: "{}" },
      415,
      "CONTENT_TYPE_REFUSED",
    ],
    [
      "another site",
      "/sync/leads/backfill",
      { method: "POST", headers: { ...asPage, "sec-fetch-site": "cross-site" }, body: "{}" },
      403,
      "ORIGIN_REFUSED",
    ],
    [
      "another origin",
      "/sync/leads/backfill",
      {
        method: "POST",
        headers: { ...asUser, "content-type": "application/json", origin: "https://evil.example" },
        body: "{}",
      },
      403,
      "ORIGIN_REFUSED",
    ],
    ["no such route", "/nothing", { headers: asUser }, 404, "ROUTE_UNKNOWN"],
    ["an address that is two slashes", "//evil.example/health", { headers: asUser }, 404, "ROUTE_UNKNOWN"],
    [
      "wrong input",
      "/contacts/lookup",
      { method: "POST", headers: asPage, body: '{"phones":[]}' },
      400,
      "INPUT_INVALID",
    ],
  ] as const)("%s is refused", async (_name, path, init, status, code) => {
    const { send, heard } = await start(leg);
    const response = await send(path, init as RequestInit);
    expect([response.status, await codeOf(response), heard]).toEqual([status, code, []]);
  });

  test("the host's own answer goes out as it is", async () => {
    const { send } = await start(leg);
    const response = await send("/health", { headers: { "x-user": "stranger" } });
    expect([response.status, await response.text()]).toEqual([401, "sign in"]);
    expect(response.headers.getSetCookie()).toEqual(["a=1"]);
  });

  test("a client that goes away aborts what it asked for", async () => {
    const { send, heard } = await start(leg);
    const gone = new AbortController();
    const pending = Promise.allSettled([send("/contacts/lookup/hang", { headers: asUser, signal: gone.signal })]);
    while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    while (!heard.includes("aborted")) await new Promise((resolve) => setImmediate(resolve));
    await pending;
  });
});

describe.each(consumedLegs.map((leg) => [leg.name, leg] as const))("a body that was read before: %s", (_, leg) => {
  test.each([
    ["signed", webhook(one)],
    ["forged", webhook(one, { key: "another-secret" })],
  ])("a %s webhook is a loud 500 that names the cure, at once, and nothing is stored", async (_name, init) => {
    const { send, waiting } = await start(leg);
    const response = await send("/webhooks", init);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code, await waiting()]).toEqual([500, "WEBHOOK_BODY_CONSUMED", 0]);
    expect(error.message).toContain("keepRawBody");
  });
});

describe("Express says whose address counts", () => {
  test.each([
    ["no proxy declared", false, "127.0.0.1"],
    ["a trusted proxy declared", "loopback", "203.0.113.9"],
  ])("%s", async (_, trusted, ip) => {
    const b = await bed();
    const app = express().set("trust proxy", trusted);
    app.use((req, _res, next) => {
      Object.assign(req, { user: "jo" });
      next();
    });
    const signedIn = (_request: Request, { req }: { readonly req: express.Request & { user?: string } }) => ({
      tenant: "acme",
      actor: { id: String(req.user), role: "support" },
    });
    app.use("/hubspot", expressRouter<express.Request>(b.hubspoke, { authorize: signedIn }));
    const running = await served(app);
    open.push(running);
    const response = await running.send("/contacts/lookup/1", { headers: { "x-forwarded-for": "203.0.113.9" } });
    expect([response.status, b.heard]).toEqual([200, [`lookup 1 by jo from ${ip}`]]);
  });
});
