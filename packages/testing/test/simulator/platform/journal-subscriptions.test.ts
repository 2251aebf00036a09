import { describe, expect, it } from "vitest";
import { CONTACTS, JOURNAL, journalBench, SUBSCRIPTIONS } from "./journal-bench.ts";

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
