import { DatabaseSync } from "node:sqlite";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { Kysely } from "kysely";
import { expect, it } from "vitest";
import { instance, world } from "./directory/bed.ts";

const table = { table: "trunks", tenantColumn: "workspace" } as const;
interface Tables {
  trunks: { id: string; workspace: string; trunk_id: string | null; name: string | null };
}

it("a new row meets the HubSpot record of its unique key, in capitals too, and overwrites nothing", async () => {
  const there = world();
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await crm.schema
    .createTable("trunks")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("trunk_id", "text")
    .addColumn("name", "text")
    .execute();
  await installOutbox(crm, table);
  const { hubspoke } = instance(there, sqliteStorage({ path: ":memory:" }));
  const hs = hubspoke.client({ tenant: "acme" });
  await there.drive(
    hs.properties("companies").create({
      name: "trunk_id",
      label: "Trunk",
      type: "string",
      fieldType: "text",
      groupName: "companyinformation",
      hasUniqueValue: true,
    }),
  );
  const sync = hubspoke
    .sync({
      name: "trunks",
      object: "companies",
      local: kyselySource(crm, table),
      match: ["trunk_id"],
      fields: { trunk_id: field("trunk_id", { owner: "hubspot" }), name: field("name", { owner: "hubspot" }) },
      create: { inLocal: false },
      poll: { remoteMs: false },
    })
    .for("acme");
  const made = await there.drive(hs.companies.create({ properties: { trunk_id: "TR-1", name: "HubSpot's own" } }));
  await there.drive(sync.backfill());
  await crm
    .insertInto("trunks")
    .values({ id: "t1", workspace: "acme", trunk_id: "TR-1", name: "Typed here" })
    .execute();
  for (let round = 0; round < 6; round++) {
    await there.drive(hubspoke.worker().tick({ budgetMs: 60_000 }));
    await there.clock.advance(8_000);
  }
  const now = await there.drive(hs.companies.get(made.id, { properties: ["name"] }));
  const conflicts = (await sync.conflicts.list()).items;
  expect({ name: now.properties.name, conflicts: conflicts.length }).toEqual({
    name: "HubSpot's own",
    conflicts: 1,
  });
});
