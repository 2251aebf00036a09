interface Entry<T> {
  readonly key: number;
  /** Breaks ties, so that every entry has one place. */
  readonly tie: number;
  readonly item: T;
}

const BLOCK = 1024;

/**
 * Items in order of (key, tie), in blocks: insert, remove and rank cost about the square root of the size, and
 * appending (the usual case: ids and times grow) is constant. It is what keeps a search page over a million records
 * from sorting a million records.
 */
export class OrderedIndex<T> {
  #blocks: Entry<T>[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  insert(key: number, tie: number, item: T): void {
    this.#size++;
    const entry = { key, tie, item };
    const last = this.#blocks.at(-1);
    if (last === undefined) {
      this.#blocks.push([entry]);
      return;
    }
    if (before(last.at(-1)!, key, tie)) {
      if (last.length < BLOCK) last.push(entry);
      else this.#blocks.push([entry]);
      return;
    }
    const b = this.#blockFor(key, tie);
    const block = this.#blocks[b]!;
    block.splice(lowerBound(block, key, tie), 0, entry);
    if (block.length > 2 * BLOCK) this.#blocks.splice(b + 1, 0, block.splice(BLOCK));
  }

  remove(key: number, tie: number): void {
    const b = this.#blockFor(key, tie);
    const block = this.#blocks[b];
    if (block === undefined) return;
    const at = lowerBound(block, key, tie);
    const found = block[at];
    if (found === undefined || found.key !== key || found.tie !== tie) return;
    block.splice(at, 1);
    this.#size--;
    if (block.length === 0) this.#blocks.splice(b, 1);
  }

  /** How many entries come before (key, tie). */
  rank(key: number, tie: number): number {
    const b = this.#blockFor(key, tie);
    let count = 0;
    for (let i = 0; i < b; i++) count += this.#blocks[i]!.length;
    const block = this.#blocks[b];
    return block === undefined ? count : count + lowerBound(block, key, tie);
  }

  /** The items with ranks from `from` (included) to `to` (excluded), ascending or, with `descending`, from the end. */
  *slice(from: number, to: number, descending = false): Generator<T> {
    if (descending) yield* this.#backwards(from, to);
    else yield* this.#forwards(from, to);
  }

  *#forwards(from: number, to: number): Generator<T> {
    let offset = 0;
    for (const block of this.#blocks) {
      if (offset >= to) return;
      const end = Math.min(block.length, to - offset);
      for (let i = Math.max(0, from - offset); i < end; i++) yield block[i]!.item;
      offset += block.length;
    }
  }

  *#backwards(from: number, to: number): Generator<T> {
    let offset = this.#size;
    for (let b = this.#blocks.length - 1; b >= 0; b--) {
      const block = this.#blocks[b]!;
      offset -= block.length;
      if (offset + block.length <= from) return;
      for (let i = Math.min(block.length, to - offset) - 1; i >= Math.max(0, from - offset); i--) yield block[i]!.item;
    }
  }

  /** The first block whose last entry is not before (key, tie); the number of blocks when there is none. */
  #blockFor(key: number, tie: number): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (before(this.#blocks[middle]!.at(-1)!, key, tie)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function before<T>(entry: Entry<T>, key: number, tie: number): boolean {
  return entry.key < key || (entry.key === key && entry.tie < tie);
}

function lowerBound<T>(block: readonly Entry<T>[], key: number, tie: number): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(block[middle]!, key, tie)) low = middle + 1;
    else high = middle;
  }
  return low;
}
