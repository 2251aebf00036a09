import { DatabaseSync } from "node:sqlite";
import { installOutbox, kyselySource, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";

/** The product's own table: what a host would have before it ever heard of HubSpot. */
export interface Customer {
  id: string;
  workspace: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  plan: string | null;
}

export interface Tables {
  customers: Customer;
}

export const table = { table: "customers", tenantColumn: "workspace" } as const;

/** Opens the product's database; the worker and the server each open it for themselves. */
export function openCrm(path: string): Kysely<Tables> {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma busy_timeout = 5000");
  return new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
}

export async function createCustomers(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable("customers")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("workspace", "text", (column) => column.notNull())
    .addColumn("email", "text", (column) => column.notNull())
    .addColumn("first_name", "text")
    .addColumn("last_name", "text")
    .addColumn("company", "text")
    .addColumn("phone", "text")
    .addColumn("plan", "text")
    .execute();
  await db.schema.createIndex("customers_email").on("customers").columns(["workspace", "email"]).execute();
  await installOutbox(db, table);
}

export const customersSource = (db: Kysely<Tables>): ReturnType<typeof kyselySource> => kyselySource(db, table);
