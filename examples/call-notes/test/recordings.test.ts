import { scopesFor } from "@hubspoke/core/oauth";
import { type Request, Response, fetch as send } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CallNotes, start } from "../lib/start.ts";
import { reportOf, signedIn, tell, type Visitor, type Webhook } from "./visitor.ts";

let product: CallNotes;
let ada: Visitor;
let webhook: Webhook;
const fetched: string[] = [];

/** The internet, as far as these tests go: two hosts of recordings, and HubSpot on this machine. */
async function outbound(request: Request): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  if (hostname === "localhost" || hostname === "127.0.0.1") return send(request);
  fetched.push(request.url);
  if (pathname === "/page") return new Response("<html>", { headers: { "content-type": "text/html" } });
  if (pathname === "/away")
    return new Response(null, { status: 302, headers: { location: "http://169.254.169.254/" } });
  return new Response("ID3 sound", { headers: { "content-type": "audio/mpeg" } });
}

beforeAll(async () => {
  product = await start({ port: 0, persist: null, env: { RECORDING_HOSTS: "storage.vapi.ai" }, outbound });
  hubspot().contacts.create({ firstname: "Grace", phone: "(902) 555-0123" });
  ada = await signedIn(product, "acme", "Ada");
  webhook = await ada.webhook();
  expect((await ada.connect(100)).status).toBe(200);
});
afterAll(() => product?.close());

const hubspot = () => product.hubspot!.simulator.portal(100);
async function written(id: string, recordingUrl: string) {
  await tell(webhook, reportOf({ id, phone: "+19025550123", summary: "Said", recordingUrl }));
  const entry = async () =>
    (await ada.ask("GET", "/hubspot/sync-logs")).body.logs.find((one: { call_id: string }) => one.call_id === id);
  await expect.poll(entry, { timeout: 20_000 }).toMatchObject({ status: "success" });
  const { engagement_id: note, recording, recording_problem: problem } = await entry();
  return { recording, problem, note: hubspot().objects("notes").get(note)?.properties };
}

test("a recording is a link until the user wants copies, and nobody fetches it", async () => {
  const { recording, note } = await written("linked", "https://storage.vapi.ai/a.mp3");
  expect(recording).toBe("linked");
  expect(note?.hs_attachment_ids ?? null).toBeNull();
  expect(fetched).toEqual([]);
});

test("with copies on it is uploaded, for users of the account alone, and the link stays", async () => {
  await ada.ask("PUT", "/settings", { uploadRecordings: true, whenDisconnected: "wait" });
  const { recording, problem, note } = await written("copied", "https://storage.vapi.ai/b.mp3");
  expect([recording, problem]).toEqual(["uploaded", null]);
  expect(note?.hs_attachment_ids).toMatch(/^\d+$/);
  expect(note?.hs_note_body).toContain("https://storage.vapi.ai/b.mp3");
  const file = await product.hubspot!.simulator.fetch(`https://hubspot/files/v3/files/${note?.hs_attachment_ids}`, {
    headers: { authorization: "Bearer pat-100" },
  });
  expect(await file.json()).toMatchObject({ access: "PRIVATE", size: "ID3 sound".length });
});

test.each([
  ["another host", "https://evil.example.com/c.mp3", "DOWNLOAD_REFUSED, host"],
  ["a host that only ends alike", "https://evilstorage.vapi.ai/c.mp3", "DOWNLOAD_REFUSED, host"],
  ["this machine", "https://localhost/c.mp3", "DOWNLOAD_REFUSED, host"],
  ["a cloud's own services", "https://169.254.169.254/latest/meta-data", "DOWNLOAD_REFUSED, host"],
  ["no https", "http://storage.vapi.ai/c.mp3", "DOWNLOAD_REFUSED, address"],
  ["another port", "https://storage.vapi.ai:8443/c.mp3", "DOWNLOAD_REFUSED, address"],
  ["a page", "https://storage.vapi.ai/page", "DOWNLOAD_REFUSED, type"],
  ["a way elsewhere", "https://storage.vapi.ai/away", "DOWNLOAD_REFUSED, redirect"],
  ["no address at all", "javascript:alert(1)", "DOWNLOAD_REFUSED, address"],
])("%s is not fetched: the note says why and keeps the link", async (name, url, reason) => {
  const { recording, problem, note } = await written(`refused-${name.replace(/\W/g, "-")}`, url);
  expect([recording, problem]).toEqual(["linked", reason]);
  expect(note?.hs_note_body).toContain("not uploaded");
  expect(note?.hs_note_body).not.toContain('href="javascript');
  const asked = fetched.map((one) => new URL(one).host);
  expect(new Set(asked)).toEqual(new Set(["storage.vapi.ai"]));
});

test.each([
  ["a password", "https://user:canary@storage.vapi.ai/d.mp3", "none", "DOWNLOAD_REFUSED, address"],
  ["a key", "https://storage.vapi.ai/e.mp3?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&canary", "uploaded", null],
])("an address that holds %s stays out of HubSpot, and the note is written", async (name, url, became, reason) => {
  const { recording, problem, note } = await written(`secret-${name.replace(/\W/g, "-")}`, url);
  expect([recording, problem]).toEqual([became, reason]);
  expect(note?.hs_note_body).toContain("its address holds a key and is not shown");
  expect(note?.hs_note_body).not.toContain("canary");
});

test("the app asks for the scopes its calls need, and for no other", async () => {
  const calls = product.hubspot!.simulator.calls.filter(({ path }) => !path.endsWith("/authorize"));
  const needed = scopesFor(calls.map(({ method, path }) => ({ method, template: path }))).scopes;
  const { scopes } = (await ada.ask("GET", "/hubspot/status")).body;
  expect(scopes.toSorted()).toEqual([...needed, "oauth"].toSorted());
});
