import type { LRUCache } from "lru-cache";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import { bounded } from "../util/bounded.ts";
import type { Lifetime } from "./policy.ts";

/** Whose entries: equal numbers of two tenants, or of two portals of one tenant, are different entries. */
export interface CacheScope {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
}

/** An opened answer. `value` is null for a number that HubSpot has nobody for. */
export interface CacheEntry<T> extends Lifetime {
  readonly value: T | null;
  readonly contactId: string | null;
  /** The subject's blind index under the current key. */
  readonly index: string;
  readonly fetchedAt: EpochMs;
}

/** One entry in memory, and the moment until which this process may use it without asking the store. */
interface Held<T> {
  readonly scope: CacheScope;
  readonly subject: string;
  readonly entry: CacheEntry<T>;
  readonly until: EpochMs;
}

/** A point in the layer's life; what was read before somebody was forgotten is not remembered after it. */
export type MemoryMark = number;

/**
 * L1: opened entries in this process's memory, bounded by count and by `until` on the injected clock (no timers).
 * Two entries never share a name: ids of portals and subjects hold no space, and the tenant comes last.
 */
export class MemoryLayer<T> {
  readonly #held: LRUCache<string, Held<T>>;
  #mark: MemoryMark = 0;

  constructor(maxEntries: number) {
    this.#held = bounded(maxEntries);
  }

  get size(): number {
    return this.#held.size;
  }

  mark(): MemoryMark {
    return this.#mark;
  }

  get(scope: CacheScope, subject: string, now: EpochMs): CacheEntry<T> | undefined {
    const name = nameOf(scope, subject);
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    if (now < held.until) return held.entry;
    this.#held.delete(name);
    return undefined;
  }

  /** Holds an entry read or written after `mark`, unless something was forgotten in between. */
  set(scope: CacheScope, subject: string, entry: CacheEntry<T>, until: EpochMs, mark: MemoryMark): void {
    if (mark === this.#mark) this.#held.set(nameOf(scope, subject), { scope, subject, entry, until });
  }

  /** Drops what matches, in the whole tenant or in one scope. Call it after the store has deleted, never before. */
  forget(
    of: Partial<CacheScope> & Pick<CacheScope, "tenant">,
    matches: (subject: string, entry: CacheEntry<T>) => boolean,
  ): void {
    this.#mark++;
    for (const [name, { scope, subject, entry }] of [...this.#held.entries()]) {
      if (scope.tenant !== of.tenant || (of.portalId !== undefined && scope.portalId !== of.portalId)) continue;
      if (matches(subject, entry)) this.#held.delete(name);
    }
  }
}

function nameOf(scope: CacheScope, subject: string): string {
  return `${scope.portalId} ${subject} ${scope.tenant}`;
}
