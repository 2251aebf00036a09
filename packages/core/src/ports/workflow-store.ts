import type { EpochMs, Page, PageCursor, PortalId, RowId, Tenant } from "./ids.ts";

/** A workflow trigger: when `eventType` happens and `conditions` hold, `actions` run. Both are validated JSON of the workflows room. */
export interface TriggerRow {
  /** Random, made before the insert. */
  readonly id: RowId;
  /** Triggers of one tenant see no event of another. */
  readonly tenant: Tenant;
  /** For people, at most 255 characters; two may be equal. */
  readonly name: string;
  /** For people, at most 5,000 characters; null for none. */
  readonly description: string | null;
  /** False: events pass it by, and executions that are pending go on. */
  readonly enabled: boolean;
  /** Compared exactly. */
  readonly eventType: string;
  /** JSON of at most 50, all of which must hold. */
  readonly conditions: string;
  /** JSON of 1 to 20, in order. */
  readonly actions: string;
  /** What lists are ordered by. */
  readonly createdAt: EpochMs;
  /** Of the last change, switching on and off included. */
  readonly updatedAt: EpochMs;
  /** 0 to insert; else the stored one, which `putTrigger` raises by 1. */
  readonly version: number;
}

/** What one trigger did with one event. */
export interface ExecutionRow {
  /** Random, made before the insert. */
  readonly id: RowId;
  /** With `triggerId` and `eventId`: one execution. */
  readonly tenant: Tenant;
  /** Whose ids `contactId` is of; null before it is known. */
  readonly portalId: PortalId | null;
  /** Kept when the trigger is deleted: the log stays. */
  readonly triggerId: RowId;
  /** As the event had it. */
  readonly eventType: string;
  /** The host's id of the event: one execution per (trigger, event). */
  readonly eventId: string;
  /** Null before the contact was found, and after an erasure. */
  readonly contactId: string | null;
  /** The host's id of the record the event is about. */
  readonly localId: string | null;
  /** `pending`: it runs or will be gone on with. `skipped`: the conditions did not hold, or nobody was found. */
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
  /** Null for an id of another tenant's as well. */
  getTrigger(tenant: Tenant, id: RowId): Promise<TriggerRow | null>;
  /** "stale" where the version moved, or where the trigger was deleted. */
  putTrigger(row: TriggerRow): Promise<"written" | "stale">;
  /** Its executions stay: they are the log. */
  deleteTrigger(tenant: Tenant, id: RowId): Promise<boolean>;
  /** "seen": this trigger had this event already; nothing was written. */
  begin(row: ExecutionRow): Promise<"new" | "seen">;
  /** Null where it never began, or retention took it. */
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
