/** A stretch of record ids that one reader walks through. `end` null: to the last record there is. */
export interface IdRange {
  /** The first id not read yet. */
  at: bigint;
  end: bigint | null;
  /** HubSpot's own cursor for `at`, once a page gave one. */
  after: string | null;
  done: boolean;
  readonly start: bigint;
  read: number;
}

/** Below this many pages to go a range is not worth dividing: the reader of the new half wastes up to one page. */
const worthPages = 8;

/**
 * Divides a portal's ids among readers. Ids grow but leave gaps of any size, so a range cannot be dealt out fairly
 * beforehand: whoever is done takes half of what the reader with the most to go has left. Pure.
 */
export class IdRanges {
  readonly #ranges: IdRange[];
  readonly #highest: bigint;
  readonly #density: number;
  readonly #pageSize: number;

  constructor(known: { readonly first: bigint; readonly highest: bigint; readonly total: number }, pageSize: number) {
    const { first, highest, total } = known;
    this.#highest = highest;
    this.#density = total / Math.max(1, Number(highest - first) + 1);
    this.#pageSize = pageSize;
    this.#ranges = [{ start: first, at: first, end: null, after: null, done: false, read: 0 }];
  }

  /** The range that holds everything at first. */
  get whole(): IdRange {
    return this.#ranges[0] as IdRange;
  }

  /** Half of the largest range that is left, or null when none is worth dividing. */
  split(): IdRange | null {
    let largest: IdRange | null = null;
    let most = this.#pageSize * worthPages;
    for (const range of this.#ranges) {
      const left = this.#left(range);
      if (left > most) [largest, most] = [range, left];
    }
    if (largest === null) return null;
    const middle = (largest.at + this.#endOf(largest)) / 2n;
    const half: IdRange = { start: middle, at: middle, end: largest.end, after: null, done: false, read: 0 };
    largest.end = middle;
    this.#ranges.push(half);
    return half;
  }

  /** Notes that a range was read up to but without `at`. */
  advance(range: IdRange, at: bigint, records: number): void {
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
    return range.end ?? (range.at > this.#highest ? range.at : this.#highest + 1n);
  }
}
