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
  if (sort !== (time ?? ID)) {
    const all = store.records.search.byId;
    const isEveryTime = range.from === 0 && range.to === index.size;
    return isEveryTime ? wholeRange(rangeOf(all, ids), page) : byId(range, ids, all.ends, page);
  }
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

/**
 * In the order of ids: ids are counted in buckets, so that only those of the buckets that the page lies in are looked
 * at one by one.
 */
function byId(range: Range, bounds: Bounds, all: Bounds, { after, limit, descending }: PageOf): SearchResult {
  const low = Math.max(bounds.low, all.low);
  const high = Math.min(bounds.high, all.high);
  const perId = Math.min(1, BUCKETS / (high - low + 1));
  const { total, first, last, before } = bucketsOf(countIds(range, low, high, perId), { after, limit, descending });
  const found: SimRecord[] = [];
  // Roughly where the buckets lie: most ids are passed over by one comparison.
  const from = Math.max(low, low + first / perId - 1);
  const to = Math.min(high, low + (last + 1) / perId + 1);
  for (const { ties, items, start, end } of range.index.runs(range.from, range.to)) {
    for (let i = start; i < end; i++) {
      const id = ties[i]!;
      if (id < from || id > to) continue;
      const bucket = Math.floor((id - low) * perId);
      if (bucket >= first && bucket <= last) found.push(items[i]!);
    }
  }
  found.sort((a, b) => (descending ? b.num - a.num : a.num - b.num));
  return { total, records: found.slice(after - before, after - before + limit) };
}

function countIds({ index, from, to }: Range, low: number, high: number, perId: number): Uint32Array {
  const counts = new Uint32Array(BUCKETS + 1);
  for (const { ties, start, end } of index.runs(from, to)) {
    for (let i = start; i < end; i++) {
      const id = ties[i]!;
      if (id >= low && id <= high) counts[Math.floor((id - low) * perId)]!++;
    }
  }
  return counts;
}

interface PageBuckets {
  /** How many ids there are in all buckets. */
  readonly total: number;
  readonly first: number;
  readonly last: number;
  /** How many ids come before those of these buckets. */
  readonly before: number;
}

/** The buckets, in the page's direction, from the one its first id is in to the one its last is in. */
function bucketsOf(counts: Uint32Array, { after, limit, descending }: PageOf): PageBuckets {
  let total = 0;
  let begin = -1;
  let end = -1;
  let before = 0;
  for (let step = 0; step < counts.length; step++) {
    const count = counts[descending ? counts.length - 1 - step : step]!;
    if (begin < 0 && total + count > after) [begin, before] = [step, total];
    if (total < after + limit && count > 0) end = step;
    total += count;
  }
  if (begin < 0) return { total, first: 1, last: 0, before };
  const bucket = (step: number) => (descending ? counts.length - 1 - step : step);
  return { total, first: Math.min(bucket(begin), bucket(end)), last: Math.max(bucket(begin), bucket(end)), before };
}
