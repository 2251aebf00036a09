import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { installOutbox, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";

/** The product's own tables. HubSpot's ids, tokens and sync state are Hubspoke's, in a file of their own. */
export interface Tables {
  leads: {
    id: string;
    workspace_id: string;
    email: string | null;
    first_name: string | null;
    last_name: string | null;
    title: string | null;
    score: string | null;
    company_id: string | null;
  };
  companies: { id: string; workspace_id: string; domain: string | null; name: string | null };
  /** Workspaces that wanted to begin: what a process that was killed had left to do, the next one does. */
  started: { workspace_id: string };
}

export async function openDatabase(folder: string): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(new DatabaseSync(join(folder, "coldcopy.db"))) });
  await db.schema
    .createTable("companies")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace_id", "text", (column) => column.notNull())
    .addColumn("domain", "text")
    .addColumn("name", "text")
    .execute();
  await db.schema
    .createTable("started")
    .ifNotExists()
    .addColumn("workspace_id", "text", (column) => column.primaryKey())
    .execute();
  let leads = db.schema
    .createTable("leads")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace_id", "text", (column) => column.notNull());
  for (const name of ["email", "first_name", "last_name", "title", "score", "company_id"] as const) {
    leads = leads.addColumn(name, "text");
  }
  await leads.execute();
  for (const table of ["leads", "companies"] as const) await installOutbox(db, { table, tenantColumn: "workspace_id" });
  return db;
}
