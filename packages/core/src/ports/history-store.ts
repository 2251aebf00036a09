import type { EpochMs, RowId, Tenant } from "./ids.ts";

/** One search a person made, or one contact they opened. `sealed` holds the query text or the shown contact. */
export interface HistoryRow {
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** As the host said it in `ctx.actor.id`. */
  readonly actorId: string;
  /** `recent`: a contact that was opened. */
  readonly kind: "search" | "recent";
  /** Blind index of the query or the contact id: one row per actor and subject. */
  readonly subject: string;
  /** HubSpot's record id of a `recent`; null for a `search`. */
  readonly contactId: string | null;
  /** JSON of the query's text, or of the contact as it is shown. */
  readonly sealed: Uint8Array;
  /** Key id of `sealed`. */
  readonly keyId: string;
  /** When it was searched for or opened last. */
  readonly at: EpochMs;
}

/**
 * Duties: one row per (tenant, actor, kind, subject), newest time wins; its id is replaced together with the sealed
 * value it is bound to; `list` is newest first; `scan` visits every row of the tenant in the order of ids, for erasure
 * by what is sealed and for re-sealing.
 */
export interface HistoryStore {
  /** Replaces the row of the same actor, kind and subject, unless that is newer. */
  put(row: HistoryRow): Promise<void>;
  /** Newest first, one actor's. */
  list(tenant: Tenant, actorId: string, kind: HistoryRow["kind"], limit: number): Promise<readonly HistoryRow[]>;
  /** In the order of ids, behind `afterId` (null: from the beginning). */
  scan(tenant: Tenant, afterId: RowId | null, limit: number): Promise<readonly HistoryRow[]>;
  /** False where it was gone already. */
  delete(tenant: Tenant, id: RowId): Promise<boolean>;
  /** From every actor's history. Answers how many rows went. */
  deleteByContact(tenant: Tenant, contactId: string): Promise<number>;
  /** Retention: at most `limit` rows older than `before`, oldest first; answers how many went. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
  /** Answers how many rows went. */
  deleteByActor(tenant: Tenant, actorId: string): Promise<number>;
}
