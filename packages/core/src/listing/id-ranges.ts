import type { IdStretch } from "./stretches.ts";

/** A stretch of record ids that one reader walks through. */
export interface IdRange {
  /** The first id not read yet. */
  at: bigint;
  end: bigint | null;
  /** HubSpot's own cursor for `at`, once a page gave one. */
  after: string | null;
  done: boolean;
  /** Whether a page of it was read since it was divided. */
  known: boolean;
  /** Records per id on the last page that was read there; before one was, in the range it was taken from. */
  density: number;
}

/** What a search told: the highest id, and about how many records there are. */
export interface Extent {
  readonly highest: bigint;
  readonly total: number;
}

export interface Dividing {
  readonly pageSize: number;
  /** How many pages may be read more than the list has, given how many those are about. */
  readonly mostExtra: (pages: number) => number;
}

/** Below this many pages to go a range is not worth dividing: the reader of the new half wastes up to one page. */
const worthPages = 4;

/**
 * Divides a portal's ids among readers. Ids grow but leave gaps of any size, so a range cannot be dealt out fairly
 * beforehand: whoever is done takes half of what the reader with the most to go has left. How much that is follows from
 * how close the ids of its last page were, and from how many records must still come in all. Pure.
 */
export class IdRanges {
  readonly #ranges: IdRange[];
  readonly #dividing: Dividing;
  #extent: Extent | null = null;
  #read = 0;
  #wasted = 0;

  constructor(stretches: readonly IdStretch[], dividing: Dividing) {
    this.#dividing = dividing;
    this.#ranges = stretches.map(({ at, end }) => ({ at, end, after: null, done: false, known: false, density: 0 }));
  }

  /** Those that are not through, in the order in which they are to be known. */
  get all(): readonly IdRange[] {
    return this.#ranges;
  }

  /** Until it is known how far the ids go nothing is divided. */
  learn(extent: Extent): void {
    this.#extent = extent;
  }

  /** The second half of the range with the most left, or null when none is worth dividing. */
  split(): IdRange | null {
    if (this.#extent === null || this.#extraBySplit() > this.#mostExtra(this.#extent)) return null;
    const { highest, total } = this.#extent;
    const spanOf = ({ at, end }: IdRange) => Number((end ?? (at > highest ? at : highest + 1n)) - at);
    const guessed = this.#ranges.reduce((sum, range) => sum + spanOf(range) * range.density, 0);
    // What is guessed of all ranges together has to be what is left of the total.
    const share = guessed === 0 ? 0 : Math.max(0, total - this.#read) / guessed;
    let largest: IdRange | null = null;
    let most = this.#dividing.pageSize * worthPages;
    for (const range of this.#ranges) {
      const left = spanOf(range) * range.density * share;
      if (range.known && left > most) [largest, most] = [range, left];
    }
    if (largest === null) return null;
    const { at, end, density } = largest;
    const middle = at + BigInt(Math.ceil(Math.min(spanOf(largest), most / density) / 2));
    const half: IdRange = { at: middle, end, after: null, done: false, known: false, density };
    largest.end = middle;
    // One step at a time: what its next page tells, and that of its half, makes the next division a better one.
    largest.known = false;
    this.#ranges.push(half);
    return half;
  }

  /** Notes that a page led to `at`, and brought these ids of the range and `others` that are not its own. */
  advance(range: IdRange, at: bigint, own: readonly bigint[], others: number): void {
    // Within the page: the gap in front of it says nothing about how close its records are.
    const [first, last] = [own[0], own.at(-1)];
    if (first !== undefined && last !== undefined)
      range.density = last > first ? (own.length - 1) / Number(last - first) : 1 / Number(at - range.at);
    range.known = true;
    range.at = at;
    this.#read += own.length;
    this.#wasted += others / this.#dividing.pageSize;
  }

  finish(range: IdRange): void {
    range.done = true;
    this.#ranges.splice(this.#ranges.indexOf(range), 1);
  }

  /** Pages read in vain once all are through, if one more is divided: half of one where a range ends before another. */
  #extraBySplit(): number {
    return this.#wasted + (this.#ranges.filter(({ end }) => end !== null).length + 1) / 2;
  }

  #mostExtra({ total }: Extent): number {
    return this.#dividing.mostExtra(Math.ceil(total / this.#dividing.pageSize));
  }
}
