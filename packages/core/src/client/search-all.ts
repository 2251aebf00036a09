import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { PropertyName } from "../model/object-properties.ts";
import type { Filter, SearchAllQuery } from "../model/search-query.ts";
import type { ObjectCalls } from "./object-calls.ts";
import { searchBody, searchLimits } from "./search-body.ts";
import { leadsNowhere, type WireRecord } from "./wire.ts";

/**
 * Every record a search finds, a page at a time, past the 10,000 HubSpot shows of one search (hubspot-facts §2.2).
 *
 * Each page is a search of its own, ascending by `hs_object_id` from the last id seen. Windows over a time stand still
 * where an import gave more than 10,000 records one timestamp; ids have no ties. And records that begin or cease to
 * match on the way shift the offsets of ordinary pages, but no ids. Needs exactly ⌈n/200⌉ calls.
 *
 * Errors: INPUT_INVALID naming the group that has no room for the id filter; what the calls give.
 */
export async function* searchEverything<M, K extends string>(
  calls: ObjectCalls,
  query: SearchAllQuery<M, K>,
): AsyncGenerator<readonly WireRecord[]> {
  requireRoom(query);
  for (let last = 0n; ; ) {
    const page = await calls.searchPage(windowAfter(query, last));
    let highest = last;
    for (const { id } of page.records) if (BigInt(id) > highest) highest = BigInt(id);
    yield page.records;
    if (page.next === null) return;
    // Would be the same page for ever.
    if (highest === last) {
      throw leadsNowhere(`POST /crm/objects/{version}/${calls.object}/search`);
    }
    last = highest;
  }
}

function windowAfter<M, K extends string>(query: SearchAllQuery<M, K>, last: bigint): unknown {
  const property = "hs_object_id" as PropertyName<M>;
  const beyond: Filter<M> = { property, operator: "GT", value: String(last) };
  const groups = groupsOf(query).map(({ filters }) => [...filters, beyond]);
  return searchBody<M, K>({
    properties: query.properties,
    ...(query.query === undefined ? {} : { query: query.query }),
    filterGroups: groups.length === 0 ? [[beyond]] : groups,
    sort: { property, direction: "ASCENDING" },
    limit: searchLimits.page,
  });
}

function requireRoom<M, K extends string>(query: SearchAllQuery<M, K>): void {
  const groups = groupsOf(query);
  const full = groups.find(({ filters }) => filters.length >= searchLimits.filtersPerGroup);
  if (full !== undefined) {
    throw invalid(
      `${full.name} is full: searchAll adds a filter on hs_object_id to every group, so a group has at most ${searchLimits.filtersPerGroup - 1} of yours`,
    );
  }
  const count = groups.reduce((sum, { filters }) => sum + filters.length, 0);
  if (count + groups.length > searchLimits.filters) {
    throw invalid(
      `${groups.length} groups have room for ${searchLimits.filters - groups.length} filters in all, because searchAll adds one to each; these have ${count}`,
    );
  }
}

function groupsOf<M, K extends string>(
  query: SearchAllQuery<M, K>,
): readonly { readonly name: string; readonly filters: readonly Filter<M>[] }[] {
  const alone = query.filters === undefined ? [] : [{ name: "filters", filters: query.filters }];
  const more = (query.filterGroups ?? []).map((filters, i) => ({ name: `filterGroups[${i}]`, filters }));
  return [...alone, ...more];
}

function invalid(why: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${why}`);
}
