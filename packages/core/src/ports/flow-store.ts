import type { EpochMs, Page, PageCursor, RowId, Tenant } from "./ids.ts";

/** Progress of a resumable flow (for example deal-won onboarding). `sealed` holds step results, bound to `id`. */
export interface FlowRow {
  /** Bound into `sealed`: a row copied to another tenant does not open. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly flow: string;
  /** Idempotency key of this run of the flow. It stays readable, so it names no person. */
  readonly key: string;
  /** Random, made before the insert: `sealed` is bound to it. */
  readonly id: RowId;
  /** How many steps are over: the index of the next. */
  readonly step: number;
  /** `failed`: the outbox job that drives it was given up and waits for a replay. */
  readonly state: "running" | "done" | "failed";
  /** JSON of the steps' results by name; null before the first is over. */
  readonly sealed: Uint8Array | null;
  /** Key id of `sealed`. */
  readonly keyId: string | null;
  /** Of the last attempt at the present step; null once it succeeded. */
  readonly errorCode: string | null;
  /** 0 to insert; else the stored one, which `save` raises by 1. */
  readonly version: number;
  /** Of the insert; `save` leaves it. */
  readonly createdAt: EpochMs;
  /** Of the last `save`. */
  readonly updatedAt: EpochMs;
}

/**
 * Duties: one row per (tenant, flow, key); `save` is guarded by `version` (0 inserts), so a step's result is recorded
 * once; the id and `createdAt` are those of the insert, because the sealed value is bound to the id.
 */
export interface FlowStore {
  /** Null before the first step of the run was over or failed. */
  get(tenant: Tenant, flow: string, key: string): Promise<FlowRow | null>;
  /** "stale" where the version moved, or where the row was deleted: another process goes on with it. */
  save(row: FlowRow): Promise<"written" | "stale">;
  /** Last changed first. */
  list(query: {
    readonly tenant: Tenant;
    readonly flow?: string;
    readonly state?: FlowRow["state"];
    readonly after?: PageCursor;
    readonly limit: number;
  }): Promise<Page<FlowRow>>;
  /** In any state: a `save` under way is stale then. */
  delete(tenant: Tenant, ids: readonly RowId[]): Promise<number>;
  /** Every row of the tenant in the order of ids: for erasure by what is sealed. */
  scan(tenant: Tenant, afterId: RowId | null, limit: number): Promise<readonly FlowRow[]>;
  /** Rows of all tenants that are sealed under another key than this; `save` seals them again. */
  listForReseal(keyId: string, limit: number): Promise<readonly FlowRow[]>;
  /** Retention: runs that are done and were last changed before then. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
