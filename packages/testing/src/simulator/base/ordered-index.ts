/** A run of entries, in order, kept by columns: a million of them are scanned in a millisecond. */
export interface Run<T> {
  readonly keys: Float64Array;
  readonly ties: Float64Array;
  readonly items: readonly T[];
  /** Only entries from here … */
  readonly start: number;
  /** … to before here belong to it. */
  readonly end: number;
}

interface Block<T> {
  readonly keys: Float64Array;
  readonly ties: Float64Array;
  readonly items: T[];
}

const HALF = 1024;
const FULL = 2 * HALF;

/**
 * Items in order of (key, tie), in blocks: insert, remove and rank cost about the square root of the size, and
 * appending (the usual case: ids and times grow) is constant. It is what keeps a search page over a million records
 * from sorting a million records.
 */
export class OrderedIndex<T> {
  #blocks: Block<T>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The keys of the first and the last entry. */
  get ends(): { readonly low: number; readonly high: number } {
    const last = this.#blocks.at(-1);
    if (last === undefined) return { low: 0, high: 0 };
    return { low: this.#blocks[0]!.keys[0]!, high: last.keys[last.items.length - 1]! };
  }

  insert(key: number, tie: number, item: T): void {
    this.#size++;
    const last = this.#blocks.at(-1);
    const appends = last === undefined || isBefore(last, last.items.length - 1, key, tie);
    if (appends && (last === undefined || last.items.length === FULL)) {
      const fresh = emptyBlock<T>();
      put(fresh, 0, key, tie, item);
      this.#blocks.push(fresh);
      return;
    }
    const b = appends ? this.#blocks.length - 1 : this.#blockFor(key, tie);
    const block = this.#blocks[b]!;
    if (block.items.length < FULL) {
      put(block, lowerBound(block, key, tie), key, tie, item);
      return;
    }
    const upper = split(block);
    this.#blocks.splice(b + 1, 0, upper);
    const home = isBefore(block, HALF - 1, key, tie) ? upper : block;
    put(home, lowerBound(home, key, tie), key, tie, item);
  }

  remove(key: number, tie: number): void {
    const b = this.#blockFor(key, tie);
    const block = this.#blocks[b];
    if (block === undefined) return;
    const at = lowerBound(block, key, tie);
    if (at >= block.items.length || block.keys[at] !== key || block.ties[at] !== tie) return;
    block.keys.copyWithin(at, at + 1, block.items.length);
    block.ties.copyWithin(at, at + 1, block.items.length);
    block.items.splice(at, 1);
    this.#size--;
    if (block.items.length === 0) this.#blocks.splice(b, 1);
  }

  /** How many entries come before (key, tie). */
  rank(key: number, tie: number): number {
    const b = this.#blockFor(key, tie);
    let count = 0;
    for (let i = 0; i < b; i++) count += this.#blocks[i]!.items.length;
    const block = this.#blocks[b];
    return block === undefined ? count : count + lowerBound(block, key, tie);
  }

  /** The items with ranks from `from` (included) to `to` (excluded), ascending or, with `descending`, from the end. */
  *slice(from: number, to: number, descending = false): Generator<T> {
    for (const { items, start, end } of this.runs(from, to, descending)) {
      if (descending) for (let i = end - 1; i >= start; i--) yield items[i]!;
      else for (let i = start; i < end; i++) yield items[i]!;
    }
  }

  /** The same ranks run by run. With `descending` the runs come last first, each of them still ascending inside. */
  *runs(from: number, to: number, descending = false): Generator<Run<T>> {
    const step = descending ? -1 : 1;
    let b = descending ? this.#blocks.length - 1 : 0;
    let offset = descending ? this.#size : 0;
    for (let block = this.#blocks[b]; block !== undefined; b += step, block = this.#blocks[b]) {
      const { length } = block.items;
      if (descending) offset -= length;
      const start = Math.max(0, from - offset);
      const end = Math.min(length, to - offset);
      if (start < end) yield { ...block, start, end };
      if (!descending) offset += length;
    }
  }

  /** The first block whose last entry is not before (key, tie); the number of blocks when there is none. */
  #blockFor(key: number, tie: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blocks[middle]!;
      if (isBefore(block, block.items.length - 1, key, tie)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function emptyBlock<T>(): Block<T> {
  return { keys: new Float64Array(FULL), ties: new Float64Array(FULL), items: [] };
}

/** Moves the upper half of a full block to a new one. */
function split<T>(block: Block<T>): Block<T> {
  const upper = emptyBlock<T>();
  upper.keys.set(block.keys.subarray(HALF, FULL));
  upper.ties.set(block.ties.subarray(HALF, FULL));
  upper.items.push(...block.items.splice(HALF));
  return upper;
}

function put<T>({ keys, ties, items }: Block<T>, at: number, key: number, tie: number, item: T): void {
  keys.copyWithin(at + 1, at, items.length);
  ties.copyWithin(at + 1, at, items.length);
  keys[at] = key;
  ties[at] = tie;
  if (at === items.length) items.push(item);
  else items.splice(at, 0, item);
}

function isBefore<T>({ keys, ties }: Block<T>, at: number, key: number, tie: number): boolean {
  return keys[at]! < key || (keys[at] === key && ties[at]! < tie);
}

function lowerBound<T>(block: Block<T>, key: number, tie: number): number {
  let low = 0;
  let high = block.items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(block, middle, key, tie)) low = middle + 1;
    else high = middle;
  }
  return low;
}
