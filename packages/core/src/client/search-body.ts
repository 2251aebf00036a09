import { HubspokeError } from "../errors/hubspoke-error.ts";
import type { Filter, SearchQuery, Sort } from "../model/search-query.ts";

/** HubSpot's limits on one search (hubspot-facts §2.2). */
export const searchLimits = {
  groups: 5,
  filtersPerGroup: 6,
  filters: 18,
  page: 200,
  results: 10_000,
  bodyLength: 3_000,
} as const;

/** The request body of a search. Errors: INPUT_INVALID for what HubSpot would answer 400 to, before anything is sent. */
export function searchBody<M, K extends string>(query: SearchQuery<M, K>): Readonly<Record<string, unknown>> {
  const groups = [...(query.filters === undefined ? [] : [query.filters]), ...(query.filterGroups ?? [])];
  const limit = query.limit ?? 100;
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  if (groups.length > searchLimits.groups) throw invalid(`a search has at most ${searchLimits.groups} filter groups`);
  if (groups.some((group) => group.length > searchLimits.filtersPerGroup)) {
    throw invalid(`a filter group has at most ${searchLimits.filtersPerGroup} filters`);
  }
  if (count > searchLimits.filters) throw invalid(`a search has at most ${searchLimits.filters} filters in all`);
  if (!Number.isInteger(limit) || limit < 1 || limit > searchLimits.page) {
    throw invalid(`a search page has 1 to ${searchLimits.page} results`);
  }
  if (Number(query.after ?? 0) >= searchLimits.results) {
    throw invalid(
      `a search gives at most ${searchLimits.results} results; narrow it by a filter on the sorted property`,
    );
  }
  const body = {
    ...(query.query === undefined ? {} : { query: query.query }),
    filterGroups: groups.map((filters) => ({ filters: filters.map(wireFilter) })),
    sorts: query.sort === undefined ? [] : [{ propertyName: query.sort.property, direction: query.sort.direction }],
    properties: query.properties,
    limit,
    ...(query.after === undefined ? {} : { after: query.after }),
  };
  const length = JSON.stringify(body).length;
  if (length > searchLimits.bodyLength) {
    throw invalid(
      `a search body has at most ${searchLimits.bodyLength} characters and this one has ${length}; split its values or ask for fewer properties`,
    );
  }
  return body;
}

/** The names a search mentions, for checking them against the portal. */
export function searchedProperties<M, K extends string>(
  query: Pick<SearchQuery<M, K>, "properties" | "filters" | "filterGroups"> & { readonly sort?: Sort<M> },
): string[] {
  const filters = [...(query.filters ?? []), ...(query.filterGroups ?? []).flat()];
  const sorted = query.sort === undefined ? [] : [query.sort.property as string];
  return [...query.properties, ...filters.map((filter) => filter.property as string), ...sorted];
}

function wireFilter<M>(filter: Filter<M>): Readonly<Record<string, unknown>> {
  const base = { propertyName: filter.property, operator: filter.operator };
  if ("values" in filter) return { ...base, values: filter.values.map(wireValue) };
  if ("highValue" in filter) return { ...base, value: wireValue(filter.value), highValue: wireValue(filter.highValue) };
  return "value" in filter ? { ...base, value: wireValue(filter.value) } : base;
}

function wireValue(value: string | number | boolean | Date): string {
  return value instanceof Date ? String(value.getTime()) : String(value);
}

function invalid(why: string): HubspokeError {
  return new HubspokeError("INPUT_INVALID", `INPUT_INVALID: ${why}`);
}
