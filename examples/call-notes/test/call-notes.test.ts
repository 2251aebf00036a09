import { afterAll, beforeAll, expect, test } from "vitest";
import { type CallNotes, start } from "../lib/start.ts";
import { reportOf, signedIn, tell, type Visitor, type Webhook } from "./visitor.ts";

let product: CallNotes;
let ada: Visitor;
let webhook: Webhook;
beforeAll(async () => {
  product = await start({ port: 0, persist: null, env: {} });
  ada = await signedIn(product, "acme", "Ada");
  webhook = await ada.webhook();
});
afterAll(() => product?.close());

const hubspot = () => product.hubspot!.simulator.portal(100);
const log = async (who: Visitor, query = "") => (await who.ask("GET", `/hubspot/sync-logs${query}`)).body;
const entry = async (callId: string) =>
  (await log(ada)).logs.find((one: { call_id: string }) => one.call_id === callId);
const ended = (callId: string) => expect.poll(() => entry(callId), { timeout: 15_000 });

test("says at start that it is ready, and serves a page without a word of anybody", async () => {
  const health = await ada.ask("GET", "/health");
  expect(health).toMatchObject({ status: 200, body: { ok: true } });
  const page = await fetch(product.url);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(await page.text()).not.toContain("@");
});

test("a call that ends before anybody has connected waits, and the log says for what", async () => {
  expect((await ada.ask("GET", "/hubspot/status")).body).toMatchObject({ connected: false });
  hubspot().contacts.create({ firstname: "Early", phone: "(902) 555-0123" });
  const told = await tell(webhook, reportOf({ id: "early", phone: "+19025550123", summary: "Early" }));
  expect(told).toMatchObject({ status: 202, body: { taken: "new" } });
  await ended("early").toMatchObject({
    status: "waiting",
    error_message: "AUTH_DISCONNECTED",
    phone_number: "+19025550123",
  });
});

test("who chose so has calls skipped while nothing is connected", async () => {
  await ada.ask("PUT", "/settings", { uploadRecordings: false, whenDisconnected: "skip" });
  await tell(webhook, reportOf({ id: "unwanted", phone: "+19025550123", summary: "Nobody listens" }));
  await ended("unwanted").toMatchObject({ status: "skipped", error_message: "not-connected" });
  await ada.ask("PUT", "/settings", { uploadRecordings: false, whenDisconnected: "wait" });
});

test("HubSpot is connected in a window, which tells the page, and tokens are nowhere in the clear", async () => {
  const back = await ada.connect(100);
  expect(back.status).toBe(200);
  expect(back.body).toContain("postMessage");
  const status = (await ada.ask("GET", "/hubspot/status")).body;
  expect(status).toMatchObject({ connected: true, portalId: "100", missingScopes: [] });
  const verified = (await ada.ask("GET", "/hubspot/verify")).body;
  expect(verified).toMatchObject({ ok: true });
});

test("a call becomes a note of the contact with the number: escaped, with the link, once", async () => {
  const { id } = hubspot().contacts.create({ firstname: "Grace", phone: "(902) 555-0124" });
  const call = {
    id: "call-1",
    phone: "+19025550124",
    summary: "Asked <b>twice</b>",
    recordingUrl: "https://storage.vapi.ai/1.mp3",
  };
  expect((await tell(webhook, reportOf(call))).body).toEqual({ taken: "new" });
  await ended("call-1").toMatchObject({
    status: "success",
    contact_id: id,
    error_message: null,
    recording: "linked",
    phone_number: "+19025550124",
  });
  for (let i = 0; i < 3; i++) expect((await tell(webhook, reportOf(call))).body).toEqual({ taken: "seen" });
  await product.cron();
  const all = hubspot().objects("notes").list();
  const notes = all.filter(({ properties }) => properties.hs_note_body?.includes("twice"));
  expect(notes.map(({ properties }) => properties.hs_note_body)).toEqual([
    'Call summary:<br>Asked &lt;b&gt;twice&lt;/b&gt;<br><br>Recording: <a href="https://storage.vapi.ai/1.mp3" rel="noreferrer">https://storage.vapi.ai/1.mp3</a>',
  ]);
  expect((await entry("call-1")).engagement_id).toBe(notes[0]?.id);
});

test("a number nobody has is skipped with its reason", async () => {
  await tell(webhook, reportOf({ id: "stranger", phone: "+14165550199", summary: "Who?" }));
  await ended("stranger").toMatchObject({ status: "skipped", error_message: "contact-not-found" });
});

test("the log is filtered and paged, newest first", async () => {
  const all = await log(ada, "?limit=2");
  expect(all).toMatchObject({ total: 4, limit: 2 });
  expect(all.logs.map(({ call_id: id }: { call_id: string }) => id)).toEqual(["stranger", "call-1"]);
  const rest = await log(ada, `?limit=2&after=${encodeURIComponent(all.next)}`);
  expect(rest.logs.map(({ call_id: id }: { call_id: string }) => id)).toEqual(["unwanted", "early"]);
  expect(rest.next).toBeNull();
  expect((await log(ada, "?status=skipped")).total).toBe(2);
  expect((await ada.ask("GET", "/hubspot/sync-logs?status=lost")).status).toBe(400);
  expect((await ada.ask("GET", "/hubspot/sync-logs?limit=1000")).status).toBe(400);
});

test("disconnecting removes the tokens, and whoever is in the next workspace sees nothing of this one", async () => {
  const same = await signedIn(product, "globex", "Ada");
  expect((await log(same)).total).toBe(0);
  expect((await same.ask("GET", "/hubspot/status")).body).toMatchObject({ connected: false });
  expect((await same.webhook()).url).not.toBe(webhook.url);
  expect((await ada.ask("DELETE", "/hubspot/disconnect", {})).body).toMatchObject({
    wasConnected: true,
    revoked: true,
  });
  expect((await ada.ask("GET", "/hubspot/status")).body).toMatchObject({ connected: false });
});
