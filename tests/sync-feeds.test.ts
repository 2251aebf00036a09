import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Hubspoke } from "@hubspoke/core";
import { field, type SyncDefinition } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { createHubSpotSimulator, HubSpotSimulator } from "@hubspoke/testing";
import { Kysely } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { instance, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-feeds-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const publicUrl = "https://app.example.com/hubspot/webhooks";
const table = { table: "leads", tenantColumn: "workspace" } as const;

interface Lead {
  id: string;
  workspace: string;
  email: string | null;
  first: string | null;
  phone: string | null;
}

/** What befalls webhooks; `copies`: how often each request arrives. */
type Trouble = NonNullable<NonNullable<Parameters<typeof createHubSpotSimulator>[0]>["webhookFaults"]> & {
  readonly copies?: number;
};

interface Bed extends World {
  readonly crm: Kysely<{ leads: Lead }>;
  readonly hubspoke: Hubspoke;
  readonly sync: ReturnType<ReturnType<Hubspoke["sync"]>["for"]>;
  readonly copies: number;
  readonly contacts: ReturnType<HubSpotSimulator["portal"]>["contacts"];
  rows(): Promise<Record<string, string | null>>;
}

async function bed(
  { copies = 1, ...webhookFaults }: Trouble = {},
  poll: SyncDefinition["poll"] = { remoteMs: false },
): Promise<Bed> {
  const there = world({ webhookFaults });
  const path = mkdtempSync(join(folder, "own-"));
  const crm = new Kysely<{ leads: Lead }>({ dialect: nodeSqliteDialect(new DatabaseSync(join(path, "crm.db"))) });
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("first", "text")
    .addColumn("phone", "text")
    .execute();
  await installOutbox(crm, table);
  const { hubspoke } = instance(there, sqliteStorage({ path: join(path, "hubspoke.db") }), {
    webhooks: { publicUrl, secrets: there.simulator.appSecret },
  });
  const leads = hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(crm, table),
    match: ["email"],
    fields: {
      email: field("email", { owner: "hubspot" }),
      first: field("firstname", { owner: "hubspot" }),
      phone: field("phone", { owner: "local" }),
    },
    deletes: { fromHubspot: "delete" },
    poll,
  });
  return {
    ...there,
    crm,
    copies,
    hubspoke,
    sync: leads.for("acme"),
    contacts: there.simulator.portal().contacts,
    async rows() {
      const all = await crm.selectFrom("leads").select(["email", "first"]).orderBy("email").execute();
      return Object.fromEntries(all.map(({ email, first }) => [email ?? "", first]));
    },
  };
}

/** Sixty people, on both sides. */
async function settledBed(...given: Parameters<typeof bed>): Promise<Bed & { readonly ids: readonly string[] }> {
  const there = await bed(...given);
  const ids = Array.from(
    { length: 60 },
    (_, i) => there.contacts.create({ email: `p${i}@x.com`, firstname: "Old" }).id,
  );
  await there.drive(there.sync.backfill());
  await rest(there);
  return { ...there, ids };
}

/** HubSpot delivers what it does, and the worker works it off, for some minutes. */
async function rest({ simulator, clock, drive, hubspoke, copies }: Bed): Promise<void> {
  const handler = async (request: Request): Promise<Response> => {
    const copied = Array.from({ length: copies }, () => request.clone());
    const options = { routers: ["webhooks"], basePath: "/hubspot" } as const;
    const answers = await Promise.all(copied.map((one) => hubspoke.handle(one, options)));
    return answers[0] ?? new Response(null, { status: 503 });
  };
  for (let round = 0; round < 12; round++) {
    await drive(simulator.deliverWebhooks({ handler, publicUrl }));
    await drive(hubspoke.worker().tick({ budgetMs: 60_000 }));
    await clock.advance(15_000);
  }
}

/** What people do in HubSpot in a day; answers what the table is to hold of it. */
async function aDay({ contacts, clock, crm, ids }: Bed & { readonly ids: readonly string[] }) {
  for (let i = 0; i < 40; i++) {
    contacts.update(ids[i] ?? "", { firstname: `Draft ${i}` });
    if (i % 10 === 0) await clock.advance(2_000);
    contacts.update(ids[i] ?? "", { firstname: `New ${i}` });
  }
  contacts.create({ email: "born@x.com", firstname: "Born" });
  contacts.archive(ids[50] ?? "");
  await crm.updateTable("leads").set({ phone: "+19025550134" }).where("email", "=", "p55@x.com").execute();
  await clock.advance(5_000);
}

async function expectEqualSides(there: Bed): Promise<void> {
  const inHubspot = Object.fromEntries(
    there.contacts.list().map(({ properties }) => [properties.email, properties.firstname]),
  );
  expect(await there.rows()).toEqual(inHubspot);
  expect(inHubspot).toMatchObject({ "p3@x.com": "New 3", "p39@x.com": "New 39", "born@x.com": "Born" });
  expect(inHubspot).not.toHaveProperty(["p50@x.com"]);
}

describe("what HubSpot told in a day", () => {
  it.each<[string, Trouble]>([
    ["as it should", {}],
    ["ten times each", { copies: 10 }],
    ["in no order", { reorder: true, delay: { min: 0, max: 60_000 } }],
  ])("%s, arrives as the same", async (_how, faults) => {
    const there = await settledBed(faults);
    await aDay(there);
    await rest(there);
    await expectEqualSides(there);
  });

  it.each<[string, Trouble]>([
    ["three in ten were lost and the others came ten times, in no order", { lose: 0.3, copies: 10, reorder: true }],
    ["all of it was lost", { lose: 1 }],
  ])("though %s, one reconciliation makes both sides equal", async (_how, faults) => {
    const there = await settledBed(faults);
    await aDay(there);
    await rest(there);
    await there.drive(there.sync.reconcile());
    await expectEqualSides(there);
    expect(await there.drive(there.sync.reconcile())).toMatchObject({ equal: true });
  });

  it("arrives by polling alone", async () => {
    const there = await settledBed({ lose: 1 }, { remoteMs: 30_000 });
    await aDay(there);
    await rest(there);
    // Search does not show what was archived: that is a reconciliation's.
    await there.drive(there.sync.reconcile());
    await expectEqualSides(there);
  });
});

it("one poison record in a batch of a hundred: 99 land, with at most 14 calls more", async () => {
  const there = await bed();
  const people = Array.from({ length: 100 }, (_, i) =>
    there.contacts.create({ email: `p${i}@x.com`, firstname: "Old" }),
  );
  await there.drive(there.sync.backfill());
  await rest(there);
  await there.crm.updateTable("leads").set({ phone: "+19025550100" }).execute();
  const poison = people[63]?.id ?? "";
  // HubSpot refuses the whole batch and does not say for whose sake.
  there.simulator.faults.add({
    method: "POST",
    route: /batch\/update$/,
    body: `"${poison}"`,
    effect: { status: 400 },
    times: Number.POSITIVE_INFINITY,
  });
  const before = there.simulator.calls.length;
  await there.drive(there.hubspoke.worker().tick({ budgetMs: 60_000 }));
  const updates = there.simulator.calls.slice(before).filter(({ path }) => path.endsWith("batch/update"));
  const landed = there.contacts.list().filter(({ properties }) => properties.phone === "+19025550100");
  expect([landed.length, updates.length <= 15]).toEqual([99, true]);
});
