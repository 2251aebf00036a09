import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** A field of a write: what was read on the side that is written, what is sent, and the base it leaves behind. */
export interface IntentField {
  /** Keyed hash of what was read there before the write. */
  readonly read: string;
  /** Keyed hash of what is sent, as loosely as HubSpot may store it. */
  readonly sent: string;
  /** What becomes the base's local hash; empty where the write agrees on nothing yet. */
  readonly baseLocal: string;
  /** What becomes the base's HubSpot hash. */
  readonly baseRemote: string;
  /** Of a list that is merged by element: what becomes the base's. */
  readonly elements?: readonly string[];
  /** Of a list that a repair was sent of, and not looked at: HubSpot's time of the state it was made of, which is `read`. */
  readonly repairedAt?: EpochMs;
  /** What it is sent as, JSON: its stored mapping, or the properties it is declared with. Absent: as declared now. */
  readonly mapping?: string;
}

/** A write that is about to happen, is happening or may have happened. Hashes only. */
export interface IntentRow {
  /** Random, made before the insert. */
  readonly id: RowId;
  /** With `sync` and each of the record's ids: at most one open intent. */
  readonly tenant: Tenant;
  /** The name it was declared by. */
  readonly sync: string;
  /** Whose ids `hubspotId` is of. */
  readonly portalId: PortalId;
  /** Which side is written. */
  readonly direction: "to-hubspot" | "to-local";
  /** `archive` is HubSpot's delete, `delete` the local one. */
  readonly kind: "create" | "update" | "archive" | "delete";
  /** Null for a create on the local side. */
  readonly localId: string | null;
  /** Null for a create in HubSpot. */
  readonly hubspotId: string | null;
  /** What is written, by name. */
  readonly fields: Readonly<Record<string, IntentField>>;
  /** Our key on a create, by which an unknown outcome is resolved. */
  readonly createKey: string | null;
  /** When both sides were read for it: an edit after that is not overwritten unseen. */
  readonly readAt: EpochMs;
  /** Who is at it: 1 for the worker that made it, one more for each recovery since. Who was at it before clears nothing. */
  readonly attempt: number;
  /** `stored`: nothing was sent, and it can be dropped. `sent`: it may have happened, and is checked. */
  readonly state: "stored" | "sent";
  /** What recovery goes by: older than any write can be under way means its process is gone. */
  readonly createdAt: EpochMs;
  /** Of the claim it was made under: a worker that lost its claim is told apart. */
  readonly fence: number;
}

/**
 * Intents live from before a write until its check is done. Duties: `store` is one atomic batch and durable when it
 * returns; at most one open intent per (tenant, sync, localId | hubspotId): a second is reported, not stored.
 */
export interface IntentStore {
  /** Results are in input order. "open": the record has an intent already, and this one was not stored. */
  store(rows: readonly IntentRow[]): Promise<readonly ("stored" | "open")[]>;
  /** Before the request leaves, durable when it resolves. Ids that are gone are left out. */
  markSent(tenant: Tenant, ids: readonly RowId[]): Promise<void>;
  /** For recovery: `attempt` of each grows by one, durable when it resolves. Ids that are gone are left out. */
  takeOver(tenant: Tenant, ids: readonly RowId[]): Promise<void>;
  /**
   * The write is checked and over. With `attempt`, only those still at it, told apart within the statement: a worker that
   * stands still on its way here must not clear what recovery repairs under. Ids that are gone are left out.
   */
  clear(tenant: Tenant, ids: readonly RowId[], attempt?: number): Promise<void>;
  /** Open intents of a sync created before `before`, oldest first: what recovery has to check. */
  open(tenant: Tenant, sync: string, before: EpochMs, limit: number): Promise<readonly IntentRow[]>;
  /** Those that hold one of the ids on either side, in no order. */
  byRecord(
    tenant: Tenant,
    sync: string,
    localIds: readonly string[],
    hubspotIds: readonly string[],
  ): Promise<readonly IntentRow[]>;
}
