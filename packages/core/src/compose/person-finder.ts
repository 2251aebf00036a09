import type { Clients } from "../client/create-clients.ts";
import { type ContactFinder, subjectOf } from "../directory/contact-finder.ts";
import { propertiesOf } from "../directory/known-contact.ts";
import { directoryFields } from "../directory/types.ts";
import { parsePhone } from "../phone/parse.ts";
import type { Region } from "../phone/types.ts";
import type { Person, PersonFinder } from "../privacy/subject.ts";

const numbers = ["hs_calculated_phone_number", "hs_calculated_mobile_number", "phone", "mobilephone"];
const properties = [...new Set([...propertiesOf(directoryFields), "hs_additional_emails", ...numbers])];
const lane = "interactive";

interface Found {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null | undefined>>;
}

/** People in HubSpot with everything they are known by, for exports and erasures. */
export function personFinderFor(
  clients: Pick<Clients, "calls">,
  finder: ContactFinder,
  defaultRegion: Region | undefined,
): PersonFinder {
  const personOf = ({ id, properties: found }: Found): Person => {
    const phones = numbers.flatMap((name) => {
      const read = parsePhone(found[name] ?? "", { defaultRegion });
      return read.ok ? [read.phone.e164] : [];
    });
    const addresses = [found.email, ...(found.hs_additional_emails ?? "").split(";")];
    return {
      contactId: id,
      emails: [...new Set(addresses.flatMap((address) => address?.trim().toLowerCase() || []))],
      phones: [...new Set(phones)],
      properties: Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value ?? null])),
    };
  };
  const contacts = (tenant: string) => clients.calls({ tenant, lane }, "contacts");
  return {
    byId: async (tenant, contactId) =>
      (await contacts(tenant).batchRead([contactId], { properties })).records.map(personOf),
    async byEmail(tenant, email) {
      const filters = ["email", "hs_additional_emails"].map((propertyName, i) => ({
        filters: [{ propertyName, operator: i === 0 ? "EQ" : "CONTAINS_TOKEN", value: email }],
      }));
      const page = await contacts(tenant).searchPage({ filterGroups: filters, properties, limit: 100, sorts: [] });
      return page.records.map(personOf).filter(({ emails }) => emails.includes(email));
    },
    async byPhone(tenant, e164) {
      const read = parsePhone(e164);
      if (!read.ok) return [];
      const query = {
        tenant,
        phones: [read.phone],
        properties,
        lane,
        recipeCap: 1,
        signal: new AbortController().signal,
      };
      const finding = (await finder.findByPhones(query as Parameters<ContactFinder["findByPhones"]>[0])).get(
        subjectOf(read.phone),
      );
      if (finding === undefined) return [];
      if ("failed" in finding) throw finding.failed;
      return finding.ranked.map(({ candidate }) => personOf(candidate));
    },
  };
}
