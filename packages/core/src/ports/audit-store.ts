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
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly at: EpochMs;
  readonly actorId: string;
  readonly actorRole: string;
  readonly action: AuditAction;
  readonly purpose: string | null;
  /** Blind index of the subject's phone; null after an erasure. */
  readonly subjectIndex: string | null;
  readonly contactId: string | null;
  readonly outcome: "hit" | "stale" | "negative" | "miss" | "denied" | "failed" | "ok";
  readonly errorCode: string | null;
  readonly requestId: string | null;
  readonly sealed: Uint8Array | null;
}

/** A row's sealed part under another key, and which row it is bound to. */
export type ResealedAuditRow = Pick<AuditRow, "tenant" | "at" | "id"> & { readonly sealed: Uint8Array };

/**
 * The audit trail. Duties: append-only but for `forget` and `reseal`; `append` is one atomic batch, durable when it returns, and leaves
 * a row whose id and time are already there as it is, so that a batch of unknown outcome can be appended again.
 */
export interface AuditStore {
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
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
