import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { tokenFor } from "@hubspoke/core";
import type { Transport } from "@hubspoke/core/ports";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { createHubSpotSimulator, type HubSpotSimulator } from "@hubspoke/testing";
import { Kysely } from "kysely";
import { afterAll, expect, it } from "vitest";
import { type Instance, instance, staff, type World, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-rebind-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tenant = "acme";
const table = { table: "leads", tenantColumn: "workspace" } as const;

interface Tables {
  leads: { id: string; workspace: string; email: string; job: string | null };
}

interface Process extends Instance {
  readonly leads: SyncHandle;
}

interface Bed extends World {
  readonly accounts: Readonly<Record<"100" | "200", HubSpotSimulator>>;
  readonly path: string;
  readonly crm: Kysely<Tables>;
  /** Which account's token everybody has from now on. */
  use(portal: "100" | "200"): void;
  process(): Process;
}

/** Two accounts whose records have the same ids and are different people, and one tenant's table. */
async function bed(): Promise<Bed> {
  const { clock, drive } = world();
  // Two HubSpots instead of two accounts of one, which would number their records together.
  const at = (id: number) =>
    createHubSpotSimulator({
      seed: 7,
      clock,
      portals: [{ id, tokens: [{ token: `pat-sim-${id}` }], defaultCountry: "CA" }],
    });
  const accounts = { "100": at(100), "200": at(200) };
  const path = mkdtempSync(join(folder, "own-"));
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(join(path, "crm.db"))) });
  let made = crm.schema.createTable("leads").addColumn("id", "text", (column) => column.primaryKey());
  for (const name of ["workspace", "email", "job"]) made = made.addColumn(name, "text");
  await made.execute();
  await installOutbox(crm, table);
  let token = "pat-sim-100";
  const there = { simulator: accounts["100"], clock, drive };
  const transport: Transport = {
    async send({ url, method, headers, body }) {
      const account = accounts[headers.authorization?.endsWith("pat-sim-200") === true ? "200" : "100"];
      const init = { method, headers, ...(body === undefined ? {} : { body: body as BodyInit }) };
      const response = await account.fetch(url, init);
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    close: async () => {},
  };
  return {
    ...there,
    accounts,
    path,
    crm,
    use: (portal) => {
      token = `pat-sim-${portal}`;
    },
    process() {
      const one = instance(there, sqliteStorage({ path: join(path, "hubspoke.db") }), {
        auth: tokenFor(() => token),
        transport,
      });
      const leads = one.hubspoke.sync({
        name: "leads",
        object: "contacts",
        local: kyselySource(crm, table),
        match: ["email"],
        fields: { email: field("email", { owner: "hubspot" }), job: field("jobtitle", { owner: "local" }) },
      });
      return { ...one, leads };
    },
  };
}

const moved = { from: "100", to: "200" } as const;
const mismatch = { code: "PORTAL_MISMATCH", message: expect.stringContaining("tenants.rebind()") };

function renewed(contacts: ReturnType<HubSpotSimulator["portal"]>["contacts"], id: string) {
  contacts.archive(id);
  return contacts.create({});
}

/** Ada is 100's contact, Eve has the same id in 200; the tenant knows Ada and has seen her on the phone. */
async function synced(there: Bed) {
  const [old, other] = [there.accounts[100].portal().contacts, there.accounts[200].portal().contacts];
  // Two HubSpots number records each by themselves: made until the numbers meet.
  let [one, another] = [old.create({}), other.create({})];
  while (one.id !== another.id) {
    if (Number(one.id) < Number(another.id)) one = renewed(old, one.id);
    else another = renewed(other, another.id);
  }
  const ada = old.update(one.id, { email: "ada@example.com", firstname: "Ada", phone: "+1 902 555 0101" });
  const eve = other.update(another.id, { email: "eve@example.com", firstname: "Eve", phone: "+1 902 555 0101" });
  expect(eve.id).toBe(ada.id);
  await there.crm
    .insertInto("leads")
    .values({ id: "1", workspace: tenant, email: "ada@example.com", job: "Countess" })
    .execute();
  const process = there.process();
  const { hubspoke, leads } = process;
  await there.drive(leads.for(tenant).backfill());
  expect(old.get(ada.id)?.properties.jobtitle).toBe("Countess");
  expect(await there.drive(hubspoke.directory.lookupByPhone("+19025550101", staff))).toMatchObject({
    contact: { firstName: "Ada" },
  });
  return { ...process, ada, eve, old, other };
}

/** What is called from now on, of both accounts: but for learning whose a token is. */
function watch({ accounts }: Bed) {
  const all = Object.values(accounts);
  const from = all.map(({ calls }) => calls.length);
  const calls = () =>
    all.flatMap((one, i) => one.calls.slice(from[i])).filter(({ path }) => !path.includes("account-info"));
  const writes = () => calls().filter(({ method, path }) => method !== "GET" && !/search|batch\/read/.test(path));
  return { calls, writes };
}

it("the token of a second account with the same record ids reads and writes nothing, and says why", async () => {
  const there = await bed();
  const { hubspoke, leads, eve, other, spoken } = await synced(there);
  there.use("200");
  await there.crm.updateTable("leads").set({ job: "Analyst" }).execute();
  const seen = watch(there);
  await expect(there.drive(leads.for(tenant).reconcile())).rejects.toMatchObject(mismatch);
  await there.drive(hubspoke.worker().tick());
  await expect(
    there.drive(hubspoke.client({ tenant }).contacts.update(eve.id, { jobtitle: "x" })),
  ).rejects.toMatchObject(mismatch);
  expect(seen.calls()).toEqual([]);
  expect(other.get(eve.id)?.properties.jobtitle ?? null).toBeNull();
  expect(await there.crm.selectFrom("leads").selectAll().execute()).toMatchObject([{ job: "Analyst" }]);
  expect(spoken()).toContain("PORTAL_MISMATCH");
  await there.drive(hubspoke.close());
});

it("a tenant moves explicitly: nothing of the old account is taken for the new one, and it comes back with its pairs", async () => {
  const there = await bed();
  const { hubspoke, leads, eve, ada, old, other } = await synced(there);
  const elsewhere = there.process();
  await there.drive(elsewhere.leads.for(tenant).status());
  const { tenants } = hubspoke;

  await expect(there.drive(tenants.rebind(tenant, { from: "200", to: "300" }))).rejects.toMatchObject({
    code: "PORTAL_MISMATCH",
  });
  await expect(there.drive(tenants.rebind("nobody", moved))).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(there.drive(tenants.rebind(tenant, { from: "100", to: "100" }))).rejects.toMatchObject({
    code: "INPUT_INVALID",
  });

  expect(await there.drive(tenants.rebind(tenant, moved))).toMatchObject({ archivedLinks: 1, restoredLinks: 0 });
  expect(await tenants.get(tenant)).toMatchObject({ portalId: "200" });
  // The old token is refused, here at once and elsewhere within a minute.
  await expect(there.drive(leads.for(tenant).backfill())).rejects.toMatchObject(mismatch);
  await there.clock.advance(61_000);
  await expect(there.drive(elsewhere.leads.for(tenant).backfill())).rejects.toMatchObject(mismatch);

  there.use("200");
  const since = watch(there);
  expect(await leads.for(tenant).status()).toMatchObject({ on: false, linked: 0 });
  await there.drive(leads.for(tenant).backfill());
  // Ada is new to the second account, and Eve, who has her id there, is nobody the tenant knew.
  expect(other.get(eve.id)?.properties.jobtitle ?? null).toBeNull();
  const created = other.list().filter(({ properties }) => properties.email === "ada@example.com");
  expect(created.map(({ properties }) => properties.jobtitle)).toEqual(["Countess"]);
  expect((await there.crm.selectFrom("leads").select("email").execute()).map(({ email }) => email).sort()).toEqual([
    "ada@example.com",
    "eve@example.com",
  ]);
  expect(since.writes()).toHaveLength(1);
  expect(await there.drive(hubspoke.directory.lookupByPhone("+19025550101", staff))).toMatchObject({
    contact: { firstName: "Eve" },
  });

  // Back again: the pair is known, and nothing is created.
  expect(await there.drive(tenants.rebind(tenant, { from: "200", to: "100" }))).toMatchObject({
    archivedLinks: 2,
    restoredLinks: 1,
  });
  there.use("100");
  const back = watch(there);
  await there.drive(leads.for(tenant).backfill());
  expect(old.get(ada.id)?.properties.jobtitle).toBe("Countess");
  expect(old.list().filter(({ properties }) => properties.email === "ada@example.com")).toHaveLength(1);
  expect(back.writes().map(({ path }) => path)).toEqual(["/crm/objects/2026-09/contacts/batch/create"]);
  await there.drive(hubspoke.close());
  await there.drive(elsewhere.hubspoke.close());
});

it("is repeated after a crash, and refused while a full pass runs", async () => {
  const there = await bed();
  const { hubspoke } = await synced(there);
  const storage = sqliteStorage({ path: join(there.path, "hubspoke.db") });
  const lease = await storage.leases.acquire(`sync:${tenant}:leads:run`, "another", there.clock.now(), 60_000);
  await expect(there.drive(hubspoke.tenants.rebind(tenant, moved))).rejects.toMatchObject({ code: "LEASE_LOST" });
  expect(await hubspoke.tenants.get(tenant)).toMatchObject({ portalId: "100" });
  await storage.leases.release(`sync:${tenant}:leads:run`, lease?.fence ?? 0);

  // Killed between the pin and the pairs: the next call finishes.
  await storage.tenants.rebind(tenant, "100", "200", there.clock.now());
  expect(await there.drive(hubspoke.tenants.rebind(tenant, moved))).toMatchObject({ archivedLinks: 1 });
  expect(await there.drive(hubspoke.tenants.rebind(tenant, moved))).toEqual({
    archivedLinks: 0,
    restoredLinks: 0,
    removedRows: 0,
  });
  expect(await storage.links.count(tenant, "leads")).toBe(0);
  const archived = await storage.links.scan(tenant, "archive:100:leads", null, 10);
  expect(archived.map(({ localId, portalId, base }) => [localId, portalId, base])).toEqual([["1", "100", {}]]);
  await storage.close();
  await there.drive(hubspoke.close());
});
