import type { EpochMs, Page, PageCursor, RowId, Tenant } from "./ids.ts";

/** A workflow trigger: when `eventType` happens and `conditions` hold, `actions` run. Both are validated JSON of the workflows room. */
export interface TriggerRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly name: string;
  readonly enabled: boolean;
  readonly eventType: string;
  readonly conditions: string;
  readonly actions: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly version: number;
}

export interface ExecutionRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly triggerId: RowId;
  /** The host's id of the event: one execution per (trigger, event). */
  readonly eventId: string;
  readonly contactId: string | null;
  readonly status: "pending" | "done" | "skipped" | "failed";
  readonly errorCode: string | null;
  readonly actionsDone: number;
  readonly at: EpochMs;
}

/** Duties: trigger writes are guarded by `version`; `begin` gives one of many racers "new" per (tenant, trigger, event). */
export interface WorkflowStore {
  listTriggers(tenant: Tenant, eventType?: string): Promise<readonly TriggerRow[]>;
  putTrigger(row: TriggerRow): Promise<"written" | "stale">;
  deleteTrigger(tenant: Tenant, id: RowId): Promise<boolean>;
  begin(row: ExecutionRow): Promise<"new" | "seen">;
  finish(tenant: Tenant, id: RowId, outcome: Pick<ExecutionRow, "status" | "errorCode" | "actionsDone">): Promise<void>;
  executions(
    tenant: Tenant,
    triggerId: RowId | null,
    after: PageCursor | null,
    limit: number,
  ): Promise<Page<ExecutionRow>>;
}

/** Progress of a resumable flow (for example deal-won onboarding). `sealed` holds step results. */
export interface FlowRow {
  readonly tenant: Tenant;
  readonly flow: string;
  /** Idempotency key of this run of the flow. */
  readonly key: string;
  readonly id: RowId;
  readonly step: number;
  readonly state: "running" | "done" | "failed";
  readonly sealed: Uint8Array | null;
  readonly errorCode: string | null;
  readonly version: number;
  readonly updatedAt: EpochMs;
}

/** Duty: `save` is guarded by `version` (0 inserts), so a step's result is recorded once. */
export interface FlowStore {
  get(tenant: Tenant, flow: string, key: string): Promise<FlowRow | null>;
  save(row: FlowRow): Promise<"written" | "stale">;
  list(tenant: Tenant, state: FlowRow["state"], limit: number): Promise<readonly FlowRow[]>;
}
