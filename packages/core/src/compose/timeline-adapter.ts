import type { Clients } from "../client/create-clients.ts";
import { HubSpotConflictError } from "../errors/hubspot-errors.ts";
import type { TimelinePort } from "../events/sinks.ts";
import type { CrmScope } from "../ports/crm.ts";

/** The two timelines of HubSpot: app events of dated versions, and the templates that some partners still have. */
export function timelineFor(clients: Pick<Clients, "client">): TimelinePort {
  const hs = ({ tenant, lane, signal }: CrmScope) =>
    clients.client({ tenant, lane, ...(signal === undefined ? {} : { signal }) });
  return {
    app: (scope, event) => hs(scope).appEvents.send(event),
    async legacy(scope, { timestamp, ...event }) {
      try {
        // Written out: it is another API than the dated one, and lives beside it (hubspot-facts §1.5).
        await hs(scope).request("POST /integrators/timeline/v3/events", {
          body: { ...event, timestamp: timestamp.getTime() },
        });
        return { duplicate: false };
      } catch (error) {
        if (error instanceof HubSpotConflictError) return { duplicate: true };
        throw error;
      }
    },
  };
}
