/** A product with two tables, whose account needs properties and a custom object before they can be synced. */
import { DatabaseSync } from "node:sqlite";
import type {
  CrmSchema,
  Hubspoke,
  HubspokeOptions,
  ObjectType,
  SchemaHandle,
  SetupStatus,
  TenantSetup,
} from "@hubspoke/core";
import { field } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";
import type { Disturb, Shop } from "./bed.ts";

export const tenant: string = "acme";
interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly name: string | null;
  readonly key: string;
}
type Tables = Record<"customers" | "trunks", Row>;

const declared: CrmSchema = {
  group: { name: "warp", label: "WARP" },
  objects: { companies: { properties: [{ name: "warp_ban", type: "text", unique: true }] } },
  customObjects: [
    {
      name: "trunk",
      labels: { singular: "Trunk", plural: "Trunks" },
      primaryDisplayProperty: "name",
      properties: [
        { name: "name", type: "text" },
        { name: "trunk_id", type: "text", unique: true },
      ],
    },
  ],
};

export async function tables(): Promise<Kysely<Tables>> {
  const crm = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  for (const table of ["customers", "trunks"] as const) {
    await crm.schema
      .createTable(table)
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("tenant", "text", (column) => column.notNull())
      .addColumn("name", "text")
      .addColumn("key", "text")
      .execute();
    await installOutbox(crm, { table, tenantColumn: "tenant" });
    for (const id of ["1", "2", "3"])
      await crm
        .insertInto(table)
        .values({ id, tenant, name: `${table} ${id}`, key: `${table}-${id}` })
        .execute();
  }
  return crm;
}

interface Started {
  readonly hubspoke: Hubspoke;
  readonly alerts: Shop["main"]["alerts"];
  readonly setup: TenantSetup;
  readonly schema: SchemaHandle;
  /** When the schedule ran. */
  readonly pushes: readonly number[];
}
type Both = Readonly<Record<"customers" | "trunks", readonly (string | null | undefined)[]>>;

/** A process with its declarations, the trunks' in a step: which type they are only the account knows. */
export async function started(
  s: Shop,
  crm: Kysely<Tables>,
  more: Partial<HubspokeOptions> = {},
  disturb?: Disturb,
): Promise<Started> {
  const { hubspoke, alerts } = s.process(more, disturb);
  const pushes: number[] = [];
  const run = ({ dueAt }: { readonly dueAt: number }) => void pushes.push(dueAt);
  const hourly = hubspoke.schedule({ name: "hourly", every: "1h", run });
  const sync = (table: "customers" | "trunks", object: ObjectType, property: string) =>
    hubspoke.sync({
      name: table,
      object,
      local: kyselySource(crm, { table, tenantColumn: "tenant" }),
      match: ["key"],
      fields: { key: field(property, { owner: "local" }), name: field("name", { rule: "latest" }) },
    });
  sync("customers", "companies", "warp_ban");
  const schema = hubspoke.schema(declared);
  const setup = hubspoke
    .setup({
      schema,
      steps: [
        {
          name: "trunks",
          async run() {
            const known = hubspoke.syncs().some(({ name }) => name === "trunks");
            if (!known) sync("trunks", (await schema.typeId("trunk", tenant)) as ObjectType, "trunk_id");
          },
        },
      ],
      schedules: [hourly],
    })
    .for(tenant);
  setup.start();
  return { hubspoke, alerts, setup, schema, pushes };
}

export const states = (status: SetupStatus | null): readonly string[] | undefined =>
  status?.steps.map(({ name, state }) => `${name} ${state}`);
export const done: readonly string[] = [
  "schema done",
  "trunks done",
  "schedules done",
  "sync:customers done",
  "sync:trunks done",
];
export const there = (s: Shop): Both => ({
  customers: names(s, "companies", "warp_ban"),
  trunks: names(s, "2-1000001", "trunk_id"),
});
const names = (s: Shop, object: string, property: string): readonly (string | null | undefined)[] =>
  s.simulator
    .portal()
    .objects(object)
    .list()
    .map(({ properties }) => properties[property])
    .sort();
export const both: Both = {
  customers: ["customers-1", "customers-2", "customers-3"],
  trunks: ["trunks-1", "trunks-2", "trunks-3"],
};

/** Time passes, and the worker with it; first contact goes on beside its jobs. */
export async function pass(
  s: Shop,
  ms: number,
  ...processes: readonly { hubspoke: Shop["hubspoke"] }[]
): Promise<void> {
  const until = s.clock.now() + ms;
  while (s.clock.now() < until) {
    const ticks = processes.map(({ hubspoke }) => hubspoke.worker().tick({ budgetMs: 1_000 }));
    await s.drive(Promise.all(ticks));
    await s.clock.advance(1_000);
  }
}
