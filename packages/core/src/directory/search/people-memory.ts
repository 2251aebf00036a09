import type { CacheScope } from "../../cache/memory-layer.ts";
import type { EpochMs } from "../../ports/ids.ts";
import { bounded } from "../../util/bounded.ts";
import type { KnownPerson } from "./known-person.ts";

export interface RememberedSearch {
  readonly people: readonly KnownPerson[];
  readonly fetchedAt: EpochMs;
}

/** How long an answer is used again: somebody types, goes back, types on. */
const freshMs = 30_000;
/** How long it may stand in while HubSpot cannot be asked. */
const usableMs = 10 * 60_000;

/**
 * Answers of the last minutes, in this process's memory only: HubSpot allows five searches a second to a whole account.
 * Bounded by count; no timers. Who is forgotten is forgotten in every answer.
 */
export class PeopleMemory {
  readonly #searches = bounded<string, RememberedSearch & { readonly scope: CacheScope }>(1_000);
  #mark = 0;

  /** Pass it to `set`: what was fetched before somebody was forgotten is not remembered after. */
  mark(): number {
    return this.#mark;
  }

  fresh(scope: CacheScope, name: string, now: EpochMs): RememberedSearch | undefined {
    return this.#within(scope, name, now, freshMs);
  }

  usable(scope: CacheScope, name: string, now: EpochMs): RememberedSearch | undefined {
    return this.#within(scope, name, now, usableMs);
  }

  set(scope: CacheScope, name: string, search: RememberedSearch, mark: number): void {
    if (mark === this.#mark) this.#searches.set(keyOf(scope, name), { ...search, scope });
  }

  /** Somebody a search of the last minutes showed. */
  person(scope: CacheScope, contactId: string, now: EpochMs): KnownPerson | undefined {
    for (const search of this.#searches.values()) {
      if (search.scope.tenant !== scope.tenant || search.scope.portalId !== scope.portalId) continue;
      if (now - search.fetchedAt >= usableMs) continue;
      const person = search.people.find(({ id }) => id === contactId);
      if (person !== undefined) return person;
    }
    return undefined;
  }

  /** Drops the tenant's answers; with ids, those that show one of these people. */
  forget(tenant: string, contactIds?: ReadonlySet<string>): void {
    this.#mark++;
    for (const [key, { scope, people }] of [...this.#searches.entries()]) {
      if (scope.tenant !== tenant) continue;
      if (contactIds === undefined || people.some(({ id }) => contactIds.has(id))) this.#searches.delete(key);
    }
  }

  #within(scope: CacheScope, name: string, now: EpochMs, ms: number): RememberedSearch | undefined {
    const held = this.#searches.get(keyOf(scope, name));
    return held !== undefined && now - held.fetchedAt < ms ? held : undefined;
  }
}

function keyOf({ tenant, portalId }: CacheScope, name: string): string {
  return JSON.stringify([portalId, tenant, name]);
}
