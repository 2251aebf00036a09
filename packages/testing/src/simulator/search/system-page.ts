import type { OrderedIndex } from "../base/ordered-index.ts";
import type { ObjectStore } from "../state/object-store.ts";
import type { SimRecord } from "../state/record.ts";
import { type Bounds, boundsOf, UNBOUNDED } from "./bounds.ts";
import type { Filter, SearchRequest } from "./request.ts";

/** What a search answers, before it is shown. */
export interface SearchResult {
  readonly total: number;
  readonly records: readonly SimRecord[];
}

const ID = "hs_object_id";
const BUCKETS = 4_096;

/**
 * A page of a search that asks about nothing but ids and one system time, and sorts by one of them: how everybody
 * walks an account past 10,000 results. Indexes by time hold (time, id), so columns of numbers answer it without
 * looking at records. `undefined` for any other search.
 */
export function systemPage(store: ObjectStore, request: SearchRequest): SearchResult | undefined {
  const filters = soleGroup(request);
  if (filters === undefined) return undefined;
  const sort = request.sort?.property ?? store.type.created;
  const [time, ...more] = new Set(
    [sort, ...filters.map((filter) => filter.propertyName)].filter((name) => name !== ID),
  );
  if (more.length > 0) return undefined;
  const index = orderedIndex(store, time ?? ID);
  const keys = boundsOf(filters.filter((filter) => filter.propertyName === (time ?? ID)));
  const ids = time === undefined ? UNBOUNDED : boundsOf(filters.filter((filter) => filter.propertyName === ID));
  if (index === undefined || keys === undefined || ids === undefined) return undefined;
  const range = rangeOf(index, keys);
  const page: PageOf = { ...request, descending: request.sort?.descending ?? false };
  if (sort !== (time ?? ID)) return byId(range, ids, store.records.search.byId.ends, page);
  return ids === UNBOUNDED ? wholeRange(range, page) : inOrder(range, ids, page);
}

/** The index that has records in order of a property that only HubSpot itself sets. */
export function orderedIndex(store: ObjectStore, property: string): OrderedIndex<SimRecord> | undefined {
  // A property that can be written is not always what the record itself knows.
  if (!store.properties.find(property)?.readOnly) return undefined;
  const { search } = store.records;
  if (property === ID) return search.byId;
  if (property === store.type.lastModified) return search.byModified;
  return property === store.type.created ? search.byCreated : undefined;
}

/** The ranks of an index between which every match lies. */
export interface Range {
  readonly index: OrderedIndex<SimRecord>;
  readonly from: number;
  readonly to: number;
}

export function rangeOf(index: OrderedIndex<SimRecord>, { low, high }: Bounds): Range {
  const from = index.rank(low, Number.NEGATIVE_INFINITY);
  return { index, from, to: Math.max(from, index.rank(high, Number.POSITIVE_INFINITY)) };
}

interface PageOf {
  readonly after: number;
  readonly limit: number;
  readonly descending: boolean;
}

/** The filters when they are all joined by AND. */
function soleGroup({ groups, query }: SearchRequest): readonly Filter[] | undefined {
  if (query.trim() !== "" || groups.length > 1) return undefined;
  return groups[0] ?? [];
}

function wholeRange({ index, from, to }: Range, { after, limit, descending }: PageOf): SearchResult {
  const start = descending ? Math.max(from, to - after - limit) : Math.min(to, from + after);
  const end = descending ? Math.max(from, to - after) : Math.min(to, start + limit);
  return { total: to - from, records: [...index.slice(start, end, descending)] };
}

/** In the index's own order, past what the ids rule out. */
function inOrder(
  { index, from, to }: Range,
  { low, high }: Bounds,
  { after, limit, descending }: PageOf,
): SearchResult {
  const records: SimRecord[] = [];
  let total = 0;
  for (const { ties, items, start, end } of index.runs(from, to, descending)) {
    for (let step = start; step < end; step++) {
      const i = descending ? end - 1 - (step - start) : step;
      const id = ties[i]!;
      if (id < low || id > high) continue;
      if (total >= after && records.length < limit) records.push(items[i]!);
      total++;
    }
  }
  return { total, records };
}

/** In the order of ids: only the part of the ids that the page can lie in is ever sorted. */
function byId(range: Range, bounds: Bounds, all: Bounds, { after, limit, descending }: PageOf): SearchResult {
  const { total, near } = narrowed(range, bounds, all, after + limit, descending);
  const found: SimRecord[] = [];
  for (const { ties, items, start, end } of range.index.runs(range.from, range.to)) {
    for (let i = start; i < end; i++) if (ties[i]! >= near.low && ties[i]! <= near.high) found.push(items[i]!);
  }
  found.sort((a, b) => (descending ? b.num - a.num : a.num - b.num));
  return { total, records: found.slice(after, after + limit) };
}

/** How many ids there are, and bounds that hold the first `needed` (the last with `descending`) and not many more. */
function narrowed(
  { index, from, to }: Range,
  bounds: Bounds,
  all: Bounds,
  needed: number,
  descending: boolean,
): { readonly total: number; readonly near: Bounds } {
  const low = Math.max(bounds.low, all.low);
  const high = Math.min(bounds.high, all.high);
  const width = Math.max(1, (high - low + 1) / BUCKETS);
  const counts = new Uint32Array(BUCKETS);
  let total = 0;
  for (const { ties, start, end } of index.runs(from, to)) {
    for (let i = start; i < end; i++) {
      const id = ties[i]!;
      if (id < low || id > high) continue;
      total++;
      counts[Math.floor((id - low) / width)]!++;
    }
  }
  let held = 0;
  for (let step = 0; step < BUCKETS; step++) {
    const bucket = descending ? BUCKETS - 1 - step : step;
    held += counts[bucket]!;
    if (held < needed) continue;
    const edge = low + (descending ? bucket : bucket + 1) * width;
    return { total, near: descending ? { low: edge, high } : { low, high: edge } };
  }
  return { total, near: { low, high } };
}
