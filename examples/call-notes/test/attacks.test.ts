import { type OutgoingHttpHeaders, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureOf } from "../lib/report.ts";
import { type CallNotes, start } from "../lib/start.ts";
import { reportOf, signedIn, tell, type Visitor, type Webhook } from "./visitor.ts";

let product: CallNotes;
let ada: Visitor;
let mallory: Visitor;
let hers: Webhook;
let his: Webhook;
const phone = "+19025550123";
const minute = 60_000;

beforeAll(async () => {
  product = await start({ port: 0, persist: null, env: {} });
  product.hubspot!.simulator.portal(100).contacts.create({ firstname: "Grace", phone });
  ada = await signedIn(product, "acme", "Ada");
  mallory = await signedIn(product, "acme", "Mallory");
  hers = await ada.webhook();
  his = await mallory.webhook();
});
afterAll(() => product?.close());

const total = async (who: Visitor): Promise<number> => (await who.ask("GET", "/hubspot/sync-logs")).body.total;
const bytes = (text: string) => new TextEncoder().encode(text).buffer;
async function post(url: string, body: BodyInit, headers: HeadersInit = {}): Promise<number> {
  const response = await fetch(url, { method: "POST", headers, body });
  await response.arrayBuffer();
  return response.status;
}

/** On a connection of its own, because a server may cut off whoever sends too much, before or after it has answered. */
function postAlone(url: string, headers: OutgoingHttpHeaders, body: string, giveUpMs = 10_000): Promise<unknown> {
  return new Promise((resolve) => {
    const asked = request(url, { method: "POST", headers, agent: false, signal: AbortSignal.timeout(giveUpMs) });
    asked.on("response", (response) => resolve(response.statusCode));
    asked.on("error", () => resolve("cut off"));
    asked.write(body);
    if (giveUpMs > 1_000) asked.end();
  });
}

test("nothing gets in without the signature of that very address, body and minute", async () => {
  const body = reportOf({ id: "forged", phone, summary: "x" });
  const good = async (at = Date.now()) => signatureOf(bytes(body), hers.secret, at);
  const without = async (name: string) => {
    const headers = await good();
    headers.delete(name);
    return headers;
  };
  const changed = async (name: string, value: string) => {
    const headers = await good(now);
    headers.set(name, value);
    return headers;
  };
  const now = Date.now();
  const tries: readonly (readonly [string, string, Headers])[] = [
    ["no headers", body, new Headers()],
    ["no signature", body, await without("x-signature")],
    ["no time", body, await without("x-timestamp")],
    ["another time", body, await changed("x-timestamp", String(now + 1))],
    ["a time that is none", body, await changed("x-timestamp", "NaN")],
    ["a signature of nothing", body, await changed("x-signature", "")],
    ["a short signature", body, await changed("x-signature", "ab")],
    ["two times", body, await changed("x-timestamp", `${now}, ${now}`)],
    ["another body", `${body} `, await good()],
    ["six minutes old", body, await good(Date.now() - 6 * minute)],
    ["six minutes ahead", body, await good(Date.now() + 6 * minute)],
    ["another user's secret", body, await signatureOf(bytes(body), his.secret, Date.now())],
    ["an empty secret", body, await signatureOf(bytes(body), " ", Date.now())],
  ];
  for (const [name, text, headers] of tries) expect(await post(hers.url, text, headers), name).toBe(401);
  for (const id of ["nobody", "0".repeat(22), "%27%20or%201=1--", `${"a".repeat(5_000)}`]) {
    expect(await post(`${product.url}/api/webhooks/${id}`, body, await good()), id.slice(0, 30)).toBe(401);
  }
  expect(await total(ada)).toBe(0);
  expect(await post(hers.url, body, await good(Date.now() - 4 * minute))).toBe(202);
  expect(await total(ada)).toBe(1);
});

test("a timestamp may be in seconds, as some senders have it", async () => {
  const body = reportOf({ id: "seconds", phone, summary: "x" });
  const headers = await signatureOf(bytes(body), hers.secret, Math.floor(Date.now() / 1_000));
  expect(await post(hers.url, body, headers)).toBe(202);
});

test("bodies beyond two megabytes are refused, however they come, and deep ones do no harm", async () => {
  const huge = reportOf({ id: "huge", phone, summary: "x".repeat(3 * 1024 * 1024) });
  const headers = Object.fromEntries(await signatureOf(bytes(huge), hers.secret, Date.now()));
  expect([413, "cut off"]).toContain(await postAlone(hers.url, { ...headers, "content-length": huge.length }, huge));
  expect([413, "cut off"]).toContain(await postAlone(hers.url, { ...headers, "transfer-encoding": "chunked" }, huge));
  // A length that promises more than comes: the sender gives up, and nothing is kept.
  expect(await postAlone(hers.url, { ...headers, "content-length": 1_000 }, "short", 200)).toBe("cut off");
  expect((await tell(hers, `${"[".repeat(500_000)}${"]".repeat(500_000)}`)).status).toBe(400);
  expect((await tell(hers, reportOf({ id: "long", phone, summary: "y".repeat(1_000_000) }))).status).toBe(202);
  expect(await total(ada)).toBe(3);
});

test("what is signed and no report is answered as that, whatever it holds", async () => {
  const before = await total(ada);
  const nonsense: readonly unknown[] = [null, 1, "x", [], {}, { message: null }, { message: { type: 1 } }];
  for (const one of nonsense) expect((await tell(hers, JSON.stringify(one))).status, JSON.stringify(one)).toBe(400);
  for (const text of ["", "{", "\0", '{"message":{"type":"end-of-call-report","__proto__":{"call":{"id":"p"}}}}']) {
    expect((await tell(hers, text)).status, text).toBe(400);
  }
  const ids: readonly unknown[] = ["", "a b", "../x", "x".repeat(129), "é", 7, null, { toString: "x" }, ["x"], "a\0b"];
  for (const id of ids) {
    const message = {
      type: "end-of-call-report",
      call: { id, customer: { number: phone } },
      analysis: { summary: "x" },
    };
    expect((await tell(hers, JSON.stringify({ message }))).status, String(JSON.stringify(id))).toBe(400);
  }
  const other = { message: { type: "status-update", call: { id: "s1" } } };
  expect((await tell(hers, JSON.stringify(other))).body).toEqual({ taken: "ignored" });
  const wrong: readonly object[] = [
    { call: { id: "w1", customer: { number: 7 } }, analysis: { summary: "x" } },
    { call: { id: "w2", customer: { number: "x".repeat(65) } }, analysis: { summary: "x" } },
    { call: { id: "w3", customer: { number: phone } }, analysis: { summary: {} }, artifact: { recordingUrl: [] } },
    { call: { id: "w5", customer: { number: " 1 " } }, analysis: { summary: "x" } },
    { call: { id: "w4", customer: null }, analysis: null, artifact: null },
  ];
  for (const one of wrong) {
    const report = JSON.stringify({ message: { type: "end-of-call-report", ...one } });
    expect((await tell(hers, report)).body, report.slice(0, 90)).toEqual({ taken: "ignored" });
  }
  expect(await total(ada)).toBe(before);
});

test("strange values become a call and break nothing", async () => {
  const strange: readonly object[] = [
    { call: { id: "t1", customer: { number: "\u202e+1902\0" } }, analysis: { summary: "\ud800 lone \0 zero" } },
    { call: { id: "t2", customer: { number: "911" } }, analysis: { summary: "x" }, endedAt: "9999-99-99" },
    { call: { id: "t3", customer: { number: phone } }, analysis: { summary: "x" }, endedAt: "275760-09-13T00:00:00Z" },
    { call: { id: "t4", customer: { number: "anonymous" } }, artifact: { recordingUrl: "x".repeat(2_048) } },
    { call: { id: "constructor", customer: { number: phone } }, analysis: { summary: "'; drop table calls; --" } },
  ];
  for (const one of strange) {
    const answer = await tell(hers, JSON.stringify({ message: { type: "end-of-call-report", ...one } }));
    expect(answer, JSON.stringify(one).slice(0, 90)).toMatchObject({ status: 202 });
  }
  expect((await ada.ask("GET", "/hubspot/sync-logs?limit=100")).status).toBe(200);
});

test("a call told thirty times at once is one call, and another user's call of that id is another", async () => {
  const [mine, theirs] = [await total(ada), await total(mallory)];
  const body = reportOf({ id: "same", phone, summary: "Hers" });
  const answers = await Promise.all(Array.from({ length: 30 }, () => tell(hers, body)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
  expect(answers.filter(({ body: { taken } }) => taken === "new")).toHaveLength(1);
  expect((await tell(his, reportOf({ id: "same", phone: "+14165550000", summary: "His" }))).body).toEqual({
    taken: "new",
  });
  expect([await total(ada), await total(mallory)]).toEqual([mine + 1, theirs + 1]);
  const [entry] = (await mallory.ask("GET", "/hubspot/sync-logs")).body.logs;
  expect(entry.phone_number).toBe("+14165550000");
});

test("a new secret ends the old one at once", async () => {
  const old = his;
  const { secret } = (await mallory.ask("POST", "/webhook-secret", {})).body;
  const body = reportOf({ id: "rotated", phone, summary: "x" });
  expect((await tell(old, body)).status).toBe(401);
  expect((await tell({ ...old, secret }, body)).status).toBe(202);
});

test("nobody sees or changes anything without a session, from another site, or of somebody else", async () => {
  const routes = [
    ["GET", "/hubspot/sync-logs"],
    ["GET", "/hubspot/status"],
    ["GET", "/hubspot/verify"],
    ["GET", "/hubspot/oauth/initiate"],
    ["GET", "/hubspot/outbox"],
    ["GET", "/webhook-secret"],
    ["POST", "/webhook-secret"],
    ["PUT", "/settings"],
    ["POST", "/test-call"],
    ["DELETE", "/hubspot/disconnect"],
    ["POST", "/hubspot/outbox/replay"],
  ] as const;
  for (const [method, path] of routes) {
    const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin" };
    const body = method === "GET" ? {} : { body: "{}" };
    const stranger = await fetch(`${product.url}/api${path}`, { method, headers, ...body });
    expect([403, await stranger.json()], path).toMatchObject([stranger.status, { error: { code: "ACCESS_DENIED" } }]);
    if (method === "GET") continue;
    const foreign = { ...headers, "sec-fetch-site": "cross-site", origin: "https://evil.example.com" };
    const forged = await fetch(`${product.url}/api${path}`, { method, headers: foreign, body: "{}" });
    expect(await forged.json(), path).toMatchObject({ error: { code: "ORIGIN_REFUSED" } });
  }
  const { logs } = (await ada.ask("GET", "/hubspot/sync-logs?limit=100")).body;
  const ids = logs.map(({ id }: { id: string }) => id);
  const replayed = await mallory.ask("POST", "/hubspot/outbox/replay", { ids });
  expect(replayed.body).toEqual({ replayed: 0 });
});

test("the page's own routes answer nonsense as that, and the secret is shown only where it is asked for", async () => {
  const routes = [
    ["PUT", "/settings"],
    ["POST", "/login"],
    ["POST", "/test-call"],
  ] as const;
  const nonsense = [
    null,
    [],
    "x",
    7,
    {},
    { uploadRecordings: "yes", whenDisconnected: "wait" },
    { phone: {}, summary: [] },
  ];
  for (const [method, path] of routes) {
    for (const body of nonsense) {
      const { status, body: answer } = await ada.ask(method, path, body);
      const ignored = path === "/test-call" && status === 202 && answer.taken === "ignored";
      expect(status === 400 || ignored, `${method} ${path} ${JSON.stringify(body)} ${status}`).toBe(true);
    }
  }
  expect(JSON.stringify((await ada.ask("GET", "/me")).body)).not.toContain(hers.secret);
});

test("the stand-in for a login opens on this machine alone, unless a password is set", async () => {
  const body = JSON.stringify({ workspace: "acme", name: "Ada", password: "guess" });
  const headers = {
    "content-type": "application/json",
    "sec-fetch-site": "same-origin",
    "content-length": body.length,
  };
  const login = `${product.url}/api/login`;
  expect(await postAlone(login, { ...headers, host: "call-notes.example.com" }, body)).toBe(403);
  expect(await postAlone(login, headers, body)).toBe(200);
  const guarded = await start({ port: 0, persist: null, env: { LOGIN_PASSWORD: "correct horse" } });
  try {
    const sign = (password: string) => {
      const text = JSON.stringify({ workspace: "acme", name: "Ada", password });
      return postAlone(`${guarded.url}/api/login`, { ...headers, "content-length": text.length }, text);
    };
    expect([await sign("guess"), await sign(""), await sign("correct horse")]).toEqual([403, 403, 200]);
  } finally {
    await guarded.close();
  }
});
