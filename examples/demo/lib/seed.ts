import type { Kysely } from "kysely";
import { type Customer, createCustomers, openCrm, type Tables } from "./crm.ts";
import type { SimulatedContact } from "./hubspot.ts";
import { tenant } from "./product.ts";

const plans = ["free", "starter", "growth", "scale"];

export interface Seeded {
  /** Customers HubSpot knows by e-mail; their plan is news to it. */
  readonly known: number;
  /** Customers HubSpot has never heard of, their e-mail written in capitals as people do. */
  readonly unknown: number;
}

/** Fills the product's table: some of HubSpot's people with a plan, and some of its own. */
export async function seedCustomers(
  folder: string,
  contacts: readonly SimulatedContact[],
  counts: Seeded,
): Promise<void> {
  const db = openCrm(`${folder}/crm.db`);
  await createCustomers(db);
  const known = contacts.slice(0, counts.known).map(
    ({ properties }, i): Customer => ({
      id: `c${i}`,
      workspace: tenant,
      email: properties.email ?? "",
      first_name: properties.firstname ?? null,
      last_name: properties.lastname ?? null,
      company: properties.company ?? null,
      phone: properties.phone ?? null,
      plan: plans[i % plans.length] ?? null,
    }),
  );
  const unknown = Array.from(
    { length: counts.unknown },
    (_, i): Customer => ({
      id: `n${i}`,
      workspace: tenant,
      email: `New.Customer.${i}@Example.COM`,
      first_name: "New",
      last_name: `Customer ${i}`,
      company: null,
      phone: null,
      plan: "free",
    }),
  );
  await insert(db, [...known, ...unknown]);
  await db.destroy();
}

async function insert(db: Kysely<Tables>, rows: readonly Customer[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (let i = 0; i < rows.length; i += 1_000)
      await trx
        .insertInto("customers")
        .values(rows.slice(i, i + 1_000))
        .execute();
  });
}
