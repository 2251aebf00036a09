/** The routers about syncs, conflicts, mappings, triggers, tickets and people's rights, over a whole instance. */
import { DatabaseSync } from "node:sqlite";
import { memoryStorage } from "@hubspoke/core/memory";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";
import { expect, test } from "vitest";
import { instance, world } from "./directory/bed.ts";

interface Lead {
  readonly id: string;
  readonly workspace: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly score: string | null;
}

const table = { table: "leads", tenantColumn: "workspace" } as const;

async function bed() {
  const there = world();
  const { hubspoke } = instance(there, memoryStorage());
  const crm = new Kysely<{ leads: Lead }>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("name", "text")
    .addColumn("score", "text")
    .execute();
  await installOutbox(crm, table);
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(crm, table),
    match: ["email"],
    fields: { email: field("email", { owner: "hubspot" }), name: field("lastname", { rule: "review" }) },
    mappings: true,
  });
  const lead = { id: "1", workspace: "acme", email: "ada@example.com", name: "Byron", score: null };
  await crm.insertInto("leads").values(lead).execute();
  await there.drive(leads.for("acme").backfill());

  /** One request of somebody in a role; what came back. */
  async function ask(role: string, method: string, path: string, body?: unknown) {
    const request = new Request(`https://app.example.com/hubspot${path}`, {
      method,
      headers: { "content-type": "application/json", "sec-fetch-site": "same-origin" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const authorize = () => ({ tenant: "acme", actor: { id: `${role}-1`, role } });
    const response = await there.drive(hubspoke.handle(request, { basePath: "/hubspot", authorize }));
    const text = await response.text();
    return { status: response.status, text, body: text === "" ? null : JSON.parse(text) };
  }
  return { ...there, hubspoke, crm, leads, ask };
}

test("a sync: looked at by whoever is authorised, run and stopped by who may manage", async () => {
  const { ask } = await bed();
  expect((await ask("support", "GET", "/sync/leads")).body).toMatchObject({ name: "leads", on: true, linked: 1 });
  for (const [method, path, body] of [
    ["POST", "/sync/leads/plan", {}],
    ["POST", "/sync/leads/pause", {}],
    ["POST", "/sync/leads/reconcile", {}],
    ["POST", "/sync/leads/quarantine/replay", {}],
    ["PUT", "/sync/leads/schedule", { changes: "realtime" }],
    ["PUT", "/mappings/leads", { expectedRevision: 0, mappings: [] }],
    ["GET", "/conflicts/leads/values"],
    ["POST", "/conflicts/leads/c1/resolve", { take: "local" }],
    ["POST", "/workflows", { name: "x", eventType: "reply", actions: [{ do: "callback", name: "ring" }] }],
    ["POST", "/outbox/replay", {}],
    ["POST", "/privacy/export", { email: "ada@example.com" }],
  ] as const) {
    expect([path, (await ask("support", method, path, body)).status]).toEqual([path, 403]);
  }
  expect((await ask("admin", "POST", "/sync/leads/plan", {})).body).toMatchObject({ equal: true });
  expect((await ask("admin", "POST", "/sync/leads/pause", { reason: "moving" })).body).toMatchObject({
    paused: { reason: "moving" },
  });
  expect((await ask("admin", "POST", "/sync/leads/resume", {})).body).toMatchObject({ paused: null });
  expect((await ask("support", "GET", "/sync/leads/log")).body).toMatchObject({ total: expect.any(Number) });
  expect((await ask("support", "GET", "/sync/lead/log")).text).toContain("id you mean");
});

test("what a request names and nobody has is its sender's mistake, and an address is not repeated", async () => {
  const { ask } = await bed();
  const hidden = await ask("admin", "GET", "/sync/ada%40example.com");
  expect([hidden.status, hidden.body.error.code]).toEqual([404, "NOT_FOUND"]);
  expect(hidden.text).not.toContain("ada");
  expect((await ask("admin", "GET", "/sync/lead")).body.error.message).toContain('Did you mean "leads"?');
  for (const change of [[], { every: "1h" }, JSON.parse('{"__proto__":{"changes":"realtime"}}')]) {
    const refused = await ask("admin", "PUT", "/sync/leads/schedule", change);
    expect([refused.status, refused.body.error.code]).toEqual([400, "INPUT_INVALID"]);
  }
  const mappings = [{ localField: "none'; --", hubspotProperties: "jobtitle" }];
  const wrong = await ask("admin", "PUT", "/mappings/leads", { mappings, expectedRevision: 0 });
  expect([wrong.status, wrong.body.error.code]).toEqual([400, "SYNC_DECLARATION_INVALID"]);
});

test("a conflict: seen with values only by who may, settled, and audited", async () => {
  const { ask, crm, simulator, leads, drive, hubspoke } = await bed();
  const contacts = simulator.portal().contacts;
  const { id } = contacts.findBy("email", "ada@example.com")!;
  await crm.updateTable("leads").set({ name: "Lovelace" }).where("id", "=", "1").execute();
  contacts.update(id, { lastname: "King" });
  await drive(leads.for("acme").reconcile());

  const blind = await ask("support", "GET", "/conflicts/leads?status=open");
  expect(blind.text).not.toContain("Lovelace");
  const seen = await ask("admin", "GET", "/conflicts/leads/values?status=open");
  expect(seen.body.items).toMatchObject([{ field: "name", values: { local: "Lovelace", hubspot: "King" } }]);
  const explained = await ask("support", "POST", "/sync/leads/explain", { localId: "1" });
  expect(explained.body).toMatchObject({ hubspotId: id });
  expect(explained.text).not.toContain("Lovelace");
  const settled = await ask("admin", "POST", `/conflicts/leads/${blind.body.items[0].id}/resolve`, { take: "local" });
  expect(settled.body).toEqual({ settled: true });
  expect(contacts.get(id)?.properties.lastname).toBe("Lovelace");

  const admin = { tenant: "acme", actor: { id: "admin-1", role: "admin" } };
  const trail = await drive(hubspoke.audit.query({ actorId: "admin-1" }, admin));
  expect(trail.items).toContainEqual(expect.objectContaining({ action: "review", contactId: id }));
  const settling = expect.stringMatching(/^conflict .+: local$/);
  expect(trail.items).toContainEqual(expect.objectContaining({ action: "review", purpose: settling }));
});

test("a mapping editor: what can be chosen, what is wrong, and who was faster", async () => {
  const { ask } = await bed();
  const choices = (await ask("support", "GET", "/mappings/leads/choices")).body;
  expect(choices.fields).toContain("score");
  expect(choices.properties.map(({ name }: { name: string }) => name)).toContain("jobtitle");
  expect(Object.keys(choices.transforms)).toContain("trim");
  const mappings = [{ localField: "score", hubspotProperties: "jobtitle", transform: "trim" }];
  const wrong = [{ localField: "scor", hubspotProperties: "jobtitle" }];
  expect((await ask("support", "POST", "/mappings/leads/validate", { mappings: wrong })).body.problems).toHaveLength(1);
  expect((await ask("support", "POST", "/mappings/leads/validate", { mappings })).body).toEqual({ problems: [] });
  const stored = await ask("admin", "PUT", "/mappings/leads", { mappings, expectedRevision: 0 });
  expect(stored.body).toMatchObject({ revision: 1, mappings: [{ localField: "score" }] });
  expect((await ask("admin", "PUT", "/mappings/leads", { mappings: [], expectedRevision: 0 })).status).toBe(409);
});

test("tickets of people and of outages: taken on durably, made once by the worker, seen in the outbox", async () => {
  const { ask, simulator, drive, hubspoke } = await bed();
  const ticket = { subject: "Router offline", priority: "HIGH" };
  expect((await ask("support", "POST", "/support/tickets", { key: "case-1", ticket })).status).toBe(202);
  await ask("support", "POST", "/support/tickets", { key: "case-1", ticket });
  for (let i = 0; i < 2; i++) {
    await ask("support", "POST", "/support/auto-ticket", { outage: "asr:trunk_7", ticket: { subject: "ASR low" } });
  }
  await drive(hubspoke.worker().tick());
  const subjects = () =>
    simulator
      .portal()
      .objects("tickets")
      .list()
      .map(({ properties }) => properties.subject)
      .sort();
  expect(subjects()).toEqual(["ASR low", "Router offline"]);
  await ask("support", "POST", "/support/auto-ticket/resolve", { outage: "asr:trunk_7", content: "recovered" });
  await drive(hubspoke.worker().tick());
  expect((await ask("support", "GET", "/outbox?state=done&kind=ticket")).body).toMatchObject({ total: 1 });
  expect((await ask("support", "POST", "/support/tickets", { key: "case-2", ticket: {} })).status).toBe(400);
});

test("triggers: made, tried without effect, run by an event, and gone", async () => {
  const { ask, simulator, drive, hubspoke } = await bed();
  const draft = {
    name: "A reply makes a lead",
    eventType: "reply",
    conditions: [],
    actions: [{ do: "set-properties", properties: { jobtitle: "Replied" } }],
  };
  const made = await ask("admin", "POST", "/workflows", draft);
  expect(made.status).toBe(201);
  const event = { id: "e1", type: "reply", contact: { email: "ada@example.com" } };
  const tried = await ask("admin", "POST", "/workflows/test", { trigger: made.body.id, event });
  expect(tried.body).toMatchObject({ matches: true, contactId: expect.any(String) });
  const title = () => simulator.portal().contacts.findBy("email", "ada@example.com")?.properties.jobtitle;
  expect(title()).toBeUndefined();
  expect((await ask("support", "POST", "/workflows/process", event)).status).toBe(202);
  await drive(hubspoke.worker().tick());
  expect(title()).toBe("Replied");
  expect((await ask("support", "GET", `/workflows/${made.body.id}/executions`)).body.items).toHaveLength(1);
  const version = made.body.version;
  expect((await ask("admin", "PUT", `/workflows/${made.body.id}`, { enabled: false, version })).status).toBe(200);
  expect((await ask("admin", "PUT", `/workflows/${made.body.id}`, { enabled: true, version })).status).toBe(409);
  expect((await ask("admin", "DELETE", `/workflows/${made.body.id}`)).status).toBe(204);
  expect((await ask("support", "GET", "/workflows")).body).toEqual({ triggers: [] });
});

test("a person's rights: exported and erased by who may", async () => {
  const { ask } = await bed();
  const subject = { email: "ada@example.com" };
  expect((await ask("admin", "POST", "/privacy/export", subject)).body).toMatchObject({ links: [{ sync: "leads" }] });
  expect((await ask("admin", "POST", "/privacy/erase", subject)).body).toMatchObject({ removed: { links: 1 } });
  expect((await ask("admin", "POST", "/privacy/readmit", subject)).body).toMatchObject({ removed: expect.any(Number) });
});

test("health: an empty database is well, troubles are named, and a storage that is gone is 503", async () => {
  const there = world();
  const storage = memoryStorage();
  const { hubspoke } = instance(there, storage);
  const authorize = () => ({ tenant: "acme", actor: { id: "probe", role: "system" } });
  const ask = async () => {
    const response = await hubspoke.handle(new Request("https://app.example.com/health"), { authorize });
    return [response.status, await response.json()];
  };
  const well = { ok: true, storage: "well", alerts: [], inbox: { waiting: 0, oldestReceivedAt: null } };
  expect(await ask()).toEqual([200, well]);
  const alert = {
    tenant: "acme",
    at: there.clock.now(),
    key: "k",
    severity: "critical",
    message: "m",
    details: {},
  } as const;
  await storage.openAlerts.open({ ...alert, name: "auth.invalid" }, 1_000);
  expect(await ask()).toEqual([200, { ...well, alerts: ["auth.invalid"] }]);
  await storage.close();
  expect(await ask()).toEqual([503, { ok: false, storage: "STORE_CLOSED", alerts: [], inbox: null }]);
});
