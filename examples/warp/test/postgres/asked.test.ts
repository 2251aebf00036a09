import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Bed, bed } from "./bed.ts";

/** What strangers, programs and HubSpot ask of WARP, and who is heard. */
let it: Bed;
let acme: Awaited<ReturnType<Bed["customer"]>>;
const trunkType = "2-1000001";

beforeAll(async () => {
  it = await bed();
  acme = await it.customer("Acme Corp");
});
afterAll(() => it?.close());

test("the read key reads, the write key writes, and nobody else is heard", async () => {
  const { read } = it.warp.keys;
  for (const path of [
    "/dashboard",
    "/sync/overview",
    "/sync/customers/status",
    "/outbox",
    "/conflicts/numbers",
    "/openapi.json",
  ]) {
    expect((await it.send("GET", path, undefined, read)).status, path).toBe(200);
    expect((await it.send("GET", path, undefined, "guessed")).status, path).toBe(401);
  }
  for (const path of [
    "/usage",
    "/sync/customers/reconcile",
    "/sync/customers/hubspot",
    "/outbox/replay",
    "/simulated/down",
  ])
    expect((await it.send("POST", path, {}, read)).status, path).toBe(403);
  expect((await it.send("GET", "/conflicts/numbers/values", undefined, read)).status).toBe(403);
  expect((await it.send("POST", "/sync/customers/hubspot", {})).status).toBe(202);
  expect((await it.send("POST", "/sync/customers/reconcile", {})).body).toMatchObject({ run: { kind: "reconcile" } });
  const lastRun = async () =>
    (await it.send("GET", "/sync/customers/status")).body.lastRuns.map(({ kind }: { kind: string }) => kind);
  await it.soon(async () => (await lastRun()).includes("reconcile"), true);
  expect((await it.send("POST", "/usage", { customer_id: "1; drop table", date: "today" })).status).toBe(400);
  // What no column can hold is the caller's mistake, and told so.
  const zero = { customer_id: acme.ban, name: "a\0b" };
  expect((await it.send("POST", "/trunks", zero)).body).toMatchObject({ error: { code: "INPUT_INVALID" } });
  expect((await it.send("POST", "/usage/trunks", { trunk_id: acme.trunk, active_calls: 3e9 })).status).toBe(400);
  expect((await it.send("DELETE", "/numbers/%ff")).status).toBe(400);
});

test("webhooks are HubSpot's or refused, at each object's address", async () => {
  const url = `${it.warp.url}/api/v1/webhooks/hubspot`;
  const post = async (object: string, signed: string, at = it.clock.now()) => {
    const uri = object === "" ? url : `${url}/${object}`;
    const event = { eventId: 1, subscriptionType: `${object}.creation`, portalId: 62_515, objectId: 1, occurredAt: at };
    const body = JSON.stringify([event]);
    const mac = createHmac("sha256", it.hubspot.appSecret).update(`POST${signed}${body}${at}`).digest("base64");
    const headers = { "x-hubspot-signature-v3": mac, "x-hubspot-request-timestamp": String(at) };
    return (await fetch(uri, { method: "POST", headers, body })).status;
  };
  for (const object of ["company", "contact", "deal"]) {
    expect(await post(object, `${url}/${object}`), object).toBe(204);
    expect(await post(object, url), "signed for another address").toBe(401);
    expect(await post(object, `${url}/${object}`, it.clock.now() - 301_000), "more than five minutes old").toBe(401);
  }
  expect(await post("", url)).toBe(204);
});

test("a trunk that is asked for twice, at once or later, is one trunk", async () => {
  const wanted = { customer_id: acme.ban, name: "Asked for twice", concurrent_calls: 5 };
  const ask = () => it.send("POST", "/trunks", wanted);
  const answers = [...(await Promise.all([ask(), ask(), ask()])), await ask()];
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
  expect(new Set(answers.map(({ body }) => body.trunk_id)).size).toBe(1);
  const { trunk_id } = answers[0]!.body;
  const count = () => it.one("select count(*)::int from trunks where asked_as = 'Asked for twice'");
  expect(await count()).toBe(1);
  const modified = "select count(*)::int from events where type = 'trunk_modified' and properties ->> 'trunk_id' = $1";
  expect(await it.one(modified, trunk_id), "nothing of it was changed").toBe(0);
  const there = () => it.records(trunkType).filter((one) => one.trunk_id === trunk_id);
  await it.soon(() => there().length, 1);
  // Renamed by sales meanwhile: whoever asks again means the same one.
  it.hubspot.portal().objects(trunkType).update(there()[0]!.id!, { name: "Renamed" });
  await it.soon(() => it.one("select name from trunks where trunk_id = $1", trunk_id), "Renamed");
  expect(await ask()).toMatchObject({ status: 200, body: { trunk_id } });
  expect(await count()).toBe(1);
});
