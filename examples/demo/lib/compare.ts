import type { Customer } from "./crm.ts";
import type { SimulatedContact } from "./hubspot.ts";

/** Column → property, said a second time: this comparison must not borrow its idea of equality from the engine. */
const pairs: readonly (readonly [keyof Customer, string])[] = [
  ["first_name", "firstname"],
  ["last_name", "lastname"],
  ["company", "company"],
  ["phone", "phone"],
  ["plan", "customer_plan"],
];

export interface Comparison {
  readonly equal: number;
  readonly different: readonly string[];
}

/** Compares every customer with every contact by e-mail, which HubSpot stores in lower case. */
export function compare(customers: readonly Customer[], contacts: readonly SimulatedContact[]): Comparison {
  const byEmail = new Map(contacts.map((contact) => [contact.properties.email?.toLowerCase(), contact]));
  const different: string[] = [];
  for (const customer of customers) {
    const contact = byEmail.get(customer.email.toLowerCase());
    byEmail.delete(customer.email.toLowerCase());
    const wrong = pairs.filter(
      ([column, property]) => (customer[column] || null) !== (contact?.properties[property] || null),
    );
    if (contact === undefined) different.push(`customer ${customer.id} is not in HubSpot`);
    else if (wrong.length > 0) different.push(`customer ${customer.id}: ${wrong.map(([column]) => column).join(", ")}`);
  }
  for (const contact of byEmail.values()) different.push(`contact ${contact.id} is not in the table`);
  return { equal: customers.length - different.length, different };
}
