import { type Bench, type BenchOptions, bench } from "../testing.fixture.ts";
import type { ContactSearch } from "./types.ts";

export const fields = ["firstName", "lastName", "company", "email"] as const;

const john = {
  firstname: "John",
  lastname: "Smith",
  company: "ABC Corp",
  email: "john@example.com",
  phone: "902-555-1234",
};
const joanna = { firstname: "Joanna", lastname: "Smith", phone: "(416) 555-0199" };

/** A HubSpot that knows John as 501 and Joanna as 502. */
export function office(options: BenchOptions = {}): Bench {
  const made = bench({ ...options, options: { fields, ...options.options } });
  made.hubspot.add("501", john);
  made.hubspot.add("502", joanna);
  return made;
}

/** Ids of the recents, and of what HubSpot found. */
export const ids = ({ contacts, recent }: ContactSearch): readonly (readonly string[])[] => [
  recent.map(({ id }) => id),
  contacts.map(({ id }) => id),
];
