import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { kyselySource } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { afterAll, expect, it } from "vitest";
import { associatedTables } from "./associated-tables.ts";
import { instance, world } from "./directory/bed.ts";

const folder = mkdtempSync(join(tmpdir(), "hubspoke-associations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tenant = "acme";

it("customers and their users are companies and their contacts, in a database and in HubSpot", async () => {
  const there = world();
  const crm = await associatedTables(join(folder, "crm.db"));
  const { hubspoke } = instance(there, sqliteStorage({ path: join(folder, "hubspoke.db") }));
  // #region declare
  const customers: SyncHandle = hubspoke.sync({
    name: "customers",
    object: "companies",
    local: kyselySource(crm, { table: "customers", tenantColumn: "workspace" }),
    match: ["domain"],
    create: { inHubspot: "at-least-once" },
    fields: { domain: field("domain", { owner: "hubspot" }) },
  });
  const users: SyncHandle = hubspoke.sync({
    name: "users",
    object: "contacts",
    local: kyselySource(crm, { table: "users", tenantColumn: "workspace" }),
    match: ["email"],
    fields: { email: field("email", { owner: "hubspot" }) },
    associations: { company: { sync: "customers", localField: "customer_id" } },
  });
  // #endregion
  const hs = hubspoke.client({ tenant });
  const run = there.drive;
  const settle = async () => {
    for (let i = 0; i < 12; i++) {
      await run(hubspoke.worker().tick({ budgetMs: 5_000 }));
      await there.clock.advance(10_000);
    }
  };
  const [first, second] = await run(
    Promise.all(["first.com", "second.com"].map((domain) => hs.companies.create({ properties: { domain } }))),
  );
  const ann = await run(hs.contacts.create({ properties: { email: "ann@first.com" } }));
  const company = async (): Promise<readonly string[]> => {
    const [found] = await run(hs.associations.batchRead("contacts", "companies", [ann.id]));
    if (found?.ok !== true) throw new Error("not read");
    return found.value.flatMap(({ toId, types }) => (types.some(({ typeId }) => typeId === 1) ? [toId] : []));
  };
  const customerOf = async (): Promise<string | null> => {
    const row = await crm
      .selectFrom("users")
      .select("customer_id")
      .where("email", "=", "ann@first.com")
      .executeTakeFirst();
    const id = row?.customer_id ?? null;
    if (id === null) return null;
    const customer = await crm.selectFrom("customers").select("domain").where("id", "=", id).executeTakeFirst();
    return customer?.domain ?? null;
  };
  const idOf = async (domain: string): Promise<string> =>
    (await crm.selectFrom("customers").select("id").where("domain", "=", domain).executeTakeFirstOrThrow()).id;

  const primary = { category: "HUBSPOT_DEFINED", typeId: 1 } as const;
  await run(
    hs.associations.link({ object: "contacts", id: ann.id }, { object: "companies", id: first?.id ?? "" }, [primary]),
  );
  await run(customers.for(tenant).backfill());
  await run(users.for(tenant).backfill());
  expect(await customerOf()).toBe("first.com");
  expect((await run(users.for(tenant).reconcile())).equal).toBe(true);

  await crm
    .updateTable("users")
    .set({ customer_id: await idOf("second.com") })
    .execute();
  await settle();
  expect(await company()).toEqual([second?.id]);

  await crm.updateTable("users").set({ customer_id: null }).execute();
  await settle();
  expect(await company()).toEqual([]);

  await crm.insertInto("customers").values({ id: "c9", workspace: tenant, domain: "third.com" }).execute();
  await crm.updateTable("users").set({ customer_id: "c9" }).execute();
  await settle();
  const third = there.simulator
    .portal()
    .objects("companies")
    .list()
    .find(({ properties }) => properties.domain === "third.com");
  expect(await company()).toEqual([third?.id]);
  expect(there.simulator.stats().rateLimited).toBe(0);
  await run(hubspoke.close());
});
