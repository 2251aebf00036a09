import type { PortalAccess } from "@hubspoke/testing";
import type { Lead } from "./crm.ts";

/** What was done to one person, and what HubSpot's events of it were answered. */
export interface Person {
  readonly email: string;
  /** First names given in HubSpot, in order, and whether the event of each was accepted with a 2xx. */
  readonly firsts: { readonly value: string; accepted: boolean }[];
  /** Last names given here, in order: the product's own commit is what accepts them. */
  readonly lasts: string[];
}

export interface Evidence {
  readonly people: readonly Person[];
  readonly leads: readonly Lead[];
  readonly contacts: PortalAccess["contacts"];
  /** How often each last name was sent to HubSpot. */
  readonly sent: ReadonlyMap<string, number>;
  /** How often each first name was written here, in rows that existed. */
  readonly written: ReadonlyMap<string, number>;
}

/** Whether everything accepted has arrived: what a person still waits for is not said before the end. */
export function missing({ people, leads, contacts }: Omit<Evidence, "sent" | "written">): string[] {
  const found: string[] = [];
  const live = contacts.list();
  for (const { email, firsts, lasts } of people) {
    const rows = leads.filter((lead) => lead.email === email);
    const there = live.filter(({ properties }) => properties.email === email);
    const accepted = firsts.findLastIndex((edit) => edit.accepted);
    if (there.length === 0) found.push(`${email}: nowhere in HubSpot`);
    // Born in HubSpot, with no event of it accepted: nobody here can know.
    if (rows.length === 0 && accepted >= 0) found.push(`${email}: accepted, and nowhere here`);
    const [row] = rows;
    if (row === undefined) continue;
    if (firsts.findIndex(({ value }) => value === row.first) < accepted)
      found.push(`${email}: ${row.first} here, ${firsts[accepted]?.value} was accepted`);
    const last = lasts.at(-1);
    if (last !== undefined && there[0]?.properties.lastname !== last)
      found.push(`${email}: ${there[0]?.properties.lastname} in HubSpot, ${last} here`);
  }
  return found;
}

/** What happened more than once though it was asked for once. */
export function doubled({ people, leads, contacts, sent, written }: Evidence): string[] {
  const live = contacts.list();
  const twice = (counts: ReadonlyMap<string, number>, where: string) =>
    [...counts].flatMap(([value, times]) => (times > 1 ? [`${value}: ${times} times ${where}`] : []));
  return [
    ...people.flatMap(({ email }) => {
      const rows = leads.filter((lead) => lead.email === email).length;
      const there = live.filter(({ properties }) => properties.email === email).length;
      return rows > 1 || there > 1 ? [`${email}: ${rows} rows here, ${there} in HubSpot`] : [];
    }),
    ...twice(sent, "to HubSpot"),
    ...twice(written, "here"),
  ];
}
