import { describe, expect, it } from "vitest";
import type { SimulatorOptions } from "../../../src/simulator.ts";
import { bench } from "../helpers.ts";

const JOURNAL = "/webhooks-journal/journal/2026-09";
const SUBSCRIPTIONS = "/webhooks-journal/subscriptions/2026-09";
const SCOPES = ["read", "subscriptions.read", "subscriptions.write", "snapshots.read", "snapshots.write"].map(
  (name) => `developer.webhooks_journal.${name}`,
);
const APP = {
  appId: 7,
  clientId: "c7",
  clientSecret: "s7",
  redirectUris: ["https://app.example/cb"],
  scopes: ["oauth"],
};

const CONTACTS = {
  subscriptionType: "OBJECT",
  objectTypeId: "0-1",
  portalId: 62515,
  actions: ["CREATE", "UPDATE", "DELETE", "MERGE", "RESTORE"],
  properties: [],
  objectIds: [],
};

/** A bench with the token of an app that is installed in its portals. */
async function journalBench(options: SimulatorOptions = {}) {
  const portals = options.portals ?? [{ id: 62515, tokens: [{ token: "p" }, { token: "seven", appId: 7 }] }];
  const made = bench({ apps: [APP], ...options, portals });
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "c7",
    client_secret: "s7",
    scope: SCOPES.join(" "),
  });
  const type = { "content-type": "application/x-www-form-urlencoded" };
  const token = (await made.call("POST /oauth/2026-09/token", form.toString(), type)).body.access_token;
  const authorization = { authorization: `Bearer ${token}` };
  const call = (route: string, body?: unknown) => made.call(route, body, authorization);
  const subscribe = async (body: Record<string, unknown> = CONTACTS) =>
    (await call(`POST ${SUBSCRIPTIONS}`, body)).body;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape
  const open = async (url: string): Promise<any> => (await made.sim.fetch(url)).json();
  const events = async (path = `${JOURNAL}/earliest`) => {
    await made.clock.advance(1_000);
    const { status, body } = await call(`GET ${path}`);
    return status === 204 ? [] : (await open(body.url)).journalEvents;
  };
  return { ...made, call, subscribe, open, events };
}

describe("reading", () => {
  it("walks from file to file by offset, until there is nothing: 204", async () => {
    const { call, subscribe, sim, clock, open } = await journalBench();
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(204);
    await subscribe();
    const { id } = sim.portal().contacts.create({ firstname: "Ann", email: "ann@acme.example" });
    expect((await call(`GET ${JOURNAL}/latest`)).status).toBe(204);
    await clock.advance(1_000);
    const first = (await call(`GET ${JOURNAL}/earliest`)).body;
    expect(first).toEqual({
      url: expect.stringMatching(/^https:\/\//),
      expiresAt: "2026-11-20T12:15:01.000Z",
      currentOffset: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await open(first.url)).toEqual({
      offset: first.currentOffset,
      publishedAt: "2026-11-20T12:00:01.000Z",
      journalEvents: [
        {
          type: "crmObject",
          portalId: 62515,
          occurredAt: "2026-11-20T12:00:00.000Z",
          action: "CREATE",
          objectTypeId: "0-1",
          objectId: Number(id),
          propertyChanges: { firstname: "Ann", email: "ann@acme.example" },
        },
      ],
    });
    const next = `GET ${JOURNAL}/offset/${first.currentOffset}/next`;
    expect((await call(next)).status).toBe(204);
    sim.portal().contacts.update(id, { firstname: "Anna", city: "Halifax" });
    await clock.advance(500);
    sim.portal().contacts.archive(id);
    await clock.advance(500);
    const second = (await call(next)).body;
    expect((await open(second.url)).journalEvents).toMatchObject([
      { action: "UPDATE", propertyChanges: { firstname: "Anna", city: "Halifax" } },
      { action: "DELETE", objectId: Number(id), occurredAt: "2026-11-20T12:00:01.500Z" },
    ]);
    expect((await call(`GET ${JOURNAL}/latest`)).body.currentOffset).toBe(second.currentOffset);
    expect((await call("GET /webhooks-journal/journal/2026-03/latest")).status).toBe(200);
  });

  it("comes in batches too", async () => {
    const { call, subscribe, sim, clock } = await journalBench();
    expect((await call(`GET ${JOURNAL}/batch/earliest/2`)).status).toBe(204);
    await subscribe();
    for (let i = 0; i < 3; i++) {
      sim.portal().contacts.create({});
      await clock.advance(1_000);
    }
    const offsets = async (route: string, body?: unknown) => {
      const { results } = (await call(route, body)).body;
      return results.map(({ currentOffset }: { currentOffset: string }) => currentOffset);
    };
    const all = await offsets(`GET ${JOURNAL}/batch/earliest/10`);
    expect(new Set(all).size).toBe(3);
    expect(await offsets(`GET ${JOURNAL}/batch/earliest/2`)).toEqual(all.slice(0, 2));
    expect(await offsets(`GET ${JOURNAL}/batch/latest/2`)).toEqual(all.slice(1));
    expect(await offsets(`GET ${JOURNAL}/batch/${all[0]}/next/1`)).toEqual([all[1]]);
    expect((await call(`GET ${JOURNAL}/batch/${all[2]}/next/1`)).status).toBe(204);
    const some = await call(`POST ${JOURNAL}/batch/read`, { inputs: [all[1], "lost"] });
    expect([some.status, some.body.results.length, some.body.numErrors]).toEqual([207, 1, 1]);
    expect((await call(`GET ${JOURNAL}/batch/earliest/101`)).status).toBe(400);
  });

  it("ends after three days, and files close sooner", async () => {
    const { call, subscribe, sim, clock, open } = await journalBench();
    await subscribe();
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const first = (await call(`GET ${JOURNAL}/earliest`)).body;
    await clock.advance(15 * 60_000 - 1);
    expect((await open(first.url)).offset).toBe(first.currentOffset);
    await clock.advance(1);
    expect((await sim.fetch(first.url)).status).toBe(403);
    await clock.advance(3 * 86_400_000 - 15 * 60_000 - 1);
    const token = await call(`GET ${JOURNAL}/earliest`);
    expect(token.body.category).toBe("EXPIRED_AUTHENTICATION");
  });

  it.each(["404", "earliest"] as const)("from an offset that is lost: %s", async (journalLostOffset) => {
    const { call, subscribe, sim, clock } = await journalBench({
      oauth: { expiresIn: 10 * 86_400 },
      platform: { journalLostOffset },
    });
    await subscribe();
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const { currentOffset } = (await call(`GET ${JOURNAL}/earliest`)).body;
    await clock.advance(3 * 86_400_000 - 1);
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(200);
    await clock.advance(1);
    expect((await call(`GET ${JOURNAL}/earliest`)).status).toBe(204);
    sim.portal().contacts.create({});
    await clock.advance(1_000);
    const next = await call(`GET ${JOURNAL}/offset/${currentOffset}/next`);
    expect(next.status).toBe(journalLostOffset === "404" ? 404 : 200);
  });

  it("costs nothing of the limits, and needs its scopes", async () => {
    const { call, sim } = await journalBench({ limits: { tenSecondly: 0, tenSecondlyOAuth: 0 } });
    const { status, headers } = await call(`GET ${JOURNAL}/earliest`);
    expect([status, headers.has("x-hubspot-ratelimit-max")]).toEqual([204, false]);
    const asPortal = await sim.fetch(`https://api.hubapi.com${JOURNAL}/earliest`, {
      headers: { authorization: "Bearer p" },
    });
    expect(asPortal.status).toBe(403);
  });

  it("of one portal leaves the others out", async () => {
    const portals = [1, 2].map((id) => ({ id, tokens: [{ token: `t${id}` }, { token: `s${id}`, appId: 7 }] }));
    const { call, subscribe, sim, events } = await journalBench({ portals });
    for (const portalId of [1, 2]) await subscribe({ ...CONTACTS, portalId });
    sim.portal(2).contacts.create({});
    sim.portal(1).contacts.create({});
    const portalsOf = async (path: string) => (await events(path)).map((one: { portalId: number }) => one.portalId);
    expect(await portalsOf(`${JOURNAL}/earliest`)).toEqual([2, 1]);
    expect(await portalsOf(`${JOURNAL}/earliest?installPortalId=2`)).toEqual([2]);
    expect(await portalsOf("/webhooks-journal/journal-local/2026-09/earliest")).toEqual([1]);
    expect((await call(`DELETE ${SUBSCRIPTIONS}/portals/2`)).status).toBe(204);
    expect((await call(`GET ${SUBSCRIPTIONS}`)).body.results).toMatchObject([{ portalId: 1 }]);
  });

  it("has files of at most 10,000 events", async () => {
    const { subscribe, sim, clock, call, open } = await journalBench();
    await subscribe();
    for (let i = 0; i < 10_001; i++) sim.portal().contacts.create({});
    await clock.advance(1_000);
    const { results } = (await call(`GET ${JOURNAL}/batch/earliest/5`)).body;
    const sizes = await Promise.all(
      results.map(async ({ url }: { url: string }) => (await open(url)).journalEvents.length),
    );
    expect(sizes).toEqual([10_000, 1]);
  });
});

describe("subscriptions", () => {
  it("are made, changed by the same again, read and deleted", async () => {
    const { call, subscribe } = await journalBench();
    const made = await subscribe();
    expect(made).toMatchObject({ ...CONTACTS, id: 3_000_001, appId: 7, createdAt: "2026-11-20T12:00:00.000Z" });
    expect(await subscribe({ ...CONTACTS, properties: ["email"] })).toMatchObject({
      id: made.id,
      properties: ["email"],
    });
    expect((await call(`GET ${SUBSCRIPTIONS}/${made.id}`)).body.properties).toEqual(["email"]);
    expect((await call(`DELETE ${SUBSCRIPTIONS}/${made.id}`)).status).toBe(204);
    expect((await call(`GET ${SUBSCRIPTIONS}/${made.id}`)).status).toBe(404);
  });

  it.each<[Record<string, unknown>, number, RegExp]>([
    [{ subscriptionType: "RUMOUR" }, 400, /subscriptionType must be one of/],
    [{ subscriptionType: "OBJECT", portalId: 62515 }, 400, /actions, objectIds, objectTypeId, properties/],
    [{ ...CONTACTS, actions: ["SING"] }, 400, /Unknown action SING/],
    [{ ...CONTACTS, portalId: 9 }, 403, /not installed/],
  ])("refuse %j", async (body, status, message) => {
    const { call } = await journalBench();
    const answer = await call(`POST ${SUBSCRIPTIONS}`, body);
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(message)]);
  });

  it("see only what they name: actions, objects, properties", async () => {
    const { subscribe, sim, events } = await journalBench();
    const { contacts } = sim.portal();
    const [a, b] = [contacts.create({}).id, contacts.create({}).id];
    await subscribe({ ...CONTACTS, actions: ["UPDATE"], objectIds: [Number(a)], properties: ["city"] });
    contacts.update(a, { firstname: "Ann", city: "Halifax" });
    contacts.update(a, { firstname: "Anna" });
    contacts.update(b, { city: "Bonn" });
    contacts.archive(a);
    sim.portal().objects("companies").create({ city: "Rome" });
    expect(await events()).toMatchObject([
      { action: "UPDATE", objectId: Number(a), propertyChanges: { city: "Halifax" } },
    ]);
  });

  it("see only records that pass their filters", async () => {
    const { call, subscribe, sim, events } = await journalBench();
    const { id } = await subscribe({ ...CONTACTS, actions: ["UPDATE"] });
    const filter = {
      conditions: [{ filterType: "CRM_OBJECT_PROPERTY", property: "city", operator: "EQ", value: "Bonn" }],
    };
    const { filterId } = (await call(`POST ${SUBSCRIPTIONS}/filters`, { subscriptionId: id, filter })).body;
    expect((await call(`GET ${SUBSCRIPTIONS}/filters/${filterId}`)).body).toMatchObject({ id: filterId, filter });
    expect((await call(`GET ${SUBSCRIPTIONS}/filters/subscription/${id}`)).body).toHaveLength(1);
    const { contacts } = sim.portal();
    const [a, b] = [contacts.create({ city: "Bonn" }).id, contacts.create({ city: "Rome" }).id];
    const seen = async () =>
      (await events(`${JOURNAL}/latest`)).map((event: { objectId: number }) => String(event.objectId));
    await seen();
    for (const contact of [a, b]) contacts.update(contact, { firstname: "X" });
    expect(await seen()).toEqual([a]);
    await call(`DELETE ${SUBSCRIPTIONS}/filters/${filterId}`);
    contacts.update(b, { firstname: "Y" });
    expect(await seen()).toEqual([b]);
    const bad = { conditions: [{ filterType: "CRM_OBJECT_PROPERTY", property: "city", operator: "LIKE" }] };
    expect((await call(`POST ${SUBSCRIPTIONS}/filters`, { subscriptionId: id, filter: bad })).status).toBe(400);
  });

  it("cover merges, associations from both ends, lists, privacy and the app's own comings and goings", async () => {
    const { call, subscribe, sim, events } = await journalBench();
    const portalId = 62515;
    const [a = "", b = ""] = sim.seedContacts(2);
    const acme = sim.portal().objects("companies").create({ name: "Acme" }).id;
    await sim.fetch("https://api.hubapi.com/crm/lists/2026-09", {
      method: "POST",
      headers: { authorization: "Bearer p", "content-type": "application/json" },
      body: JSON.stringify({ name: "L", objectTypeId: "0-1", processingType: "MANUAL" }),
    });
    const none = { objectIds: [] };
    await subscribe({ ...CONTACTS, actions: ["MERGE"] });
    for (const [objectTypeId, other] of [
      ["0-1", "0-2"],
      ["0-2", "0-1"],
    ]) {
      const actions = ["ASSOCIATION_ADDED"];
      const associatedObjectTypeIds = [other];
      await subscribe({
        subscriptionType: "ASSOCIATION",
        actions,
        objectTypeId,
        associatedObjectTypeIds,
        portalId,
        ...none,
      });
    }
    await subscribe({
      subscriptionType: "LIST_MEMBERSHIP",
      actions: ["ADDED_TO_LIST"],
      listIds: [1],
      portalId,
      ...none,
    });
    await subscribe({ subscriptionType: "GDPR_PRIVACY_DELETION", portalId });
    await subscribe({ subscriptionType: "APP_LIFECYCLE_EVENT", eventTypeId: "4-1916193" });
    const asPortal = (method: string, path: string, body?: unknown) =>
      sim.fetch(`https://api.hubapi.com${path}`, {
        method,
        headers: { authorization: "Bearer p", "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await asPortal("PUT", `/crm/objects/2026-09/contacts/${a}/associations/default/companies/${acme}`);
    await asPortal("PUT", "/crm/lists/2026-09/1/memberships/add", [a]);
    const { id } = sim.portal().contacts.merge(a, b);
    sim.portal().contacts.erase(id);
    expect(await events()).toMatchObject([
      { type: "association", fromObjectId: Number(a), toObjectTypeId: "0-2", associationTypeId: 279 },
      { type: "association", fromObjectId: Number(acme), toObjectTypeId: "0-1", associationTypeId: 280 },
      { type: "association", fromObjectId: Number(a), isPrimary: true },
      { type: "association", fromObjectId: Number(acme), isPrimary: true },
      { type: "listMembership", action: "ADDED_TO_LIST", listId: 1, objectId: Number(a) },
      { action: "MERGE", newObjectId: Number(id), mergedObjectIds: [Number(b)] },
      { type: "gdprPrivacyDeletion", action: "GDPR_DELETE", objectId: Number(id) },
    ]);
    expect((await call("DELETE /appinstalls/2026-09/external-install")).status).toBe(204);
  });

  it("tell of installs and uninstalls", async () => {
    const { sim, subscribe, events } = await journalBench({ portals: [{ id: 1, tokens: [{ token: "p" }] }] });
    for (const eventTypeId of ["4-1909196", "4-1916193"]) {
      await subscribe({ subscriptionType: "APP_LIFECYCLE_EVENT", eventTypeId });
    }
    const query = new URLSearchParams({ client_id: "c7", redirect_uri: "https://app.example/cb", scope: "oauth" });
    const back = await sim.fetch(`https://app.hubspot.com/oauth/authorize?${query}`, { redirect: "manual" });
    const code = new URL(back.headers.get("location") ?? "").searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", client_id: "c7", client_secret: "s7", code };
    const granted = await sim.fetch("https://api.hubapi.com/oauth/2026-09/token", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...form, redirect_uri: "https://app.example/cb" }).toString(),
    });
    expect(granted.status).toBe(200);
    expect(await events()).toMatchObject([
      { type: "appLifecycleEvent", action: "APP_INSTALL", eventTypeId: "4-1909196", portalId: 1 },
    ]);
  });
});

describe("a snapshot", () => {
  it("puts a record into the journal, and says when", async () => {
    const { call, sim, clock, open } = await journalBench();
    const { id } = sim.portal().contacts.create({ firstname: "Ann", city: "Bonn" });
    const request = { portalId: 62515, objectId: Number(id), objectTypeId: "0-1", properties: ["city"] };
    const snapshotRequests = [request, { ...request, objectId: 9 }];
    const made = await call("POST /webhooks-journal/snapshots/2026-09/crm", { snapshotRequests });
    expect(made.body.snapshotResponses).toMatchObject([{ objectId: Number(id), portalId: 62515 }, { objectId: 9 }]);
    const [good, bad] = made.body.snapshotResponses.map((one: { snapshotStatusId: string }) => one.snapshotStatusId);
    const status = async (statusId: string) => (await call(`GET ${JOURNAL}/status/${statusId}`)).body;
    expect(await status(good)).toEqual({ id: good, initiatedAt: clock.now(), status: "PENDING" });
    await clock.advance(1_500);
    expect((await status(good)).status).toBe("IN_PROGRESS");
    await clock.advance(1_500);
    expect(await status(good)).toMatchObject({ status: "COMPLETED", completedAt: clock.now() - 1_000 });
    expect(await status(bad)).toMatchObject({ status: "FAILED", errorCode: "VALIDATION_ERROR" });
    const { url } = (await call(`GET ${JOURNAL}/earliest`)).body;
    expect((await open(url)).journalEvents).toMatchObject([
      { action: "SNAPSHOT", objectId: Number(id), properties: { city: "Bonn" } },
    ]);
    expect((await call(`GET ${JOURNAL}/status/none`)).status).toBe(404);
  });
});

it("loses nothing and repeats nothing, however the reader's pace and the writer's mix", async () => {
  const { call, subscribe, sim, clock, open } = await journalBench({ platform: { journalInterval: 700 } });
  await subscribe();
  const made: number[] = [];
  const seen: number[] = [];
  let offset: string | undefined;
  const poll = async () => {
    for (;;) {
      const path = offset === undefined ? "earliest" : `offset/${offset}/next`;
      const { status, body } = await call(`GET ${JOURNAL}/${path}`);
      if (status === 204) return;
      offset = body.currentOffset;
      seen.push(...(await open(body.url)).journalEvents.map((event: { objectId: number }) => event.objectId));
    }
  };
  for (let step = 0; step < 40; step++) {
    for (let i = 0; i < step % 4; i++) made.push(Number(sim.portal().contacts.create({ firstname: "x" }).id));
    await clock.advance((step * 137) % 900);
    if (step % 3 === 0) await poll();
  }
  await clock.advance(700);
  await poll();
  expect(seen).toEqual(made);
});
