import { type Dividing, type Extent, type IdRange, IdRanges } from "./id-ranges.ts";
import { allIds, type IdStretch } from "./stretches.ts";

interface Listed {
  readonly id: string;
}

export interface ListedPage<R extends Listed> {
  readonly records: readonly R[];
  /** HubSpot's cursor for what follows; null after the last page. */
  readonly next: string | null;
}

/** What is listed. The signal of each call is aborted when the reading stops. */
export interface Listing<R extends Listed> {
  page(after: string | null, signal: AbortSignal): Promise<ListedPage<R>>;
  /** The highest id and the number of records, from a search, which may be late; asked at most once. */
  extent(signal: AbortSignal): Promise<{ readonly highest: string | null; readonly total: number }>;
  /** Makes the error for an answer that cannot be used. */
  refuse(what: "disorder" | "no-progress"): Error;
}

export interface Reading extends Dividing {
  readonly readers: number;
  /** The ids to be listed, ascending and disjoint. Default all. */
  readonly stretches?: readonly IdStretch[];
  /** How many records there are, where that is known before: a list too short to be divided costs no search then. */
  readonly expected?: number;
  readonly onExtent?: (extent: Extent) => void;
}

/** The records of one page that belong to its stretch, which is thereby read to its end. */
export interface RangedPage<R> extends IdStretch {
  readonly records: readonly R[];
}

type Landed<R> =
  | { readonly range: IdRange; readonly page: RangedPage<R> }
  | { readonly range: IdRange; readonly error: unknown }
  | { readonly range: null; readonly error?: unknown };

/**
 * All records by several readers at once, each in its own range of ids: one reader gets a page per round trip, and
 * a quota of 19 calls a second allows more. In no particular order. A page is fetched only when its reader's last one
 * was consumed, so at most `readers` pages wait. Costs one search and up to a page per division more than ⌈n/100⌉.
 *
 * Rests on HubSpot's lists being ascending by id with an id as cursor (hubspot-facts §3), inclusive or not; an answer
 * that is not ascending is refused, because records would be missed.
 */
export async function* rangedPages<R extends Listed>(
  listing: Listing<R>,
  reading: Reading,
): AsyncGenerator<RangedPage<R>> {
  const stop = new AbortController();
  const ranges = new IdRanges(reading.stretches ?? allIds, reading);
  const underWay = new Map<IdRange | null, Promise<Landed<R>>>();

  const fetchNext = (range: IdRange): void => {
    // Before the first cursor: everything after the id in front of the range.
    const after = range.after ?? (range.at === 0n ? null : String(range.at - 1n));
    const landed = listing
      .page(after, stop.signal)
      .then((page): Landed<R> => ({ range, page: take(listing, ranges, range, page) }))
      .catch((error: unknown): Landed<R> => ({ range, error }));
    underWay.set(range, landed);
  };
  const askExtent = (): void => {
    const asked = listing.extent(stop.signal).then(({ highest, total }): Landed<R> => {
      const extent = { highest: BigInt(highest ?? 0), total };
      ranges.learn(extent);
      reading.onExtent?.(extent);
      return { range: null };
    });
    underWay.set(
      null,
      asked.catch((error: unknown): Landed<R> => ({ range: null, error })),
    );
  };
  const begin = (): void => {
    for (const range of ranges.all) if (readersAt(underWay) < reading.readers && !underWay.has(range)) fetchNext(range);
    while (readersAt(underWay) < reading.readers) {
      const half = ranges.split();
      if (half === null) break;
      fetchNext(half);
    }
  };

  let asks = mayDivide(reading);
  try {
    if (asks && reading.expected !== undefined) {
      askExtent();
      asks = false;
    }
    for (begin(); readersAt(underWay) > 0; begin()) {
      const landed = await Promise.race(underWay.values());
      underWay.delete(landed.range);
      if ("error" in landed) throw landed.error;
      if (landed.range === null) continue;
      // Where nothing else did, the first page tells whether there is anything to divide; the second is not kept waiting for the search.
      if (asks && !landed.range.done) askExtent();
      asks = false;
      if (!landed.range.done) fetchNext(landed.range);
      yield landed.page;
    }
  } finally {
    // Most readings end with nothing under way, and an abort makes an error with its stack.
    if (underWay.size > 0) stop.abort();
    await Promise.all(underWay.values());
  }
}

function readersAt(underWay: ReadonlyMap<IdRange | null, unknown>): number {
  return underWay.size - (underWay.has(null) ? 1 : 0);
}

function mayDivide({ readers, expected, pageSize, mostExtra }: Reading): boolean {
  return readers > 1 && (expected === undefined || mostExtra(Math.ceil(expected / pageSize)) > 0);
}

/** The page's records that belong to the range; moves the range on. */
function take<R extends Listed>(
  listing: Listing<R>,
  ranges: IdRanges,
  range: IdRange,
  page: ListedPage<R>,
): RangedPage<R> {
  const ids = page.records.map((record) => BigInt(record.id));
  if (ids.some((id, i) => i > 0 && id <= (ids[i - 1] as bigint))) throw listing.refuse("disorder");
  const { at, end } = range;
  const isOwn = (id: bigint) => id >= at && (end === null || id < end);
  const own = ids.filter(isOwn);
  const records = page.records.filter((_, i) => isOwn(ids[i] as bigint));
  if (page.next !== null && page.next === range.after) throw listing.refuse("no-progress");
  range.after = page.next;
  const last = ids.at(-1);
  const next = last === undefined || last < at ? at : last + 1n;
  ranges.advance(range, next, own, ids.length - own.length);
  // An id of the next range ends this one.
  if (page.next !== null && (end === null || next < end)) return { records, at, end: next };
  ranges.finish(range);
  return { records, at, end };
}
