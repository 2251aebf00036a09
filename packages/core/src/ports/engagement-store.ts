import type { EpochMs, PortalId, RowId, Tenant } from "./ids.ts";

/** One open, click, reply, … of a contact. */
export interface EngagementEventRow {
  /** Random, made before the insert. */
  readonly id: RowId;
  /** `eventId` and `type` are unique within it. */
  readonly tenant: Tenant;
  /** Whose contact id it is: scores of another portal are apart. */
  readonly portalId: PortalId;
  /** HubSpot's record id. */
  readonly contactId: string;
  /** A word that weights are given for: `open`, `click`, `reply` … */
  readonly type: string;
  /** The host's id of the event: counted once. */
  readonly eventId: string;
  /** When it happened, which fading counts from. */
  readonly at: EpochMs;
}

/** A contact's score as it was last stored. */
export interface EngagementScoreRow {
  /** With `portalId` and `contactId` the row's key. */
  readonly tenant: Tenant;
  /** Whose contact id it is. */
  readonly portalId: PortalId;
  /** HubSpot's record id. */
  readonly contactId: string;
  /** Fractions are kept. */
  readonly score: number;
  /** Events by type, within the memory of the score. */
  readonly counts: Readonly<Record<string, number>>;
  /** What HubSpot was last told; null when nothing. */
  readonly pushedScore: number | null;
  /** When it was worked out: `outdated` goes by it. */
  readonly updatedAt: EpochMs;
  /** 0 to insert; else the stored one, which the write raises by 1. */
  readonly version: number;
}

/**
 * Duties: `record` gives "new" once per (tenant, eventId, type), all of its rows or none; score writes are guarded by
 * `version` (0 inserts). A crash between an event and its score loses nothing: scores are computed from `events`.
 */
export interface EngagementStore {
  /** Results are in input order; of two equal events in one call the first is "new". */
  record(rows: readonly EngagementEventRow[]): Promise<readonly ("new" | "seen")[]>;
  /** Those at `since` or later, newest first. */
  events(
    tenant: Tenant,
    portalId: PortalId,
    contactId: string,
    since: EpochMs,
    limit: number,
  ): Promise<readonly EngagementEventRow[]>;
  /** Null for a contact of whom nothing was recorded. */
  score(tenant: Tenant, portalId: PortalId, contactId: string): Promise<EngagementScoreRow | null>;
  /** "stale" where the version moved: read again and compute again. */
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
