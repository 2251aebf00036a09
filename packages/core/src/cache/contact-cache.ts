import type { BlindIndex } from "../crypto/blind-index.ts";
import type { Sealer } from "../crypto/sealer.ts";
import { type HubspokeError, isHubspokeError } from "../errors/hubspoke-error.ts";
import type { CacheRow, CacheStats, CacheStore } from "../ports/cache-store.ts";
import type { EpochMs, RowId, Tenant } from "../ports/ids.ts";
import type { Logger } from "../ports/logger.ts";
import { type CacheEntry, type CacheScope, MemoryLayer } from "./memory-layer.ts";
import { type CachePolicy, freshness, lifetimeOf } from "./policy.ts";

/** What HubSpot answered about one subject. `value` null: nobody has this number. */
export interface CacheAnswer<T> {
  readonly subject: string;
  readonly value: T | null;
  readonly contactId: string | null;
}

/**
 * The contact cache: this process's memory over the sealed store. A *subject* is what was asked for, normalised: an
 * E.164 number, with `;ext=` for an extension. It is stored only as a blind index under the purpose `phone`, and read
 * under every live index key, so that a rotation hides no entry. Everything about a person is inside the sealed value.
 *
 * Errors of the store (`STORE_*`) and of the key provider pass through. An entry that cannot be opened (`KEY_UNKNOWN`,
 * `DECRYPTION_FAILED`, `ENVELOPE_MALFORMED`) is logged as `cache.entry_unreadable` with its row id and counts as absent:
 * nothing is guessed, and the next answer from HubSpot replaces it. So does one that `decode` knows to be of another
 * version, as it happens in a fleet of mixed versions.
 */
export interface ContactCache<T> {
  /** What memory holds and is not expired. Never waits. */
  remembered(scope: CacheScope, subject: string, now: EpochMs): CacheEntry<T> | undefined;
  /** The entries of `subjects` that exist and are not expired at `now`, memory first. */
  read(scope: CacheScope, subjects: readonly string[], now: EpochMs): Promise<ReadonlyMap<string, CacheEntry<T>>>;
  /**
   * Stores answers of one moment. `fetchedAt` is when HubSpot was asked, which orders writers: a newer answer already
   * stored is kept, and then is not replaced in memory either.
   */
  write(
    scope: CacheScope,
    answers: readonly CacheAnswer<T>[],
    fetchedAt: EpochMs,
  ): Promise<ReadonlyMap<string, CacheEntry<T>>>;
  /** The blind index of a subject under the current key, as audit rows hold it. */
  indexOf(tenant: Tenant, subject: string): ReturnType<BlindIndex["index"]>;
  /** Whether a stored index is the subject's, under any live key. */
  isIndexOf(tenant: Tenant, subject: string, stored: string): Promise<boolean>;
  /** These subjects are part of a conversation until then. What is not in the cache is not marked. */
  markActive(scope: CacheScope, subjects: readonly string[], until: EpochMs): Promise<void>;
  /** Entries of active conversations that are no longer fresh, oldest first. `value` null: nobody, or not readable. */
  staleActive(
    scope: CacheScope,
    now: EpochMs,
    limit: number,
  ): Promise<readonly { readonly index: string; readonly value: T | null }[]>;
  /** These contacts changed in HubSpot: what is kept of them is no longer fresh, here and in the store. Says how many entries. */
  outdate(scope: CacheScope, contactIds: readonly string[], now: EpochMs): Promise<number>;
  dropIndexes(scope: CacheScope, indexes: readonly string[]): Promise<void>;
  forgetContacts(scope: CacheScope, contactIds: readonly string[]): Promise<number>;
  forgetSubjects(scope: CacheScope, subjects: readonly string[]): Promise<number>;
  clear(tenant: Tenant): Promise<number>;
  /** Drops what this process's memory holds of a tenant. */
  forgetTenant(tenant: Tenant): void;
  stats(scope: CacheScope, now: EpochMs): Promise<CacheStats>;
  /** Of this process, all tenants: entries in memory, and subjects that `read` found and did not find. */
  counts(): { readonly inMemory: number; readonly hits: number; readonly misses: number };
}

export interface ContactCacheDeps<T> {
  readonly store: CacheStore;
  readonly sealer: Sealer;
  readonly index: BlindIndex;
  /** Random, never derived from data: it is bound into the sealed value. */
  readonly newId: () => RowId;
  /** The value in opened JSON, or `undefined` when it is of another version or shape. */
  readonly decode: (json: unknown) => T | undefined;
  readonly policy: CachePolicy;
  readonly logger: Logger;
  /** Entries held in memory. Default 10,000. */
  readonly maxEntries?: number;
}

const table = "contact_cache";
const column = "sealed";
const purpose = "phone";
const unreadable: ReadonlySet<string> = new Set(["KEY_UNKNOWN", "DECRYPTION_FAILED", "ENVELOPE_MALFORMED"]);

export function createContactCache<T>(deps: ContactCacheDeps<T>): ContactCache<T> {
  const { store, sealer, index, newId, decode, policy, logger } = deps;
  const memory = new MemoryLayer<T>(deps.maxEntries ?? 10_000);

  let [hits, misses] = [0, 0];

  /** The opened row, or `undefined` when it cannot be used. */
  async function open(row: CacheRow, current: string): Promise<CacheEntry<T> | undefined> {
    const { contactId, fetchedAt, freshUntil, expiresAt } = row;
    const entry = { contactId, index: current, fetchedAt, freshUntil, expiresAt };
    if (row.sealed === null) return { ...entry, value: null };
    try {
      const value = decode(await sealer.openJson({ tenant: row.tenant, table, column, rowId: row.id }, row.sealed));
      if (value !== undefined) return { ...entry, value };
      logger.debug("cache.entry_of_other_shape", { tenant: row.tenant, rowId: row.id });
    } catch (error) {
      if (!isHubspokeError(error) || !unreadable.has(error.code)) throw error;
      logger.warn("cache.entry_unreadable", { tenant: row.tenant, rowId: row.id, code: (error as HubspokeError).code });
    }
    return undefined;
  }

  async function readStore(
    scope: CacheScope,
    subjects: readonly string[],
    now: EpochMs,
  ): Promise<Map<string, CacheEntry<T>>> {
    const mark = memory.mark();
    const subjectOf = new Map<string, string>();
    const currentIndex = new Map<string, string>();
    for (const subject of subjects) {
      const live = await index.allLive(scope.tenant, purpose, subject);
      for (const each of live) subjectOf.set(each, subject);
      currentIndex.set(subject, live[0] as string);
    }
    const newest = new Map<string, CacheRow>();
    for (const row of await store.get(scope.tenant, scope.portalId, [...subjectOf.keys()])) {
      const subject = subjectOf.get(row.index);
      if (subject === undefined || freshness(row, now) === "expired") continue;
      // During a rotation one subject may have a row under each key: the later answer counts.
      if (row.fetchedAt > (newest.get(subject)?.fetchedAt ?? Number.NEGATIVE_INFINITY)) newest.set(subject, row);
    }
    const found = new Map<string, CacheEntry<T>>();
    for (const [subject, row] of newest) {
      const entry = await open(row, currentIndex.get(subject) as string);
      if (entry === undefined) continue;
      found.set(subject, entry);
      memory.set(scope, subject, entry, heldUntil(entry, now), mark);
    }
    return found;
  }

  /** Never beyond freshness: a stale entry is asked of the store each time, where another process may have renewed it. */
  function heldUntil(entry: CacheEntry<T>, now: EpochMs): EpochMs {
    return Math.min(now + policy.memoryMs, entry.freshUntil);
  }

  function forgetInMemory(scope: CacheScope, contactIds: ReadonlySet<string>): void {
    memory.forget(scope, (_subject, { contactId }) => contactId !== null && contactIds.has(contactId));
  }

  async function rowOf(scope: CacheScope, answer: CacheAnswer<T>, fetchedAt: EpochMs): Promise<CacheRow> {
    const { value, contactId } = answer;
    const id = newId();
    const sealed =
      value === null ? null : await sealer.sealJson({ tenant: scope.tenant, table, column, rowId: id }, value);
    return {
      tenant: scope.tenant,
      portalId: scope.portalId,
      id,
      index: await index.index(scope.tenant, purpose, answer.subject),
      contactId,
      sealed,
      keyId: sealed === null ? null : sealer.keyIdOf(sealed),
      fetchedAt,
      ...lifetimeOf(value === null ? "negative" : "positive", fetchedAt, policy),
      activeUntil: 0,
    };
  }

  return {
    remembered(scope, subject, now) {
      const entry = memory.get(scope, subject, now);
      if (entry !== undefined) hits++;
      return entry;
    },
    async read(scope, subjects, now) {
      const found = new Map<string, CacheEntry<T>>();
      const absent: string[] = [];
      for (const subject of subjects) {
        const entry = memory.get(scope, subject, now);
        if (entry === undefined) absent.push(subject);
        else found.set(subject, entry);
      }
      if (absent.length > 0) {
        for (const [subject, entry] of await readStore(scope, absent, now)) found.set(subject, entry);
      }
      hits += found.size;
      misses += subjects.length - found.size;
      return found;
    },
    async write(scope, answers, fetchedAt) {
      const mark = memory.mark();
      const rows: CacheRow[] = [];
      for (const answer of answers) rows.push(await rowOf(scope, answer, fetchedAt));
      const outcomes = rows.length === 0 ? [] : await store.put(rows);
      const entries = new Map<string, CacheEntry<T>>();
      for (const [i, { subject, value }] of answers.entries()) {
        const { contactId, index: stored, freshUntil, expiresAt } = rows[i] as CacheRow;
        const entry = { value, contactId, index: stored, fetchedAt, freshUntil, expiresAt };
        entries.set(subject, entry);
        if (outcomes[i] === "written") memory.set(scope, subject, entry, heldUntil(entry, fetchedAt), mark);
      }
      return entries;
    },
    indexOf: (tenant, subject) => index.index(tenant, purpose, subject),
    isIndexOf: async (tenant, subject, stored) => (await index.allLive(tenant, purpose, subject)).includes(stored),
    async markActive(scope, subjects, until) {
      const indexes: string[] = [];
      for (const subject of subjects) indexes.push(...(await index.allLive(scope.tenant, purpose, subject)));
      if (indexes.length > 0) await store.markActive(scope.tenant, scope.portalId, indexes, until);
    },
    async staleActive(scope, now, limit) {
      const rows = await store.listStale(scope.tenant, scope.portalId, now, limit);
      return Promise.all(
        rows.map(async (row) => ({ index: row.index, value: (await open(row, row.index))?.value ?? null })),
      );
    },
    async outdate(scope, contactIds, now) {
      const ids = new Set(contactIds);
      const { tenant, portalId } = scope;
      const concerned = await store.outdate(tenant, portalId, [...ids], now, now + policy.settleMs);
      forgetInMemory(scope, ids);
      return concerned;
    },
    async dropIndexes(scope, indexes) {
      if (indexes.length > 0) await store.deleteByIndex(scope.tenant, scope.portalId, indexes);
    },
    async forgetContacts(scope, contactIds) {
      const ids = new Set(contactIds);
      let removed = 0;
      for (const id of ids) removed += await store.deleteByContact(scope.tenant, scope.portalId, id);
      forgetInMemory(scope, ids);
      return removed;
    },
    async forgetSubjects(scope, subjects) {
      const indexes: string[] = [];
      for (const subject of subjects) indexes.push(...(await index.allLive(scope.tenant, purpose, subject)));
      const removed = await store.deleteByIndex(scope.tenant, scope.portalId, indexes);
      const gone = new Set(subjects);
      memory.forget(scope, (subject) => gone.has(subject));
      return removed;
    },
    async clear(tenant) {
      const removed = await store.clear(tenant);
      memory.forget({ tenant }, () => true);
      return removed;
    },
    forgetTenant: (tenant) => memory.forget({ tenant }, () => true),
    stats: (scope, now) => store.stats(scope.tenant, scope.portalId, now),
    counts: () => ({ inMemory: memory.size, hits, misses }),
  };
}
