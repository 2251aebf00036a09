import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { configFromEnv, createHubSpoke, type Hubspoke, type HubspokeOptions } from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import type { SimulatorOptions } from "@hubspoke/testing";
import { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import type { HubspokeConfig } from "../src/base/config.ts";
import { type World, world } from "./cli.fixture.ts";

export interface Lead {
  readonly id: string;
  readonly workspace: string;
  readonly email: string | null;
  readonly name: string | null;
}

export interface LeadsWorld extends World {
  readonly crm: Kysely<{ leads: Lead }>;
}

const table = { table: "leads", tenantColumn: "workspace" } as const;
const hook = Symbol.for("hubspoke.cli.test");

/** A product with a table of its own, whose set-up the command finds as `hubspoke.config.mjs` in its folder. */
export async function leadsWorld(
  options: Partial<HubspokeOptions> = {},
  more: Partial<HubspokeConfig> = {},
  simulated: SimulatorOptions = {},
  declare: (hubspoke: Hubspoke) => void = () => undefined,
): Promise<LeadsWorld> {
  const there = await world(simulated);
  const crm = new Kysely<{ leads: Lead }>({
    dialect: nodeSqliteDialect(new DatabaseSync(join(there.folder, "crm.db"))),
  });
  onTestFinished(() => crm.destroy());
  await crm.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("name", "text")
    .execute();
  await installOutbox(crm, table);
  // A new instance for each command, as a new process would have; the file reaches into this one for it.
  Object.assign(globalThis, {
    [hook]: () => {
      const { auth, keys, ...rest } = configFromEnv(there.env);
      const storage = sqliteStorage({ path: join(there.folder, "hubspoke.db") });
      const hubspoke = createHubSpoke({ ...rest, auth: auth!, keys: keys!, storage, ...options });
      hubspoke.sync({
        name: "leads",
        object: "contacts",
        local: kyselySource(crm, table),
        match: ["email"],
        fields: { email: field("email", { owner: "hubspot" }), name: field("lastname", { rule: "review" }) },
      });
      declare(hubspoke);
      return { hubspoke, tenant: "acme", ...more };
    },
  });
  writeFileSync(
    join(there.folder, "hubspoke.config.mjs"),
    'export default () => globalThis[Symbol.for("hubspoke.cli.test")]();',
  );
  return { ...there, crm };
}
