import type { OrderedIndex } from "../base/ordered-index.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord } from "../state/record.ts";
import { boundsOf } from "./bounds.ts";
import { comparator, compileFilter, type Predicate, type SearchRules } from "./filter.ts";
import type { Filter, SearchRequest } from "./request.ts";
import { orderedIndex, rangeOf, type SearchResult, systemPage } from "./system-page.ts";
import { queryMatcher } from "./tokens.ts";

/**
 * Runs a search by the cheapest of four ways: candidates from equality indexes when every group has one; columns of
 * ids and times when it asks about nothing else; a walk along an ordered index when the sort has one; else all
 * records, sorted.
 */
export function executeSearch(
  store: ObjectStore,
  request: SearchRequest,
  rules: SearchRules,
  now: number,
): SearchResult {
  store.records.search.catchUp(now);
  const matches = compileRequest(store, request, rules);
  const candidates = indexedCandidates(store, request);
  if (candidates !== undefined) return sortAndPage(store, request, [...candidates].filter(matches));
  const page = systemPage(store, request);
  if (page !== undefined) return page;
  const order = orderedIndex(store, sortOf(store, request));
  if (order !== undefined) return walk(store, request, order, matches);
  return sortAndPage(store, request, [...all(store.records.search.byId)].filter(matches));
}

/** Without a sort the oldest come first (hubspot-facts §3). */
function sortOf(store: ObjectStore, { sort }: SearchRequest): string {
  return sort?.property ?? store.type.created;
}

function* all(index: OrderedIndex<SimRecord>): Generator<SimRecord> {
  yield* index.slice(0, index.size);
}

function compileRequest(
  store: ObjectStore,
  request: SearchRequest,
  rules: SearchRules,
): (record: SimRecord) => boolean {
  const groups = request.groups.map((group) => group.map((filter) => compileFilter(filter, store, rules)));
  const free = freeText(store, request.query);
  return (record) => {
    const snapshot = record.indexed!;
    if (groups.length > 0 && !groups.some((group) => group.every((test) => test(record, snapshot)))) return false;
    return free === undefined || free(record, snapshot);
  };
}

function freeText(store: ObjectStore, query: string): Predicate | undefined {
  if (query.trim() === "") return undefined;
  const fits = queryMatcher(query);
  return (record, snapshot) => fits(store.type.queried.map((name) => store.records.read(record, snapshot, name) ?? ""));
}

/** The union of what each group's most telling equality filter finds; `undefined` if a group has none. */
function indexedCandidates(store: ObjectStore, request: SearchRequest): Set<SimRecord> | undefined {
  if (request.groups.length === 0) return undefined;
  const union = new Set<SimRecord>();
  for (const group of request.groups) {
    const best = group
      .filter((filter) => isIndexable(filter, store))
      .map((filter) =>
        store.records.search.candidates(filter.propertyName, filter.operator === "IN" ? filter.values : [filter.value]),
      )
      .sort((a, b) => a.size - b.size)[0];
    if (best === undefined) return undefined;
    for (const record of best) union.add(record);
  }
  return union;
}

/** Equality of text means equal text but for case; numbers, times and checkboxes have several spellings. */
function isIndexable({ operator, propertyName }: Filter, store: ObjectStore): boolean {
  if (operator !== "EQ" && operator !== "IN") return false;
  if (propertyName === "hs_object_id") return true;
  if (store.associationType(propertyName) !== undefined) return false;
  const { type } = store.properties.get(propertyName);
  return type === "string" || type === "phone_number";
}

/** Along the sort's own index, and only where filters on the sort let a match lie. */
function walk(
  store: ObjectStore,
  request: SearchRequest,
  index: OrderedIndex<SimRecord>,
  matches: (record: SimRecord) => boolean,
): SearchResult {
  const [only, ...others] = request.groups;
  const filters = only !== undefined && others.length === 0 ? only : [];
  const sort = sortOf(store, request);
  const ranges = filters.filter((filter) => filter.propertyName === sort && boundsOf([filter]) !== undefined);
  const { from, to } = rangeOf(index, boundsOf(ranges)!);
  const { after, limit } = request;
  const records: SimRecord[] = [];
  let total = 0;
  for (const record of index.slice(from, to, request.sort?.descending ?? false)) {
    if (!matches(record)) continue;
    if (total >= after && records.length < limit) records.push(record);
    total++;
  }
  return { total, records };
}

function sortAndPage(store: ObjectStore, request: SearchRequest, found: SimRecord[]): SearchResult {
  const { sort, after, limit } = request;
  if (sort === undefined) found.sort((a, b) => a.createdAt - b.createdAt || a.num - b.num);
  else {
    const compare = comparator(store.properties.get(sort.property));
    const value = (record: SimRecord) => store.records.read(record, record.indexed!, sort.property);
    const sign = sort.descending ? -1 : 1;
    found.sort((a, b) => {
      const [left, right] = [value(a), value(b)];
      // Records without a value come last in either direction.
      if (left === undefined || right === undefined)
        return left === right ? a.num - b.num : left === undefined ? 1 : -1;
      return sign * (compare(left, right) || a.num - b.num);
    });
  }
  return { total: found.length, records: found.slice(after, after + limit) };
}
