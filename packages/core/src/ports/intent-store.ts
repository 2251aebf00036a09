import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** A write that is about to happen, is happening or may have happened. Hashes only. */
export interface IntentRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly sync: string;
  readonly portalId: PortalId;
  readonly direction: "to-hubspot" | "to-local";
  readonly kind: "create" | "update" | "archive" | "delete";
  readonly localId: string | null;
  readonly hubspotId: string | null;
  /** What was read before the write and what is sent, per field. */
  readonly fields: Readonly<
    Record<
      string,
      {
        readonly read: string;
        readonly sent: string;
        readonly baseLocal: string;
        readonly baseRemote: string;
        /** The stored mapping it is sent under, as JSON; absent for a field as declared in code. */
        readonly mapping?: string;
      }
    >
  >;
  /** Our key on a create, by which an unknown outcome is resolved. */
  readonly createKey: string | null;
  readonly readAt: EpochMs;
  readonly attempt: number;
  readonly state: "stored" | "sent";
  readonly createdAt: EpochMs;
  readonly fence: number;
}

/**
 * Intents live from before a write until its check is done. Duties: `store` is one atomic batch and durable when it
 * returns; at most one open intent per (tenant, sync, localId | hubspotId): a second is reported, not stored.
 */
export interface IntentStore {
  store(rows: readonly IntentRow[]): Promise<readonly ("stored" | "open")[]>;
  markSent(tenant: Tenant, ids: readonly RowId[]): Promise<void>;
  clear(tenant: Tenant, ids: readonly RowId[]): Promise<void>;
  /** Open intents of a sync created before `before`, oldest first: what recovery has to check. */
  open(tenant: Tenant, sync: string, before: EpochMs, limit: number): Promise<readonly IntentRow[]>;
  byRecord(
    tenant: Tenant,
    sync: string,
    localIds: readonly string[],
    hubspotIds: readonly string[],
  ): Promise<readonly IntentRow[]>;
}
