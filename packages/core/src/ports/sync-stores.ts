import type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "./ids.ts";

/** A field that was changed on both sides. Values are sealed; hashes and times are not. */
export interface ConflictRow {
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** Whose ids `hubspotId` is of. */
  readonly portalId: PortalId;
  /** The host's own. */
  readonly localId: string;
  /** HubSpot's record id. */
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
  /** `open` waits for a person; `resolved` is the log. */
  readonly status: "resolved" | "open";
  /** When the edits met. */
  readonly at: EpochMs;
}

/** One record of a sync, by either of its ids: what an erasure names. */
export interface RecordOfSync {
  /** Rows of other tenants stay, also where they name the same HubSpot record. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** Null: none known; only rows with the other id go. */
  readonly localId: string | null;
  /** HubSpot's record id. */
  readonly hubspotId: string;
}

/** Duty: `resolve` closes an open conflict exactly once among racers. */
export interface ConflictStore {
  /** A row whose id is there stays as it is, so that a batch of unknown outcome can be added again. */
  add(rows: readonly ConflictRow[]): Promise<void>;
  /** Newest first. */
  list(query: {
    readonly tenant: Tenant;
    readonly sync?: string;
    readonly status?: "resolved" | "open";
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<ConflictRow>>;
  /** Newest first, open and resolved ones. */
  byRecord(tenant: Tenant, sync: string, localId: string): Promise<readonly ConflictRow[]>;
  /** Found rows alone, in no order; none for an id of another tenant's. */
  get(tenant: Tenant, ids: readonly RowId[]): Promise<readonly ConflictRow[]>;
  /** Replaces the sealed values where they are still `from`; false when the row is gone or was sealed again. */
  reseal(tenant: Tenant, id: RowId, sealed: Uint8Array, from: Uint8Array): Promise<boolean>;
  /** True for the one caller that closed it; false where it is closed or gone. */
  resolve(tenant: Tenant, id: RowId, winner: ConflictRow["winner"]): Promise<boolean>;
  /** Erasure: rows that hold either id. */
  deleteByRecord(record: RecordOfSync): Promise<number>;
  /** Retention: resolved ones only. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}

/** A record the engine gave up on for now, and why. */
export interface QuarantineRow {
  /** With `sync`, `side` and `key` the row's key. */
  readonly tenant: Tenant;
  /** The name it was declared by; `webhooks:` for events whose handlers failed. */
  readonly sync: string;
  /** Whose ids a `remote` key is of. */
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
  /** Inserts or replaces all but `firstAt`. */
  put(rows: readonly QuarantineRow[]): Promise<void>;
  /** By side and key. */
  list(tenant: Tenant, sync: string, after: PageCursor | null, limit: number): Promise<Page<QuarantineRow>>;
  /** Which of `keys` are set aside. */
  has(tenant: Tenant, sync: string, side: "remote" | "local", keys: readonly string[]): Promise<readonly string[]>;
  /** Answers how many went. */
  remove(tenant: Tenant, sync: string, side: "remote" | "local", keys: readonly string[]): Promise<number>;
  /** Both sides together. */
  count(tenant: Tenant, sync: string): Promise<number>;
}

/** One run of a sync: what `status()` and progress show. */
export interface SyncRunRow {
  /** Random, made before the insert. */
  readonly id: RowId;
  /** With `sync` and `kind`: one running run. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** Whose records it goes through. */
  readonly portalId: PortalId;
  /** `backfill` is first contact, `reconcile` the proof that both sides are equal. */
  readonly kind: "backfill" | "reconcile";
  /**
   * `running` also where a process was killed, a pass was stopped or failed half-way: the next call goes on with it.
   * `failed`: the tenant was moved to another account meanwhile. `stopped-by-breaker` waits for `resume`.
   */
  readonly state: "running" | "done" | "failed" | "stopped-by-breaker";
  /** Kept when another process goes on with it. */
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
  /** 0 to insert; else the stored one, which `save` raises by 1. */
  readonly version: number;
}

/** Duty: `save` is guarded by `version` like a link; one running run per (tenant, sync, kind). */
export interface SyncRunStore {
  /** "stale" where the version moved, or where another run of this kind runs. */
  save(row: SyncRunRow): Promise<"written" | "stale">;
  /** The running run, or null: what is to be taken up. */
  current(tenant: Tenant, sync: string, kind: SyncRunRow["kind"]): Promise<SyncRunRow | null>;
  /** Newest first, of one sync or (null) of all. */
  list(tenant: Tenant, sync: string | null, limit: number): Promise<readonly SyncRunRow[]>;
  /** Retention: those that do not run, by when they began. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}

/** What happened to one record, for people: the sync log page. */
export interface SyncLogRow {
  /** Random; appending it again changes nothing. */
  readonly id: RowId;
  /** Lists never mix tenants. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** When it was done, by the instance's clock. */
  readonly at: EpochMs;
  /** `skipped`: nothing was to be done, or a rule forbade it. */
  readonly status: "success" | "error" | "skipped";
  /** What was done or meant to be: a creation, an update, a link … */
  readonly action: string;
  /** Null where there is none, or after an unknown create. */
  readonly localId: string | null;
  /** Null where there is none yet. */
  readonly hubspotId: string | null;
  /** Names of the fields concerned; never values. */
  readonly fields: readonly string[];
  /** Of an `error`; null else. */
  readonly errorCode: string | null;
}

/** What happened to records, for people to read. */
export interface SyncLogStore {
  /** A row whose id is there stays as it is. */
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
  /** Retention: at most `limit` rows older than `before`, oldest first; answers how many went. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
