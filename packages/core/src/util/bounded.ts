import { LRUCache } from "lru-cache";

/**
 * The last `entries` used. Counted by size, because lru-cache allocates for `max` entries at construction: 3.4 ms for
 * fifty thousand, and an instance holds several.
 */
export function bounded<K extends {}, V extends {}>(entries: number): LRUCache<K, V> {
  return new LRUCache<K, V>({ maxSize: entries, sizeCalculation: () => 1 });
}
