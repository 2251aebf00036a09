import type { EpochMs, PortalId, Tenant } from "./ids.ts";
import type { IntentField } from "./intent-store.ts";

/** What both sides held when they last agreed on a field: keyed hashes, never values. */
export interface FieldBase {
  /** Keyed hash of the local canonical value. */
  readonly local: string;
  /** Keyed hash of the HubSpot value as HubSpot returned it. */
  readonly remote: string;
  /** HubSpot stored something else than was sent; not written again until a side changes. */
  readonly normalised?: true;
  /** HubSpot refused the value; not sent again until a side changes. Holds the error code. */
  readonly refused?: string;
  /** Id of the open conflict the field waits for. Empty hashes beside it: the sides have never agreed. */
  readonly parked?: string;
  /** Writes in turn, each of which put back what the one before had replaced: after three each way the field oscillates. */
  readonly turns?: number;
  /** The last write: the hash of the local value it replaced, which side it went to, and when. Of an association: of what stood there, and until when it might be sent. */
  readonly swung?: { readonly from: string; readonly to: "local" | "hubspot"; readonly at: EpochMs };
  /** What the hashes were made under: a stored mapping, or the declared properties (those, too, where absent). Under another they say nothing. */
  readonly mapping?: string;
  /** A write that had not landed when it was given up. Should what it sent turn up in HubSpot, it is ours, and is checked. */
  readonly givenUp?: IntentField & { readonly readAt: EpochMs };
  /** Of an association: keyed hash of what a write sends, until its outcome is known. */
  readonly sent?: string;
  /** Of an association: the local record the hashes were made for, whose pair was taken over; absent: this one. */
  readonly heirOf?: string;
  /** Of a list: HubSpot's time of the state that was agreed on. What people made of it since counts. */
  readonly since?: EpochMs;
  /** Keyed hash per element, for `union`. Of an association that is being written: of each record that makes room. */
  readonly elements?: readonly string[];
}

/** What a pair is: alive, or which side of it ended and how. */
export type LinkState = "linked" | "unlinked" | "remote-archived" | "remote-gone" | "local-deleted" | "erased";

/** One record of a sync: the pair of ids and the base of every field. */
export interface LinkRow {
  /** The hashes of `base` are keyed by it. */
  readonly tenant: Tenant;
  /** The name it was declared by: renaming a sync makes it meet everything anew. */
  readonly sync: string;
  /** Whose ids `hubspotId` is of. */
  readonly portalId: PortalId;
  /** The host's own; of any text a source gives. */
  readonly localId: string;
  /** HubSpot's record id; follows a merge to the survivor. */
  readonly hubspotId: string;
  /** Only `linked` pairs are kept equal; the others remember why a pair is not. */
  readonly state: LinkState;
  /** By field: keyed hashes of both sides as they agreed, never values. */
  readonly base: Readonly<Record<string, FieldBase>>;
  /** When HubSpot was last read for this record, on the engine's clock: the observation interval of `latest`. */
  readonly remoteSeenAt: EpochMs;
  /** When the local record was last read, on the same clock. */
  readonly localSeenAt: EpochMs;
  /** When the row was last written. */
  readonly updatedAt: EpochMs;
  /** Grows with every write: the compare-and-set stamp. 0 before the first insert. */
  readonly version: number;
}

/** `stale`: the pair has another version. `taken`: one of its ids belongs to another pair. */
export type LinkOutcome = "written" | "stale" | "taken";

/**
 * Pairs and their base. Duties: (tenant, sync, localId) and (tenant, sync, hubspotId) are each unique; `put` inserts
 * when `version` is 0 and updates only a row whose stored version equals it, storing version + 1;
 * "stale" when it moved, "taken" when another pair holds one of the ids. One bad row never stops the others.
 */
export interface LinkStore {
  /** Found rows alone, in no order and in whatever state. */
  byLocalIds(tenant: Tenant, sync: string, ids: readonly string[]): Promise<readonly LinkRow[]>;
  /** Found rows alone, in no order and in whatever state. */
  byHubspotIds(tenant: Tenant, sync: string, ids: readonly string[]): Promise<readonly LinkRow[]>;
  /** Results are in input order. */
  put(rows: readonly LinkRow[]): Promise<readonly LinkOutcome[]>;
  /** Only at this version; false where it moved or was gone. */
  delete(tenant: Tenant, sync: string, localId: string, version: number): Promise<boolean>;
  /**
   * Gives the pair of `from`, at `row.version`, to another local record, whole as in `row`: in one statement, so that what
   * both sides agreed on is never without an owner. "stale" where that pair moved or is gone, "taken" where the record has
   * a pair already, or another one the HubSpot id.
   */
  handOver(row: LinkRow, from: string): Promise<LinkOutcome>;
  /** All pairs in local-id order, for reconciliation. */
  scan(tenant: Tenant, sync: string, afterLocalId: string | null, limit: number): Promise<readonly LinkRow[]>;
  /** Pairs in whatever state. */
  count(tenant: Tenant, sync: string): Promise<number>;
}
