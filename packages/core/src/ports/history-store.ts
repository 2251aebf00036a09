import type { EpochMs, RowId, Tenant } from "./ids.ts";

/** One search a person made, or one contact they opened. `sealed` holds the query text or the shown contact. */
export interface HistoryRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly actorId: string;
  readonly kind: "search" | "recent";
  /** Blind index of the query or the contact id: one row per actor and subject. */
  readonly subject: string;
  readonly contactId: string | null;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly at: EpochMs;
}

/**
 * Duties: one row per (tenant, actor, kind, subject), newest time wins; its id is replaced together with the sealed
 * value it is bound to; `list` is newest first; `scan` visits every row of the tenant in the order of ids, for erasure
 * by what is sealed and for re-sealing.
 */
export interface HistoryStore {
  put(row: HistoryRow): Promise<void>;
  list(tenant: Tenant, actorId: string, kind: HistoryRow["kind"], limit: number): Promise<readonly HistoryRow[]>;
  scan(tenant: Tenant, afterId: RowId | null, limit: number): Promise<readonly HistoryRow[]>;
  delete(tenant: Tenant, id: RowId): Promise<boolean>;
  deleteByContact(tenant: Tenant, contactId: string): Promise<number>;
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
  deleteByActor(tenant: Tenant, actorId: string): Promise<number>;
}
