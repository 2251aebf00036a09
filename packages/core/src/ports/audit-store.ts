import type { EpochMs, Page, PageCursor, RowId, Tenant } from "./ids.ts";

/** What somebody did with people's data. */
export type AuditAction =
  | "lookup"
  | "batch-lookup"
  | "search"
  | "refresh"
  | "export"
  | "erase"
  | "cache-clear"
  | "sync"
  | "config"
  /** Somebody read this trail. */
  | "review";

/** Who saw whose data, when and why. `sealed` holds ip and user agent. */
export interface AuditRow {
  /** Random, made before the insert: `sealed` is bound to it, and appending it again changes nothing. */
  readonly id: RowId;
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** When it was done, not when it was written. */
  readonly at: EpochMs;
  /** As the host said it; survives an erasure of the subject. */
  readonly actorId: string;
  /** As the host said it at the time. */
  readonly actorRole: string;
  /** One of a closed list: look-ups, searches, views, changes of settings, exports and erasures. */
  readonly action: AuditAction;
  /** As the host said it; null when it did not. */
  readonly purpose: string | null;
  /** Blind index of the subject's phone; null after an erasure. */
  readonly subjectIndex: string | null;
  /** Null after an erasure, and where nobody was found. */
  readonly contactId: string | null;
  /** `miss`: HubSpot had nobody; `negative`: a remembered nobody; `stale`: served from an old entry; `ok`: not a look-up. */
  readonly outcome: "hit" | "stale" | "negative" | "miss" | "denied" | "failed" | "ok";
  /** Of `denied` and `failed`; null else. */
  readonly errorCode: string | null;
  /** The host's own; null when it gave none. */
  readonly requestId: string | null;
  /** JSON of ip and user agent; null where neither was given, and after an erasure. */
  readonly sealed: Uint8Array | null;
}

/** A row's sealed part under another key, and which row it is bound to. */
export type ResealedAuditRow = Pick<AuditRow, "tenant" | "at" | "id"> & { readonly sealed: Uint8Array };

/**
 * The audit trail. Duties: append-only but for `forget` and `reseal`; `append` is one atomic batch, durable when it returns, and leaves
 * a row whose id and time are already there as it is, so that a batch of unknown outcome can be appended again.
 */
export interface AuditStore {
  /** An empty list writes nothing. */
  append(rows: readonly AuditRow[]): Promise<void>;
  /** Newest first. */
  query(query: {
    readonly tenant: Tenant;
    readonly subjectIndexes?: readonly string[];
    readonly contactId?: string;
    readonly actorId?: string;
    readonly from?: EpochMs;
    readonly to?: EpochMs;
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<AuditRow>>;
  /** Erasure: drops index, contact id and sealed part; keeps actor, time and outcome. */
  forget(tenant: Tenant, subjectIndexes: readonly string[], contactIds: readonly string[]): Promise<number>;
  /** Replaces the sealed part where there still is one: an erased row stays empty. All of them or none. */
  reseal(rows: readonly ResealedAuditRow[]): Promise<number>;
  /**
   * Retention: at most `limit` rows older than `before`, oldest first; answers how many went, so that callers go on.
   */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
