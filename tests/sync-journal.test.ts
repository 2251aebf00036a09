import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Hubspoke, privateApp, tokenFor } from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { Kysely } from "kysely";
import { afterAll, expect, it } from "vitest";
import { instance, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-journal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hour = 3_600_000;
const table = { table: "leads", tenantColumn: "workspace" } as const;
const scopes = ["developer.webhooks_journal.read", "developer.webhooks_journal.subscriptions.write"];

interface Tables {
  leads: { id: string; workspace: string; email: string | null; first: string | null };
}

/** A HubSpot with a journal, a host's table, and a sync that neither webhooks nor searches tell anything. */
async function bed(options: Parameters<typeof instance>[2] = {}) {
  const there = world({
    portals: [{ id: 62515, tokens: [{ token: "pat-sim-62515" }, { token: "journal-token", scopes }] }],
  });
  const path = mkdtempSync(join(folder, "own-"));
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(join(path, "crm.db"))) });
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("first", "text")
    .execute();
  await installOutbox(crm, table);
  const reader = instance(there, sqliteStorage({ path: ":memory:" }), { auth: privateApp("journal-token") }).hubspoke;
  const journal = reader.client({ tenant: "app" }).webhookJournal({ local: true });
  await there.drive(journal.subscriptions.create({ subscriptionType: "OBJECT", portalId: 62515, objectTypeId: "0-1" }));
  const { hubspoke } = instance(there, sqliteStorage({ path: join(path, "hubspoke.db") }), {
    journal: { source: () => journal },
    ...options,
  });
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(crm, table),
    match: ["email"],
    fields: { email: field("email", { owner: "hubspot" }), first: field("firstname", { owner: "hubspot" }) },
    deletes: { fromHubspot: "delete" },
    poll: { remoteMs: false },
  });
  const rows = async () => {
    const all = await crm.selectFrom("leads").select(["email", "first"]).orderBy("email").execute();
    return Object.fromEntries(all.map(({ email, first }) => [email, first]));
  };
  return { ...there, hubspoke, sync: leads.for("acme"), rows, contacts: there.simulator.portal().contacts };
}

/** Rounds of the worker, some seconds apart. */
async function rest({ drive, clock }: World, hubspoke: Hubspoke): Promise<void> {
  for (let round = 0; round < 6; round++) {
    await drive(hubspoke.worker().tick({ budgetMs: 60_000 }));
    await clock.advance(8_000);
  }
}

it("an outage of 72 hours heals from the journal, without a full scan", async () => {
  const there = await bed();
  const { simulator, clock, drive, hubspoke, sync, rows, contacts } = there;
  const people = Array.from({ length: 120 }, (_, i) => contacts.create({ email: `p${i}@x.com`, firstname: "Old" }));
  await drive(sync.backfill());
  await clock.advance(20_000);
  await rest(there, hubspoke);
  const before = simulator.calls.length;

  await clock.advance(5_000);
  contacts.update(people[3]?.id ?? "", { firstname: "First hour" });
  await clock.advance(36 * hour);
  contacts.create({ email: "new@x.com", firstname: "Born" });
  contacts.archive(people[7]?.id ?? "");
  contacts.merge(people[10]?.id ?? "", people[11]?.id ?? "");
  contacts.update(people[99]?.id ?? "", { firstname: "Late" });
  // Less the minute in which this process had last looked.
  await clock.advance(36 * hour - 60_000);
  await rest(there, hubspoke);

  const now = await rows();
  expect([now["p3@x.com"], now["p99@x.com"], now["new@x.com"]]).toEqual(["First hour", "Late", "Born"]);
  expect(now).not.toHaveProperty(["p7@x.com"]);
  const after = simulator.calls.slice(before);
  expect(after.filter(({ method, path }) => method === "GET" && path.endsWith("/objects/2026-09/contacts"))).toEqual(
    [],
  );
  expect(after.filter(({ path }) => path.endsWith("/search"))).toEqual([]);
  expect((await drive(sync.reconcile())).counts).not.toHaveProperty("pulled");
});

it("after more than the journal keeps, every sync is reconciled once, and the journal read from its beginning", async () => {
  const there = await bed();
  const { clock, drive, hubspoke, sync, rows, contacts } = there;
  const { id } = contacts.create({ email: "ann@x.com", firstname: "Old" });
  await drive(sync.backfill());
  contacts.update(id, { firstname: "Older" });
  await clock.advance(20_000);
  await rest(there, hubspoke);
  expect(await rows()).toEqual({ "ann@x.com": "Older" });
  contacts.update(id, { firstname: "Forgotten" });
  await clock.advance(80 * hour);
  await rest(there, hubspoke);
  expect(await rows()).toEqual({ "ann@x.com": "Forgotten" });
  contacts.update(id, { firstname: "Heard" });
  await clock.advance(30_000);
  await rest(there, hubspoke);
  expect(await rows()).toEqual({ "ann@x.com": "Heard" });
});

it.each([
  ["minutes", 120_000],
  ["more than the journal keeps", 80 * hour],
])("a tenant whose token cannot be had keeps no other from the journal: away for %s", async (_, away) => {
  let gone = false;
  // Whose turn is before the other's.
  const first = "abel";
  const there = await bed({
    auth: tokenFor((tenant) => {
      if (gone && tenant === first) throw new Error("its token is gone");
      return "pat-sim-62515";
    }),
  });
  const { clock, drive, hubspoke, sync, rows, contacts } = there;
  const { id } = contacts.create({ email: "ann@x.com", firstname: "Old" });
  await drive(sync.backfill());
  await drive(hubspoke.client({ tenant: first }).contacts.get(id, { properties: ["email"] }));
  await clock.advance(20_000);
  contacts.update(id, { firstname: "Older" });
  await clock.advance(20_000);
  await rest(there, hubspoke);
  gone = true;
  await clock.advance(away);
  contacts.update(id, { firstname: "New" });
  await clock.advance(30_000);
  await rest(there, hubspoke);
  await rest(there, hubspoke);
  expect(await rows()).toEqual({ "ann@x.com": "New" });
  contacts.update(id, { firstname: "Newer" });
  await clock.advance(30_000);
  await rest(there, hubspoke);
  expect(await rows()).toEqual({ "ann@x.com": "Newer" });
});
