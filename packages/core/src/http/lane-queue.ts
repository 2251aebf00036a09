import { type Lane, lanes } from "../model/lane.ts";

export interface Waiting {
  readonly lane: Lane;
  /** False once it was granted or aborted: a removed entry is skipped when its turn comes. */
  live: boolean;
  readonly grant: () => void;
  readonly refuse: (error: unknown) => void;
}

/** Calls waiting for a slot, first in first out within a lane, earlier lanes first. Everything is O(1). */
export class LaneQueue {
  readonly #lanes = new Map<Lane, { items: Waiting[]; head: number; live: number }>(
    lanes.map((lane) => [lane, { items: [], head: 0, live: 0 }]),
  );
  #live = 0;

  get length(): number {
    return this.#live;
  }

  depth(lane: Lane): number {
    return this.#lane(lane).live;
  }

  /** How many would go before a new call of `lane`. */
  ahead(lane: Lane): number {
    let count = 0;
    for (const each of lanes) {
      count += this.depth(each);
      if (each === lane) return count;
    }
    return count;
  }

  push(entry: Waiting): void {
    const lane = this.#lane(entry.lane);
    lane.items.push(entry);
    lane.live++;
    this.#live++;
  }

  /** The next to go, left in the queue. */
  peek(): Waiting | undefined {
    if (this.#live === 0) return undefined;
    for (const name of lanes) {
      const lane = this.#lane(name);
      while (lane.head < lane.items.length && !(lane.items[lane.head] as Waiting).live) lane.head++;
      if (lane.head < lane.items.length) return lane.items[lane.head];
      lane.items.length = 0;
      lane.head = 0;
    }
    return undefined;
  }

  /** Takes a live entry out, wherever it stands. */
  remove(entry: Waiting): void {
    entry.live = false;
    const lane = this.#lane(entry.lane);
    lane.live--;
    this.#live--;
    // Removed entries in front are dropped in bulk, so that a long-lived queue does not keep its whole past.
    if (lane.head > 1024 && lane.head * 2 > lane.items.length) {
      lane.items.splice(0, lane.head);
      lane.head = 0;
    }
  }

  #lane(name: Lane): { items: Waiting[]; head: number; live: number } {
    return this.#lanes.get(name) as { items: Waiting[]; head: number; live: number };
  }
}
