import type { Clients } from "../client/create-clients.ts";
import type { ContactSearchPort } from "../directory/contact-finder.ts";

/** The directory's view of the client: one page of contacts by filter, as text. */
export function contactSearchFor(clients: Pick<Clients, "calls">): ContactSearchPort {
  return {
    async search({ tenant, lane, signal, filterGroups, properties, limit, after }) {
      const calls = clients.calls({ tenant, lane, signal }, "contacts");
      const page = await calls.searchPage({
        filterGroups,
        properties,
        limit,
        sorts: [],
        ...(after === undefined ? {} : { after }),
      });
      return { results: page.records, next: page.next };
    },
  };
}
