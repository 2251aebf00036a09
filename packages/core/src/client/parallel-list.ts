import { either } from "./either.ts";
import { type IdRange, IdRanges } from "./id-ranges.ts";
import type { ObjectCalls, ReadShape } from "./object-calls.ts";
import { leadsNowhere, malformed, type WireRecord } from "./wire.ts";

type Landed =
  | { readonly range: IdRange; readonly records: readonly WireRecord[] }
  | { readonly range: IdRange; readonly error: unknown };

/**
 * All records by several readers at once, each in its own range of ids: one reader gets a page per round trip, and
 * a quota of 19 calls a second allows more. In no particular order. A page is fetched only when its
 * reader's last one was consumed, so at most `readers` pages wait. Costs one search and up to a page per division more
 * than ⌈n/100⌉.
 *
 * Rests on HubSpot's lists being ascending by id with an id as cursor (hubspot-facts §3); an answer that is not is
 * HUBSPOT_RESPONSE_INVALID, because records would be missed.
 */
export async function* listInRanges(
  calls: ObjectCalls,
  shape: ReadShape,
  options: { readonly limit: number; readonly readers: number; readonly signal: AbortSignal | undefined },
): AsyncGenerator<readonly WireRecord[]> {
  const stop = new AbortController();
  const stoppable = calls.with({ signal: either(options.signal, stop.signal) ?? stop.signal });
  const { limit, readers } = options;
  const first = await stoppable.listPage({ ...shape, after: null, limit });
  yield first.records;
  if (first.next === null) return;
  const ranges = new IdRanges(await extent(stoppable, first.records), limit);
  take(ranges, ranges.whole, first, calls.object);

  const underWay = new Map<IdRange, Promise<Landed>>();
  const fetchNext = (range: IdRange): void => {
    // Before the first cursor: everything after the id in front of the range.
    const after = range.after ?? String(range.at - 1n);
    const landed = stoppable
      .listPage({ ...shape, after, limit })
      .then((page): Landed => ({ range, records: take(ranges, range, page, calls.object) }))
      .catch((error: unknown): Landed => ({ range, error }));
    underWay.set(range, landed);
  };
  try {
    if (!ranges.whole.done) fetchNext(ranges.whole);
    for (;;) {
      while (underWay.size < readers) {
        const half = ranges.split();
        if (half === null) break;
        fetchNext(half);
      }
      if (underWay.size === 0) return;
      const landed = await Promise.race(underWay.values());
      underWay.delete(landed.range);
      if ("error" in landed) throw landed.error;
      if (!landed.range.done) fetchNext(landed.range);
      if (landed.records.length > 0) yield landed.records;
    }
  } finally {
    stop.abort();
    await Promise.all(underWay.values());
  }
}

/** Where the ids end and about how many there are: one search, which may be late; what is newer falls into the last range. */
async function extent(
  calls: ObjectCalls,
  firstPage: readonly WireRecord[],
): Promise<{ first: bigint; highest: bigint; total: number }> {
  const sorts = [{ propertyName: "hs_object_id", direction: "DESCENDING" }];
  const newest = await calls.searchPage({ filterGroups: [], properties: [], sorts, limit: 1 });
  const first = BigInt(firstPage[0]?.id ?? 0);
  const last = newest.records[0]?.id ?? firstPage.at(-1)?.id ?? 0;
  return { first, highest: BigInt(last), total: newest.total };
}

/** The page's records that belong to the range; moves the range on. */
function take(
  ranges: IdRanges,
  range: IdRange,
  page: { readonly records: readonly WireRecord[]; readonly next: string | null },
  objectType: string,
): readonly WireRecord[] {
  const ids = page.records.map((record) => BigInt(record.id));
  if (ids.some((id, i) => i > 0 && id <= (ids[i - 1] as bigint))) {
    throw malformed(
      `GET /crm/objects/{version}/${objectType}`,
      "records that are not in the order of their ids, so they cannot be listed in parallel; list without `parallel`",
    );
  }
  const { at, end } = range;
  const records = page.records.filter((_, i) => {
    const id = ids[i] as bigint;
    return id >= at && (end === null || id < end);
  });
  const last = ids.at(-1);
  const next = last === undefined ? at : last + 1n;
  if (page.next !== null && page.next === range.after) throw leadsNowhere(`GET /crm/objects/{version}/${objectType}`);
  range.after = page.next;
  ranges.advance(range, next > at ? next : at, records.length);
  // An id of the next range ends this one.
  if (page.next === null || (end !== null && next >= end)) ranges.finish(range);
  return records;
}
