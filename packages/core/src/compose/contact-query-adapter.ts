import type { Clients } from "../client/create-clients.ts";
import type { ContactQueryPort } from "../directory/search/contact-query.ts";

/** The directory's view of the client: contacts by free text, and one by id through the search that takes ids. */
export function contactQueryFor(clients: Pick<Clients, "calls">): ContactQueryPort {
  return {
    async byText({ tenant, text, properties, limit, lane, signal }) {
      const calls = clients.calls({ tenant, lane, signal }, "contacts");
      return (await calls.searchPage({ query: text, filterGroups: [], properties, limit, sorts: [] })).records;
    },
    async byId({ tenant, id, properties, lane, signal }) {
      const calls = clients.calls({ tenant, lane, signal }, "contacts");
      return (await calls.batchRead([id], { properties })).records[0] ?? null;
    },
  };
}
