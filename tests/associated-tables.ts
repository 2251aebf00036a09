import { DatabaseSync } from "node:sqlite";
import { installOutbox, nodeSqliteDialect } from "@hubspoke/storage-kysely";
import { Kysely } from "kysely";

export interface AssociatedTables {
  customers: { id: string; workspace: string; domain: string | null };
  users: { id: string; workspace: string; email: string | null; customer_id: string | null };
}

/** A product's customers and their users, each table with an outbox. */
export async function associatedTables(path: string): Promise<Kysely<AssociatedTables>> {
  const crm = new Kysely<AssociatedTables>({ dialect: nodeSqliteDialect(new DatabaseSync(path)) });
  for (const [table, columns] of [
    ["customers", ["domain"]],
    ["users", ["email", "customer_id"]],
  ] as const) {
    let build = crm.schema
      .createTable(table)
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("workspace", "text", (column) => column.notNull());
    for (const column of columns) build = build.addColumn(column, "text");
    await build.execute();
    await installOutbox(crm, { table, tenantColumn: "workspace" });
  }
  return crm;
}
