import type { EpochMs, Page, PageCursor, RowId, Tenant } from "./ids.ts";

/** "Do it durably, answer now." `sealed` holds the job's input, bound to `id`. */
export interface OutboxRow {
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** Which registered job does it. */
  readonly kind: string;
  /** The host's words; they stay readable, so they name no person. */
  readonly idempotencyKey: string;
  /** Jobs of one (tenant, orderKey) run one at a time, in the order they came; null: no order. An id or a keyed hash, never a person's data. */
  readonly orderKey: string | null;
  /** JSON of the job's input, and of which account the tenant was pinned to. */
  readonly sealed: Uint8Array;
  /** Key id of `sealed`. */
  readonly keyId: string;
  /** Not claimed before it. */
  readonly availableAt: EpochMs;
  /** When it was put in. */
  readonly createdAt: EpochMs;
}

/** A job a worker has taken, under a lease. */
export interface ClaimedOutboxRow extends OutboxRow {
  /** Random, one for each `claim`: what ends or extends the claim must name it. */
  readonly lease: string;
  /** Earlier attempts: retries, and leases that lapsed. */
  readonly tries: number;
}

/** What lists show of a job: nothing of its input. */
export interface OutboxEntry {
  /** Names the job in `replay` and `delete`. */
  readonly id: RowId;
  /** Lists never mix tenants. */
  readonly tenant: Tenant;
  /** Which registered job does it; kinds of other releases included. */
  readonly kind: string;
  /** The host's words. */
  readonly idempotencyKey: string;
  /** A running job is `waiting`: `tries` says how often it was begun. */
  readonly state: "waiting" | "done" | "skipped" | "failed";
  /** 0 again after a replay. */
  readonly tries: number;
  /** Of the last attempt that failed. */
  readonly errorCode: string | null;
  /** What `complete` was given; null until then. JSON of ids, never content: it stays readable. */
  readonly result: string | null;
  /** When it was put in. */
  readonly createdAt: EpochMs;
  /** When it was last put in, given back, completed, failed or replayed. */
  readonly at: EpochMs;
}

/** An entry with its input; without, once it was completed. */
export interface SealedOutboxEntry extends OutboxEntry {
  /** Null once the job was completed. */
  readonly sealed: Uint8Array | null;
  /** Key id of `sealed`; null with it. */
  readonly keyId: string | null;
}

/**
 * Duties: one row per (tenant, kind, idempotencyKey), kept after completion until `keepUntil`, without its input, so that
 * a repeat is recognised; durable when `enqueue` returns, all of its rows or none. A claim is exclusive until its lease
 * ends, and a lost lease changes nothing; taking over a lapsed one counts a try. While a job of an (tenant, orderKey)
 * waits or runs, whatever its kind, later ones are not claimed; those that are over hold nobody up.
 */
export interface OutboxStore {
  /** Results are in input order; of two equal keys in one call the first is "new". */
  enqueue(rows: readonly OutboxRow[]): Promise<readonly ("new" | "seen")[]>;
  /** Longest due first, then in the order they came. */
  claim(now: EpochMs, leaseMs: number, limit: number, kinds: readonly string[]): Promise<readonly ClaimedOutboxRow[]>;
  /** Never shortens. */
  renew(tenant: Tenant, id: RowId, lease: string, until: EpochMs): Promise<boolean>;
  /** Drops the input and keeps the key until `keepUntil`. False when the lease was lost: nothing changed. */
  complete(
    tenant: Tenant,
    id: RowId,
    lease: string,
    outcome: { readonly state: "done" | "skipped"; readonly result: string | null },
    now: EpochMs,
    keepUntil: EpochMs,
  ): Promise<boolean>;
  /** Counts a try; due again at `at`. */
  retry(tenant: Tenant, id: RowId, lease: string, now: EpochMs, at: EpochMs, errorCode: string): Promise<boolean>;
  /** Counts a try, and there are no more until somebody replays it: the input stays for that. */
  fail(tenant: Tenant, id: RowId, lease: string, now: EpochMs, errorCode: string): Promise<boolean>;
  /** Null for a key that was never put in, or has expired. */
  get(tenant: Tenant, kind: string, idempotencyKey: string): Promise<OutboxEntry | null>;
  /** Newest first. `total` counts what matches on all pages. */
  list(query: {
    readonly tenant: Tenant;
    readonly kind?: string;
    readonly state?: OutboxEntry["state"];
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<OutboxEntry> & { readonly total: number }>;
  /** Failed jobs wait again, due now, their tries forgotten, behind what waits with their orderKey. */
  replay(tenant: Tenant, ids: readonly RowId[], now: EpochMs): Promise<number>;
  /** Those that wait, do not run, and whose last attempt failed with one of these codes are due now. Says how many. */
  wake(tenant: Tenant, errorCodes: readonly string[], now: EpochMs): Promise<number>;
  /** In any state, running ones too. */
  delete(tenant: Tenant, ids: readonly RowId[]): Promise<number>;
  /** Every row of the tenant in the order of ids: for erasure by what is sealed. */
  scan(tenant: Tenant, afterId: RowId | null, limit: number): Promise<readonly SealedOutboxEntry[]>;
  /** Of all tenants; running jobs wait. */
  depth(): Promise<{ readonly waiting: number; readonly failed: number; readonly oldestDueAt: EpochMs | null }>;
  /** Rows of all tenants that are sealed under another key than this. */
  listForReseal(keyId: string, limit: number): Promise<readonly OutboxRow[]>;
  /** False when the value was dropped or sealed under another key than `fromKeyId` meanwhile. */
  reseal(tenant: Tenant, id: RowId, sealed: Uint8Array, keyId: string, fromKeyId: string): Promise<boolean>;
  /** Completed ones whose `keepUntil` has passed. */
  deleteExpired(now: EpochMs, limit: number): Promise<number>;
  /** Those that failed before then and were not replayed. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
