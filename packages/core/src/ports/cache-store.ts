import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** One phone number's answer. `sealed` is null for a negative entry; nothing readable about a person is outside it. */
export interface CacheRow {
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** Whose contact ids these are: rows of a portal the tenant was moved from answer nothing. */
  readonly portalId: PortalId;
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** Versioned blind index of the E.164 number. */
  readonly index: string;
  /** HubSpot's record id, readable, so that webhooks and erasures find the row; null for a negative entry. */
  readonly contactId: string | null;
  /** The fields that are shown, as JSON; null for "nobody has this number". */
  readonly sealed: Uint8Array | null;
  /** Key id of `sealed`, so that re-sealing finds old rows. */
  readonly keyId: string | null;
  /** When HubSpot was asked: an older observation never replaces a newer. */
  readonly fetchedAt: EpochMs;
  /** After it the entry is served flagged `stale`, and asked for again. */
  readonly freshUntil: EpochMs;
  /** After it the entry is not served, and is deleted. */
  readonly expiresAt: EpochMs;
  /** Part of a conversation until then: refreshed in the background. */
  readonly activeUntil: EpochMs;
}

/** Rows of a tenant's cache, by kind. */
export interface CacheStats {
  /** Numbers of which a contact is known. */
  readonly positive: number;
  /** Numbers of which HubSpot said that nobody has them. */
  readonly negative: number;
  /** Those of both kinds past their `freshUntil`. */
  readonly stale: number;
  /** Null for an empty cache. Entries past `expiresAt` count nowhere here. */
  readonly oldestFetchedAt: EpochMs | null;
}

/**
 * The sealed contact cache. Duties: an older `fetchedAt` never overwrites a newer one ("stale" is a result, not an
 * error), not even after a delete: `deleteBy*` leaves nothing an in-flight older write could resurrect, because
 * `put` takes the erasure time into account through `SuppressionStore` in the caller. Returned rows are copies.
 */
export interface CacheStore {
  /** Found rows alone, in no order; also those past `expiresAt`, which the caller judges. */
  get(tenant: Tenant, portalId: PortalId, indexes: readonly string[]): Promise<readonly CacheRow[]>;
  /** What is kept of a contact, under whatever number. */
  byContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<readonly CacheRow[]>;
  /**
   * Upserts by (tenant, portalId, index); the row id is replaced together with the sealed value it is bound to.
   * An equal `fetchedAt` writes again: re-sealing puts the same observation under a new key. `activeUntil` never shrinks.
   * Results are in input order.
   */
  put(rows: readonly CacheRow[]): Promise<readonly ("written" | "stale")[]>;
  /** Raises `activeUntil`, never lowers it; indexes without a row are left out. */
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
  /** Under every number. Answers how many rows went. */
  deleteByContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<number>;
  /** Answers how many rows went. */
  deleteByIndex(tenant: Tenant, portalId: PortalId, indexes: readonly string[]): Promise<number>;
  /** At most `limit` rows past `expiresAt`, the longest past first; answers how many went. */
  deleteExpired(tenant: Tenant, now: EpochMs, limit: number): Promise<number>;
  /** Of every portal. Answers how many rows went. */
  clear(tenant: Tenant): Promise<number>;
  /** Counts rows that are not past `expiresAt` at `now`. */
  stats(tenant: Tenant, portalId: PortalId, now: EpochMs): Promise<CacheStats>;
}
