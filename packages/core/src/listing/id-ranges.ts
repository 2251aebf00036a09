import type { IdStretch } from "./stretches.ts";

/** A stretch of record ids that one reader walks through. */
export interface IdRange {
  /** The first id not read yet. */
  at: bigint;
  end: bigint | null;
  /** HubSpot's own cursor for `at`, once a page gave one. */
  after: string | null;
  done: boolean;
  /** Where its records begin, as far as that is known. */
  start: bigint;
  read: number;
}

/** What a search told: the highest id, and about how many records there are. */
export interface Extent {
  readonly highest: bigint;
  readonly total: number;
}

export interface Dividing {
  readonly pageSize: number;
  /** How many times in all, given how many pages there are about. */
  readonly mostSplits: (pages: number) => number;
}

/** Below this many pages to go a range is not worth dividing: the reader of the new half wastes up to one page. */
const worthPages = 8;

/**
 * Divides a portal's ids among readers. Ids grow but leave gaps of any size, so a range cannot be dealt out fairly
 * beforehand: whoever is done takes half of what the reader with the most to go has left. Pure.
 */
export class IdRanges {
  readonly #ranges: IdRange[];
  readonly #dividing: Dividing;
  #extent: Extent | null = null;
  #density = 0;
  #splits = 0;

  constructor(stretches: readonly IdStretch[], dividing: Dividing) {
    this.#dividing = dividing;
    this.#ranges = stretches.map(({ at, end }) => ({ start: at, at, end, after: null, done: false, read: 0 }));
  }

  /** Those that are not through, in the order in which they are to be begun. */
  get all(): readonly IdRange[] {
    return this.#ranges;
  }

  /** Until it is known how far the ids go nothing is divided. */
  learn(extent: Extent): void {
    this.#extent = extent;
    let first = extent.highest;
    for (const { start } of this.#ranges) if (start < first) first = start;
    this.#density = extent.total / Math.max(1, Number(extent.highest - first) + 1);
  }

  /** Half of the largest range that is left, or null when none is worth dividing. */
  split(): IdRange | null {
    const { pageSize, mostSplits } = this.#dividing;
    if (this.#extent === null || this.#splits >= mostSplits(Math.ceil(this.#extent.total / pageSize))) return null;
    let largest: IdRange | null = null;
    let most = pageSize * worthPages;
    for (const range of this.#ranges) {
      const left = this.#left(range);
      if (left > most) [largest, most] = [range, left];
    }
    if (largest === null) return null;
    const middle = (largest.at + this.#endOf(largest)) / 2n;
    const half: IdRange = { start: middle, at: middle, end: largest.end, after: null, done: false, read: 0 };
    largest.end = middle;
    this.#ranges.push(half);
    this.#splits++;
    return half;
  }

  /** Notes that a range was read up to but without `at`; its first record tells where it really begins. */
  advance(range: IdRange, at: bigint, records: number, first: bigint | undefined): void {
    if (range.start === 0n && first !== undefined) range.start = first;
    range.at = at;
    range.read += records;
  }

  finish(range: IdRange): void {
    range.done = true;
    this.#ranges.splice(this.#ranges.indexOf(range), 1);
  }

  /** About how many records the range still holds, by its own density as far as it was read. */
  #left(range: IdRange): number {
    const to = Number(this.#endOf(range) - range.at);
    const walked = Number(range.at - range.start);
    return to * (walked > 0 ? range.read / walked : this.#density);
  }

  #endOf(range: IdRange): bigint {
    const highest = this.#extent?.highest ?? range.at;
    return range.end ?? (range.at > highest ? range.at : highest + 1n);
  }
}
