import type { EpochMs, Page, PageCursor, RowId, Tenant } from "./ids.ts";

/** "Do it durably, answer now." `sealed` holds the job's input. */
export interface OutboxRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly kind: string;
  readonly idempotencyKey: string;
  readonly sealed: Uint8Array;
  readonly keyId: string;
  readonly availableAt: EpochMs;
  readonly createdAt: EpochMs;
}

export interface ClaimedOutboxRow extends OutboxRow {
  readonly lease: string;
  readonly tries: number;
}

/**
 * Duties: one row per (tenant, kind, idempotencyKey), kept after completion until `keepUntil` so that a repeat is
 * recognised; durable when `enqueue` returns; a claim is exclusive until its lease ends; a lost lease completes nothing.
 */
export interface OutboxStore {
  enqueue(rows: readonly OutboxRow[]): Promise<readonly ("new" | "seen")[]>;
  claim(now: EpochMs, leaseMs: number, limit: number, kinds: readonly string[]): Promise<readonly ClaimedOutboxRow[]>;
  complete(tenant: Tenant, id: RowId, lease: string, result: string | null, keepUntil: EpochMs): Promise<boolean>;
  retry(tenant: Tenant, id: RowId, lease: string, at: EpochMs, errorCode: string): Promise<boolean>;
  fail(tenant: Tenant, id: RowId, lease: string, errorCode: string): Promise<boolean>;
  failed(
    tenant: Tenant,
    after: PageCursor | null,
    limit: number,
  ): Promise<Page<{ readonly id: RowId; readonly kind: string; readonly errorCode: string; readonly at: EpochMs }>>;
  replay(tenant: Tenant, ids: readonly RowId[], now: EpochMs): Promise<number>;
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
}
