import type { HubSpotClient, ObjectType } from "@hubspoke/core";
import type { Feed, TailEvent } from "./feed.ts";

/** The search index lags behind writes by up to half a minute (hubspot-facts §2.2), so each look goes back this far. */
const lagMs = 60_000;

const singular: Readonly<Record<string, string>> = {
  contacts: "contact",
  companies: "company",
  deals: "deal",
  tickets: "ticket",
  products: "product",
  line_items: "line_item",
};

/**
 * Changes by searching for what was modified lately, for accounts without a journal. A search does not say what changed:
 * a record that came into being since is a creation, any other a change of its modified time. Deletions, merges and
 * associations do not show, nor what is beyond 10,000 changes between two looks.
 */
export function pollFeed(client: HubSpotClient, portalId: number, objects: readonly string[], since: number): Feed {
  const states = objects.map((object) => ({ object, from: since, seen: new Map<string, number>() }));

  async function look(state: (typeof states)[number]): Promise<readonly TailEvent[]> {
    const { object, seen } = state;
    const property = object === "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
    const events: TailEvent[] = [];
    let newest = state.from;
    for (let after: string | undefined; ; ) {
      const page = await client.objects(object as ObjectType).search({
        properties: [],
        filters: [{ property: property as never, operator: "GTE", value: Math.max(since, state.from - lagMs) }],
        sort: { property: property as never, direction: "ASCENDING" },
        limit: 200,
        ...(after === undefined ? {} : { after }),
      });
      for (const { id, createdAt, updatedAt } of page.records) {
        const at = updatedAt?.getTime() ?? newest;
        newest = Math.max(newest, at);
        if (seen.get(id) === at) continue;
        const isNew = !seen.has(id) && createdAt !== null && createdAt.getTime() >= since;
        seen.set(id, at);
        events.push(eventOf({ object, id, at, portalId, property: isNew ? null : property }));
      }
      after = page.next;
      if (after === undefined || Number(after) >= 10_000) break;
    }
    state.from = newest;
    for (const [id, at] of seen) if (at < newest - 2 * lagMs) seen.delete(id);
    return events;
  }

  return {
    source: "search",
    async next() {
      const found: TailEvent[] = [];
      for (const state of states) found.push(...(await look(state)));
      return found;
    },
  };
}

interface Seen {
  readonly object: string;
  readonly id: string;
  readonly at: number;
  readonly portalId: number;
  /** null: it came into being. */
  readonly property: string | null;
}

function eventOf({ object, id, at, portalId, property }: Seen): TailEvent {
  const name = singular[object];
  return {
    eventId: at,
    subscriptionId: 1,
    portalId,
    appId: 1,
    occurredAt: at,
    subscriptionType: `${name ?? "object"}.${property === null ? "creation" : "propertyChange"}`,
    attemptNumber: 0,
    objectId: Number(id),
    changeSource: "INTEGRATION",
    sourceId: "hubspoke",
    ...(name === undefined ? { objectTypeId: object } : {}),
    ...(property === null ? { changeFlag: "NEW" } : { propertyName: property, propertyValue: String(at) }),
  };
}
