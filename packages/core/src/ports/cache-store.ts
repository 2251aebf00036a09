import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** One phone number's answer. `sealed` is null for a negative entry; nothing readable about a person is outside it. */
export interface CacheRow {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly id: RowId;
  /** Versioned blind index of the E.164 number. */
  readonly index: string;
  readonly contactId: string | null;
  readonly sealed: Uint8Array | null;
  /** Key id of `sealed`, so that re-sealing finds old rows. */
  readonly keyId: string | null;
  readonly fetchedAt: EpochMs;
  readonly freshUntil: EpochMs;
  readonly expiresAt: EpochMs;
  /** Part of a conversation until then: refreshed in the background. */
  readonly activeUntil: EpochMs;
}

/** Rows of a tenant's cache, by kind. */
export interface CacheStats {
  readonly positive: number;
  readonly negative: number;
  readonly stale: number;
  readonly oldestFetchedAt: EpochMs | null;
}

/**
 * The sealed contact cache. Duties: an older `fetchedAt` never overwrites a newer one ("stale" is a result, not an
 * error), not even after a delete: `deleteBy*` leaves nothing an in-flight older write could resurrect, because
 * `put` takes the erasure time into account through `SuppressionStore` in the caller. Returned rows are copies.
 */
export interface CacheStore {
  get(tenant: Tenant, portalId: PortalId, indexes: readonly string[]): Promise<readonly CacheRow[]>;
  /** What is kept of a contact, under whatever number. */
  byContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<readonly CacheRow[]>;
  /**
   * Upserts by (tenant, portalId, index); the row id is replaced together with the sealed value it is bound to.
   * An equal `fetchedAt` writes again: re-sealing puts the same observation under a new key. `activeUntil` never shrinks.
   * Results are in input order.
   */
  put(rows: readonly CacheRow[]): Promise<readonly ("written" | "stale")[]>;
  markActive(tenant: Tenant, portalId: PortalId, indexes: readonly string[], until: EpochMs): Promise<void>;
  /**
   * These contacts changed in HubSpot: from `now` on what is kept of them is not fresh. HubSpot's search tells the old
   * for a while, so an answer to what was asked before `settlesAt` is fresh until then at most, whichever process puts
   * it, and "nobody" is kept until then at most. Says how many rows are concerned.
   */
  outdate(
    tenant: Tenant,
    portalId: PortalId,
    contactIds: readonly string[],
    now: EpochMs,
    settlesAt: EpochMs,
  ): Promise<number>;
  /** Active rows whose `freshUntil` has passed, oldest first. */
  listStale(tenant: Tenant, portalId: PortalId, now: EpochMs, limit: number): Promise<readonly CacheRow[]>;
  /** Rows sealed under another key than `keyId`, or indexed under another prefix than `indexPrefix`. */
  listForReseal(tenant: Tenant, keyId: string, indexPrefix: string, limit: number): Promise<readonly CacheRow[]>;
  deleteByContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<number>;
  deleteByIndex(tenant: Tenant, portalId: PortalId, indexes: readonly string[]): Promise<number>;
  deleteExpired(tenant: Tenant, now: EpochMs, limit: number): Promise<number>;
  clear(tenant: Tenant): Promise<number>;
  stats(tenant: Tenant, portalId: PortalId, now: EpochMs): Promise<CacheStats>;
}
