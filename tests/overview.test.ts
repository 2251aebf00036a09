/** What a dashboard shows of a tenant: `hubspoke.overview()` and `GET /sync/overview`, over a whole instance. */
import { DatabaseSync } from "node:sqlite";
import type { HubspokeOptions } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely, sql } from "kysely";
import { expect, test } from "vitest";
import * as z from "zod";
import { instance, world } from "./directory/bed.ts";

interface Lead {
  readonly id: string;
  readonly workspace: string;
  readonly email: string | null;
  readonly name: string | null;
}

const table = { table: "leads", tenantColumn: "workspace" } as const;
const tenant = "acme";

async function bed(more: Partial<HubspokeOptions> = {}) {
  const there = world();
  const storage = memoryStorage();
  const crm = new Kysely<{ leads: Lead }>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await sql`create table leads (id text primary key, workspace text not null, email text, name text check (name <> 'Refused'))`.execute(
    crm,
  );
  await installOutbox(crm, table);
  const process = () => {
    const one = instance(there, storage, more);
    const leads = one.hubspoke.sync({
      name: "leads",
      object: "contacts",
      local: kyselySource(crm, table),
      match: ["email"],
      fields: { email: field("email", { owner: "hubspot" }), name: field("lastname", { rule: "review" }) },
      poll: { localMs: 1_000, remoteMs: 1_000 },
    });
    return { ...one, leads: leads.for(tenant) };
  };
  const one = process();
  return {
    ...there,
    ...one,
    storage,
    crm,
    process,
    overview: () => there.drive(one.hubspoke.overview(tenant)),
    /** So long the worker works. */
    async pass(ms: number, by = one) {
      const until = there.clock.now() + ms;
      while (there.clock.now() < until) {
        await there.drive(by.hubspoke.worker().tick({ budgetMs: 1_000 }));
        await there.clock.advance(1_000);
      }
    },
  };
}

test("before anything has happened it is all there, and empty", async () => {
  const { overview, clock } = await bed();
  expect(await overview()).toMatchObject({
    hubspot: { answeredAt: null, trouble: null },
    setups: [],
    alerts: [],
    syncs: [{ name: "leads", object: "contacts", on: false, paused: null, linked: 0, pass: null }],
    minutes: [],
    outbox: { waiting: 0, failed: 0, failures: [] },
    flows: [],
    schedules: [],
    inbox: { waiting: 0, oldestReceivedAt: null },
  });
  expect((await overview()).at).toBeLessThanOrEqual(clock.now());
});

test("volume, lag and what waits are counted as it happens, and another process knows", async () => {
  const { overview, simulator, drive, leads, pass, process, clock, crm } = await bed();
  simulator.seedContacts(30);
  await drive(leads.backfill());
  await pass(10_000);
  const minutes = (await overview()).minutes;
  expect(minutes.reduce((sum, { done }) => sum + done, 0)).toBeGreaterThanOrEqual(30);
  expect((await overview()).syncs).toMatchObject([{ on: true, linked: 30, pass: { kind: "backfill", state: "done" } }]);
  await clock.advance(120_000);
  await crm
    .updateTable("leads")
    .set({ name: "Lovelace" })
    .where("id", "=", (await crm.selectFrom("leads").select("id").executeTakeFirstOrThrow()).id)
    .execute();
  await pass(20_000);
  const other = process();
  const seen = (await drive(other.hubspoke.overview(tenant))).minutes;
  expect(seen.length).toBeGreaterThan(minutes.length);
  expect(seen.at(-1)).toMatchObject({ sync: "leads", failed: 0 });
  // The local edit, and perhaps the look at what HubSpot says of its own change.
  expect([1, 2]).toContain(seen.at(-1)!.done);
  expect(seen.at(-1)!.minute % 60_000).toBe(0);
  expect(await drive(other.hubspoke.overview("globex"))).toMatchObject({ minutes: [], syncs: [{ linked: 0 }] });
});

test("a pass under way shows its phase, how much of it is done, how fast, and when it will be through", async () => {
  const { overview, simulator, drive, leads } = await bed();
  simulator.seedContacts(2_000);
  // Half a second for each page.
  simulator.configure({ latency: 500 });
  const stop = new AbortController();
  const stopped = leads.backfill({
    signal: stop.signal,
    expected: 2_000,
    onProgress: ({ done }) => void (done >= 400 && stop.abort()),
  });
  await expect(drive(stopped)).rejects.toMatchObject({ code: "ABORTED" });
  const [{ pass } = { pass: null }] = (await overview()).syncs;
  expect(pass).toMatchObject({
    kind: "backfill",
    state: "running",
    phase: "remote",
    total: 2_000,
    errorCode: "ABORTED",
  });
  const { done, ratePerSecond, etaMs } = pass!;
  expect(done).toBeGreaterThanOrEqual(400);
  expect(ratePerSecond).toBeGreaterThan(0);
  expect(etaMs).toBe(Math.round(((2_000 - done) / ratePerSecond!) * 1_000));
  await drive(leads.backfill());
  expect((await overview()).syncs[0]?.pass).toMatchObject({ state: "done", etaMs: null });
});

test("what failed is listed by ids, reasons and fields: nothing of anybody's values", async () => {
  const { overview, simulator, drive, leads, pass, hubspoke, crm } = await bed();
  const contacts = simulator.portal().contacts;
  const ada = contacts.create({ email: "ada@example.com", lastname: "Byron" });
  await drive(leads.backfill());
  contacts.create({ email: "eve@example.com", lastname: "Refused" });
  await leads.pause();
  contacts.update(ada.id, { lastname: "King" });
  await crm.updateTable("leads").set({ name: "Lovelace" }).execute();
  await leads.resume();
  hubspoke.outbox.register({
    name: "mine",
    input: z.object({}),
    run: () => Promise.reject(new Error("ada@example.com")),
  });
  await drive(hubspoke.outbox.enqueue("mine", {}, { tenant, idempotencyKey: "job-1" }));
  await pass(600_000);
  const all = await overview();
  expect(all.syncs).toMatchObject([
    {
      quarantine: { total: 1, items: [{ side: "remote", reason: "LOCAL_REJECTED" }] },
      conflicts: { open: 1, more: false },
    },
  ]);
  expect(all.outbox).toMatchObject({
    waiting: 0,
    failed: 1,
    failures: [{ kind: "mine", idempotencyKey: "job-1", errorCode: "HANDLER_FAILED" }],
  });
  expect(all.alerts.map(({ name }) => name)).toContain("sync.quarantined");
  expect(JSON.stringify(all)).not.toMatch(/@example|Byron|King|Lovelace|Refused"/);
});

test("a trouble that concerns no tenant is there by name: what it says may be about other accounts", async () => {
  const { overview, storage, clock, drive, hubspoke } = await bed();
  const alert = { at: clock.now(), key: "k", severity: "warning", details: {} } as const;
  await storage.openAlerts.open({ ...alert, name: "webhook.unknown_portal", message: "account 999" }, 3_600_000);
  await storage.openAlerts.open({ ...alert, name: "sync.delayed", message: "mine", tenant }, 3_600_000);
  const { at, severity } = alert;
  const shared = { name: "webhook.unknown_portal", at, severity, message: null };
  expect((await overview()).alerts).toEqual([{ name: "sync.delayed", at, severity, message: "mine" }, shared]);
  expect((await drive(hubspoke.overview("globex"))).alerts).toEqual([shared]);
});

test("flows and schedules are there with their state", async () => {
  const { overview, drive, hubspoke, pass } = await bed();
  const flow = hubspoke.flow({
    name: "onboarding",
    input: z.object({ secret: z.string() }),
    steps: [
      { name: "one", run: () => ({ answer: "kept-quiet" }) },
      { name: "two", run: () => undefined },
    ],
  });
  await drive(
    hubspoke
      .schedule({ name: "mine", every: "1h", run: () => undefined })
      .for(tenant)
      .start(),
  );
  await drive(flow.start("deal-1", { secret: "kept-quiet" }, { tenant }));
  expect((await overview()).flows).toEqual([{ name: "onboarding", starting: 1, runs: [] }]);
  await pass(5_000);
  const all = await overview();
  expect(all.flows).toMatchObject([{ starting: 0, runs: [{ key: "deal-1", state: "done", done: ["one", "two"] }] }]);
  expect(all.schedules).toMatchObject([{ name: "mine", every: "1h", enabled: true }]);
  expect(JSON.stringify(all)).not.toContain("kept-quiet");
});

test("HubSpot down: it is told since when, and everything else is answered without it", async () => {
  const { overview, simulator, drive, leads, pass, clock } = await bed({ maxAttempts: 1 });
  simulator.portal().contacts.create({ email: "ada@example.com" });
  await drive(leads.backfill());
  const answered = (await overview()).hubspot.answeredAt;
  expect(answered).not.toBeNull();
  const up = simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect: { status: 503 } });
  await pass(30_000);
  const before = simulator.calls.length;
  expect(await overview()).toMatchObject({
    hubspot: { answeredAt: expect.any(Number), trouble: { code: "HUBSPOT_UNAVAILABLE" } },
    syncs: [{ on: true, linked: 1 }],
  });
  expect(simulator.calls.length, "nobody asked HubSpot").toBe(before);
  up();
  await clock.advance(60_000);
  await pass(30_000);
  expect((await overview()).hubspot.trouble).toBeNull();
});

test("the route answers the caller's own tenant, to whoever is authorised", async () => {
  const { hubspoke, drive, leads, simulator } = await bed();
  simulator.portal().contacts.create({ email: "ada@example.com" });
  await drive(leads.backfill());
  const ask = async (of: string | null) => {
    const authorize = () => (of === null ? { denied: "nobody" } : { tenant: of, actor: { id: "u", role: "viewer" } });
    const request = new Request("https://app.example.com/hubspot/sync/overview");
    const answer = await drive(hubspoke.handle(request, { basePath: "/hubspot", authorize }));
    return { status: answer.status, body: (await answer.json()) as { syncs?: { linked: number }[] } };
  };
  expect(await ask(tenant)).toMatchObject({ status: 200, body: { syncs: [{ name: "leads", linked: 1 }] } });
  expect(await ask("globex")).toMatchObject({ status: 200, body: { syncs: [{ name: "leads", linked: 0 }] } });
  expect((await ask(null)).status).toBe(403);
});
