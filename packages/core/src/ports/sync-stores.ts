import type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "./ids.ts";

/** A field that was changed on both sides. Values are sealed; hashes and times are not. */
export interface ConflictRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly sync: string;
  readonly portalId: PortalId;
  readonly localId: string;
  readonly hubspotId: string;
  /** The local name of the field. */
  readonly field: string;
  /** What decided, or was asked to. */
  readonly rule: string;
  /** `parked`: nobody yet; both sides keep what they have. */
  readonly winner: "local" | "hubspot" | "merged" | "parked";
  /** Earliest and latest moment of each side's edit, and where that knowledge comes from. */
  readonly localAt: readonly [EpochMs, EpochMs] | null;
  /** The same of HubSpot's side. */
  readonly remoteAt: readonly [EpochMs, EpochMs] | null;
  /** Where `localAt` is known from: the outbox, a column, our own look … */
  readonly localSource: string;
  /** Where `remoteAt` is known from: HubSpot's history, our own look … */
  readonly remoteSource: string;
  /** Both values; null after an erasure. */
  readonly sealed: Uint8Array | null;
  readonly status: "resolved" | "open";
  /** When the edits met. */
  readonly at: EpochMs;
}

/** One record of a sync, by either of its ids: what an erasure names. */
export interface RecordOfSync {
  readonly tenant: Tenant;
  readonly sync: string;
  readonly localId: string | null;
  readonly hubspotId: string;
}

/** Duty: `resolve` closes an open conflict exactly once among racers. */
export interface ConflictStore {
  add(rows: readonly ConflictRow[]): Promise<void>;
  list(query: {
    readonly tenant: Tenant;
    readonly sync?: string;
    readonly status?: "resolved" | "open";
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<ConflictRow>>;
  byRecord(tenant: Tenant, sync: string, localId: string): Promise<readonly ConflictRow[]>;
  get(tenant: Tenant, id: RowId): Promise<ConflictRow | null>;
  /** Replaces the sealed values where they are still `from`; false when the row is gone or was sealed again. */
  reseal(tenant: Tenant, id: RowId, sealed: Uint8Array, from: Uint8Array): Promise<boolean>;
  resolve(tenant: Tenant, id: RowId, winner: ConflictRow["winner"]): Promise<boolean>;
  /** Erasure: rows that hold either id. */
  deleteByRecord(record: RecordOfSync): Promise<number>;
  /** Retention: resolved ones only. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}

/** A record the engine gave up on for now, and why. */
export interface QuarantineRow {
  readonly tenant: Tenant;
  readonly sync: string;
  readonly portalId: PortalId;
  /** Which record `key` names. */
  readonly side: "remote" | "local";
  /** HubSpot id for `remote`, local id for `local`. */
  readonly key: string;
  /** The code of the last failure. */
  readonly reason: string;
  /** Field or property names the reason is about; never values. */
  readonly fields: readonly string[];
  /** Failures in a row. */
  readonly tries: number;
  /** Of the first failure. */
  readonly firstAt: EpochMs;
  /** Of the last failure. */
  readonly lastAt: EpochMs;
}

/** Duty: one row per (tenant, sync, side, key); `put` keeps `firstAt`. */
export interface QuarantineStore {
  put(rows: readonly QuarantineRow[]): Promise<void>;
  list(tenant: Tenant, sync: string, after: PageCursor | null, limit: number): Promise<Page<QuarantineRow>>;
  has(tenant: Tenant, sync: string, side: "remote" | "local", keys: readonly string[]): Promise<readonly string[]>;
  remove(tenant: Tenant, sync: string, side: "remote" | "local", keys: readonly string[]): Promise<number>;
  count(tenant: Tenant, sync: string): Promise<number>;
}

/** One run of a sync: what `status()` and progress show. */
export interface SyncRunRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly sync: string;
  readonly portalId: PortalId;
  readonly kind: "backfill" | "reconcile" | "incremental";
  /** `stopped-by-breaker` waits for `resume`; `running` of a killed process is gone on with by the next. */
  readonly state: "running" | "paused" | "done" | "failed" | "stopped-by-breaker";
  readonly startedAt: EpochMs;
  /** Of the last checkpoint. */
  readonly updatedAt: EpochMs;
  /** Null while it is not over. */
  readonly finishedAt: EpochMs | null;
  /** Checkpoint: phase and position, ids only. */
  readonly checkpoint: string;
  /** What was done so far, by name. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why it failed; null when it did not. */
  readonly errorCode: string | null;
  readonly version: number;
}

/** Duty: `save` is guarded by `version` like a link; one running run per (tenant, sync, kind). */
export interface SyncRunStore {
  save(row: SyncRunRow): Promise<"written" | "stale">;
  /** The running run, else the newest paused one: what is to be taken up. */
  current(tenant: Tenant, sync: string, kind: SyncRunRow["kind"]): Promise<SyncRunRow | null>;
  list(tenant: Tenant, sync: string | null, limit: number): Promise<readonly SyncRunRow[]>;
  /** Retention: those that neither run nor are paused, by when they began. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}

/** What happened to one record, for people: the sync log page. */
export interface SyncLogRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly sync: string;
  readonly at: EpochMs;
  readonly status: "success" | "error" | "skipped";
  /** What was done or meant to be: a creation, an update, a link … */
  readonly action: string;
  readonly localId: string | null;
  readonly hubspotId: string | null;
  /** Names of the fields concerned; never values. */
  readonly fields: readonly string[];
  /** Of an `error`; null else. */
  readonly errorCode: string | null;
}

/** What happened to records, for people to read. */
export interface SyncLogStore {
  append(rows: readonly SyncLogRow[]): Promise<void>;
  /** Newest first, with the number of rows that match. */
  list(query: {
    readonly tenant: Tenant;
    readonly sync?: string;
    readonly status?: SyncLogRow["status"];
    readonly localId?: string;
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<SyncLogRow> & { readonly total: number }>;
  /** Erasure: rows that hold either id. */
  deleteByRecord(record: RecordOfSync): Promise<number>;
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
