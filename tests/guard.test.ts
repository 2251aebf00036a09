import { DatabaseSync } from "node:sqlite";
import { createHubSpoke, privateApp } from "@hubspoke/core";
import { memoryStorage } from "@hubspoke/core/memory";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";
import { expect, it } from "vitest";
import { type Instance, instance, keys, type World, world } from "./directory/bed.ts";

const tenant = "acme";
const card = "4242 4242 4242 4242";

interface Tables {
  leads: { id: string; workspace: string; email: string; job: string | null; city: string | null };
}

interface Bed extends World, Instance {
  readonly crm: Kysely<Tables>;
  readonly leads: SyncHandle;
}

async function bed(): Promise<Bed> {
  const there = world();
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  let made = crm.schema.createTable("leads").addColumn("id", "text", (column) => column.primaryKey());
  for (const name of ["workspace", "email", "job", "city"]) made = made.addColumn(name, "text");
  await made.execute();
  await installOutbox(crm, { table: "leads", tenantColumn: "workspace" });
  const process = instance(there, memoryStorage(), { guard: { deny: ["city"] } });
  const leads = process.hubspoke.sync({
    name: "leads",
    object: "contacts",
    local: kyselySource(crm, { table: "leads", tenantColumn: "workspace" }),
    match: ["email"],
    fields: {
      email: field("email", { owner: "hubspot" }),
      job: field("jobtitle", { owner: "local" }),
      city: field("city", { owner: "local" }),
    },
  });
  return { ...there, ...process, crm, leads };
}

it("a sync sets aside what may not leave, writes the rest of the record, and says so", async () => {
  const there = await bed();
  const contacts = there.simulator.portal().contacts;
  const ada = contacts.create({ email: "ada@example.com" });
  const row = { workspace: tenant, city: null };
  await there.crm
    .insertInto("leads")
    .values([
      { ...row, id: "1", email: "ada@example.com", job: `pays with ${card}` },
      { ...row, id: "2", email: "bob@example.com", job: "Engineer", city: "Halifax" },
    ])
    .execute();
  const sync = there.leads.for(tenant);
  await there.drive(sync.backfill());
  const bob = contacts.list().find(({ properties }) => properties.email === "bob@example.com");
  expect(bob?.properties).toMatchObject({ jobtitle: "Engineer" });
  expect([bob?.properties.city ?? "", contacts.get(ada.id)?.properties.jobtitle ?? ""]).toEqual(["", ""]);
  const { items } = await there.drive(sync.log({ status: "error" }));
  expect(items.map(({ errorCode, fields }) => [errorCode, ...fields]).sort()).toEqual([
    ["OUTBOUND_REFUSED", "city"],
    ["OUTBOUND_REFUSED", "job"],
  ]);
  // Neither is sent again until it changes: then it leaves.
  const calls = there.simulator.calls.length;
  await there.drive(there.hubspoke.worker().tick());
  expect(there.simulator.calls.slice(calls).filter(({ path }) => /batch\/(create|update|upsert)/.test(path))).toEqual(
    [],
  );
  await there.crm.updateTable("leads").set({ job: "Countess" }).where("id", "=", "1").execute();
  await there.drive(sync.reconcile());
  expect(contacts.get(ada.id)?.properties.jobtitle).toBe("Countess");
  expect(there.spoken()).not.toContain("4242");
  await there.drive(there.hubspoke.close());
  await there.crm.destroy();
});

it("the client, the request of one's own and a batch refuse, and HubSpot is not asked; a bad option is refused at once", async () => {
  const there = await bed();
  const hs = there.hubspoke.client({ tenant });
  await there.drive(hs.accountInfo());
  const calls = there.simulator.calls.length;
  const refused = { code: "OUTBOUND_REFUSED", category: "access" };
  const write = { properties: { city: "Halifax" } };
  await expect(there.drive(hs.contacts.create(write))).rejects.toMatchObject(refused);
  await expect(there.drive(hs.contacts.create({ properties: { jobtitle: keys.k1 } }))).rejects.toMatchObject(refused);
  await expect(
    there.drive(
      hs.request("POST /crm/objects/{version}/contacts", { body: { properties: { jobtitle: there.simulator.token } } }),
    ),
  ).rejects.toMatchObject(refused);
  const writes = () =>
    there.simulator.calls.slice(calls).filter(({ method, path }) => method !== "GET" && !path.endsWith("/search"));
  expect(writes()).toEqual([]);
  const [bad, good] = await there.drive(
    hs.contacts.batchCreate([write, { properties: { email: "cy@example.com", jobtitle: "Clerk" } }]),
  );
  expect([bad, good]).toMatchObject([{ ok: false, code: "OUTBOUND_REFUSED", properties: ["city"] }, { ok: true }]);
  expect(writes()).toHaveLength(1);
  await there.drive(there.hubspoke.close());
  await there.crm.destroy();
  expect(() =>
    createHubSpoke({
      auth: privateApp("pat-sim-62515"),
      storage: memoryStorage(),
      keys: { current: "k1", keys: { k1: keys.k1 } },
      guard: { alow: {} } as object,
    }),
  ).toThrow('guard has no option "alow". Did you mean "allow"?');
});
