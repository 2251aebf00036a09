import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Ctx, TickResult } from "@hubspoke/core";
import { field, type SyncHandle } from "@hubspoke/core/sync";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { sqliteStorage } from "@hubspoke/storage-sqlite";
import { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import { type Instance, instance, staff, type World, world } from "../directory/bed.ts";

interface Tables {
  leads: { id: string; workspace: string; email: string; first_name: string | null; phone: string | null };
}

export const admin: Ctx = { tenant: "acme", actor: { id: "root", role: "admin" } };
export const victim = {
  firstname: "Canaryfirst",
  lastname: "Canarylast",
  company: "Canarycorp",
  email: "canary@person.example",
  phone: "(902) 555-1234",
};
const bystander = { firstname: "Grace", lastname: "Hopper", email: "grace@person.example", phone: "(902) 555-7777" };
export const canaries: RegExp = /Canary|canary@|902.?555.?1234|5551234/;

export interface Office extends Instance {
  readonly there: World;
  readonly folder: string;
  readonly db: Kysely<Tables>;
  readonly ids: { readonly victim: string; readonly bystander: string };
  /** Another process on the same database. */
  another(more?: Parameters<typeof instance>[2]): Instance & { readonly leads: SyncHandle };
  drive<T>(work: Promise<T>): Promise<T>;
}

/** A host with a synced table, and two people who were looked up, searched for, opened and synced. */
export async function office(): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), "hubspoke-privacy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const there = world();
  const contacts = there.simulator.portal().contacts;
  const ids = { victim: contacts.create(victim).id, bystander: contacts.create(bystander).id };
  const path = join(folder, "store.db");
  const another = (more = {}) => {
    const made = instance(there, sqliteStorage({ path }), {
      directory: { fields: ["firstName", "lastName", "company", "email"] },
      webhooks: { publicUrl: "https://app.example.com/hubspot/webhooks", secrets: "app-secret" },
      ...more,
    });
    const leads = made.hubspoke.sync({
      name: "leads",
      object: "contacts",
      local: kyselySource(db, table),
      match: ["email"],
      fields: {
        email: field("email", { owner: "hubspot" }),
        first_name: field("firstname", { rule: "latest" }),
        phone: field("phone", { rule: "latest" }),
      },
      conflict: { default: "latest", tie: "local" },
    });
    return { ...made, leads };
  };
  const table = { table: "leads", tenantColumn: "workspace" } as const;
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(":memory:")) });
  await db.schema
    .createTable("leads")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("first_name", "text")
    .addColumn("phone", "text")
    .execute();
  await installOutbox(db, table);
  const people = [
    { id: "1", workspace: "acme", email: victim.email, first_name: "Nickname", phone: null },
    { id: "2", workspace: "acme", email: bystander.email, first_name: "Grace", phone: null },
  ];
  await db.insertInto("leads").values(people).execute();
  const first = another();
  const drive = there.drive;
  const { directory } = first.hubspoke;
  await drive(directory.batchLookup(["902-555-1234", "902-555-7777"], staff));
  await drive(directory.search("canaryfirst canarylast", staff));
  await drive(directory.search("grace", staff));
  for (const id of [ids.victim, ids.bystander]) await drive(directory.opened(id, staff));
  await drive(first.leads.for("acme").backfill());
  return { ...first, there, folder, db, ids, another, drive };
}

export const tick = (o: Pick<Office, "drive">, one: Instance): Promise<TickResult> =>
  o.drive(one.hubspoke.worker().tick({ budgetMs: 3_600_000 }));

/** Rows that hold one of these, by table. */
export function rowsWith(folder: string, needles: readonly string[]): Record<string, number> {
  const database = new DatabaseSync(join(folder, "store.db"), { readOnly: true });
  const names = database.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  const found: Record<string, number> = {};
  for (const { name } of names) {
    const rows = database.prepare(`select * from "${name}"`).all();
    const holding = rows.filter((row) =>
      needles.some((needle) => Object.values(row).some((value) => String(value) === needle)),
    );
    if (holding.length > 0) found[name.replace("hubspoke_", "")] = holding.length;
  }
  database.close();
  return found;
}
