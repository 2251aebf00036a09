import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** One open, click, reply, … of a contact. */
export interface EngagementEventRow {
  readonly id: RowId;
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly contactId: string;
  readonly type: string;
  /** The host's id of the event: counted once. */
  readonly eventId: string;
  readonly at: EpochMs;
}

export interface EngagementScoreRow {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly contactId: string;
  readonly score: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly pushedScore: number | null;
  readonly updatedAt: EpochMs;
  readonly version: number;
}

/** Duties: `record` gives "new" once per (tenant, eventId, type); score writes are guarded by `version`. */
export interface EngagementStore {
  record(rows: readonly EngagementEventRow[]): Promise<readonly ("new" | "seen")[]>;
  events(
    tenant: Tenant,
    portalId: PortalId,
    contactId: string,
    since: EpochMs,
    limit: number,
  ): Promise<readonly EngagementEventRow[]>;
  score(tenant: Tenant, portalId: PortalId, contactId: string): Promise<EngagementScoreRow | null>;
  putScore(row: EngagementScoreRow): Promise<"written" | "stale">;
  unpushed(tenant: Tenant, limit: number): Promise<readonly EngagementScoreRow[]>;
  deleteByContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<number>;
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
