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

/** A contact's score as it was last stored. */
export interface EngagementScoreRow {
  readonly tenant: Tenant;
  readonly portalId: PortalId;
  readonly contactId: string;
  /** Fractions are kept. */
  readonly score: number;
  readonly counts: Readonly<Record<string, number>>;
  /** What HubSpot was last told; null when nothing. */
  readonly pushedScore: number | null;
  readonly updatedAt: EpochMs;
  readonly version: number;
}

/**
 * Duties: `record` gives "new" once per (tenant, eventId, type), all of its rows or none; score writes are guarded by
 * `version` (0 inserts). A crash between an event and its score loses nothing: scores are computed from `events`.
 */
export interface EngagementStore {
  record(rows: readonly EngagementEventRow[]): Promise<readonly ("new" | "seen")[]>;
  /** Those at `since` or later, newest first. */
  events(
    tenant: Tenant,
    portalId: PortalId,
    contactId: string,
    since: EpochMs,
    limit: number,
  ): Promise<readonly EngagementEventRow[]>;
  score(tenant: Tenant, portalId: PortalId, contactId: string): Promise<EngagementScoreRow | null>;
  putScore(row: EngagementScoreRow): Promise<"written" | "stale">;
  /** Scores that differ from what was pushed, longest unchanged first. */
  unpushed(tenant: Tenant, limit: number): Promise<readonly EngagementScoreRow[]>;
  /** Scores above 0 last computed before then, oldest first: time lowers them without an event. */
  outdated(tenant: Tenant, before: EpochMs, limit: number): Promise<readonly EngagementScoreRow[]>;
  /** Events and score. */
  deleteByContact(tenant: Tenant, portalId: PortalId, contactId: string): Promise<number>;
  /** Retention of events; scores stay. */
  deleteBefore(tenant: Tenant, before: EpochMs, limit: number): Promise<number>;
}
