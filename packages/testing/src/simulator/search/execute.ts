import type { OrderedIndex } from "../base/ordered-index.ts";
import { parseTime } from "../properties/normalise.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord } from "../state/record.ts";
import { comparator, compileFilter, type Predicate, type SearchRules } from "./filter.ts";
import type { Filter, SearchRequest } from "./request.ts";
import { queryMatcher } from "./tokens.ts";

export interface SearchResult {
  readonly total: number;
  readonly records: readonly SimRecord[];
}

/**
 * Runs a search by the cheapest of three ways: candidates from equality indexes when every group has one; a walk along
 * an ordered index when the sort has one (without counting what a range already counts); else all records, sorted.
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
  const order = orderedIndex(store, request);
  if (order !== undefined) return walk(store, request, order, matches);
  return sortAndPage(store, request, [...all(store.records.search.byId)].filter(matches));
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

function orderedIndex(store: ObjectStore, { sort }: SearchRequest): OrderedIndex<SimRecord> | undefined {
  const property = sort?.property ?? store.type.created;
  // A property that can be written is not always what the record itself knows.
  if (!store.properties.get(property).readOnly) return undefined;
  if (property === "hs_object_id") return store.records.search.byId;
  if (property === store.type.lastModified) return store.records.search.byModified;
  return property === store.type.created ? store.records.search.byCreated : undefined;
}

function walk(
  store: ObjectStore,
  request: SearchRequest,
  index: OrderedIndex<SimRecord>,
  matches: (record: SimRecord) => boolean,
): SearchResult {
  const property = request.sort?.property ?? store.type.created;
  const descending = request.sort?.descending ?? false;
  const [only, ...others] = request.groups;
  const filters = only !== undefined && others.length === 0 ? only : [];
  const range = rangeOf(
    filters.filter((filter) => filter.propertyName === property),
    index,
  );
  const rest =
    request.query.trim() !== "" || request.groups.length > 1 || filters.some((f) => f.propertyName !== property);
  const exact = !rest && range.exact;
  const { after, limit } = request;

  if (exact) {
    const [from, to] = [range.from, Math.max(range.from, range.to)];
    const start = descending ? Math.max(from, to - after - limit) : Math.min(to, from + after);
    const end = descending ? Math.max(from, to - after) : Math.min(to, start + limit);
    return { total: to - from, records: [...index.slice(start, end, descending)] };
  }
  const records: SimRecord[] = [];
  let total = 0;
  for (const record of index.slice(range.from, range.to, descending)) {
    if (!matches(record)) continue;
    if (total >= after && records.length < limit) records.push(record);
    total++;
  }
  return { total, records };
}

interface Range {
  from: number;
  to: number;
  /** Whether the range says all that its filters say. */
  exact: boolean;
}

/** The ranks between which every match of these filters lies. */
function rangeOf(filters: readonly Filter[], index: OrderedIndex<SimRecord>): Range {
  const range: Range = { from: 0, to: index.size, exact: true };
  const atLeast = (key: number) => {
    range.from = Math.max(range.from, index.rank(key, Number.NEGATIVE_INFINITY));
  };
  const atMost = (key: number) => {
    range.to = Math.min(range.to, index.rank(key, Number.POSITIVE_INFINITY));
  };
  for (const { operator, value, highValue } of filters) {
    const low = parseKey(value);
    const high = parseKey(highValue);
    if (low !== undefined && operator === "GTE") atLeast(low);
    else if (low !== undefined && operator === "GT")
      range.from = Math.max(range.from, index.rank(low, Number.POSITIVE_INFINITY));
    else if (low !== undefined && operator === "LTE") atMost(low);
    else if (low !== undefined && operator === "LT")
      range.to = Math.min(range.to, index.rank(low, Number.NEGATIVE_INFINITY));
    else if (low !== undefined && high !== undefined && operator === "BETWEEN") {
      atLeast(low);
      atMost(high);
    } else range.exact = operator === "HAS_PROPERTY" && range.exact;
  }
  return range;
}

/** Ids and times are both numbers to an ordered index. */
function parseKey(value: string): number | undefined {
  return value === "" ? undefined : parseTime(value);
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
