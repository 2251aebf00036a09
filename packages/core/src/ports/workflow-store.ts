import type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "./ids.ts";

/** A workflow trigger: when `eventType` happens and `conditions` hold, `actions` run. Both are validated JSON of the workflows room. */
export interface TriggerRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly name: string;
  readonly description: string | null;
  readonly enabled: boolean;
  readonly eventType: string;
  readonly conditions: string;
  readonly actions: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
  readonly version: number;
}

/** What one trigger did with one event. */
export interface ExecutionRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly portalId: PortalId | null;
  readonly triggerId: RowId;
  readonly eventType: string;
  /** The host's id of the event: one execution per (trigger, event). */
  readonly eventId: string;
  /** Null before the contact was found, and after an erasure. */
  readonly contactId: string | null;
  /** The host's id of the record the event is about. */
  readonly localId: string | null;
  readonly status: "pending" | "done" | "skipped" | "failed";
  /** Of the last attempt; null when none failed. */
  readonly errorCode: string | null;
  /** Actions that are over: where somebody who takes over goes on. */
  readonly actionsDone: number;
  /** When it began. */
  readonly at: EpochMs;
}

/**
 * Duties: trigger writes are guarded by `version` (0 inserts); `begin` gives one of many racers "new" per (tenant,
 * trigger, event), for as long as the execution's row is kept.
 */
export interface WorkflowStore {
  /** In the order of their creation. */
  listTriggers(tenant: Tenant, eventType?: string): Promise<readonly TriggerRow[]>;
  getTrigger(tenant: Tenant, id: RowId): Promise<TriggerRow | null>;
  putTrigger(row: TriggerRow): Promise<"written" | "stale">;
  /** Its executions stay: they are the log. */
  deleteTrigger(tenant: Tenant, id: RowId): Promise<boolean>;
  begin(row: ExecutionRow): Promise<"new" | "seen">;
  execution(tenant: Tenant, triggerId: RowId, eventId: string): Promise<ExecutionRow | null>;
  /** With "pending": how far it is. */
  finish(tenant: Tenant, id: RowId, outcome: Pick<ExecutionRow, "status" | "errorCode" | "actionsDone">): Promise<void>;
  /** Newest first. */
  executions(
    tenant: Tenant,
    triggerId: RowId | null,
    after: PageCursor | null,
    limit: number,
  ): Promise<Page<ExecutionRow>>;
  /** Erasure: both ids of the record are dropped; that something ran is kept. */
  forgetContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<number>;
  /** Retention of executions. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
