import type { EpochMs, PortalId, Tenant } from "./ids.ts";

/** The side a record changed on. */
export type WorkSide = "remote" | "local";

/** "Something about this record may have changed." Marks carry no data: the worker re-reads. */
export interface WorkMark {
  /** Queues of tenants are apart: one with much to do holds nobody up. */
  readonly tenant: Tenant;
  /** Whose ids a `remote` key is of. */
  readonly portalId: PortalId;
  /** The sync's name. */
  readonly queue: string;
  /** Where the change is thought to be. */
  readonly side: WorkSide;
  /** HubSpot id for `remote`, local id for `local`. */
  readonly key: string;
  /** 0 is served first. */
  readonly priority: number;
  /** Not claimed before it; a mark on a dirty record can only make it earlier. */
  readonly availableAt: EpochMs;
}

/** A dirty mark a worker has taken, with its fence. */
export interface ClaimedWork extends WorkMark {
  /** Grows with every mark: completing an older `seq` leaves the record dirty. */
  readonly seq: number;
  /** Grows with every claim of the row: the fence. */
  readonly fence: number;
  /** How often it was given back by `retry`, or lost to a lapsed claim; 0 again after a completion. */
  readonly tries: number;
  /** Since when the record is dirty: how far behind the sync is. */
  readonly firstMarkedAt: EpochMs;
}

/** What names a claim when it is given back. */
export type WorkRef = Pick<ClaimedWork, "tenant" | "queue" | "side" | "key" | "seq" | "fence">;

/**
 * Dirty records. Duties: marking a dirty record keeps one row and raises `seq`; an unexpired claim excludes others;
 * `complete` removes the row only if neither `seq` nor `fence` moved, otherwise the row stays and becomes claimable;
 * `now` going backwards frees no live lease; marks of one call are atomic.
 */
export interface WorkStore {
  /** An empty list writes nothing. */
  mark(marks: readonly WorkMark[], now: EpochMs): Promise<void>;
  /** By priority, then the longest due first; theirs alone for `leaseMs`. */
  claim(query: {
    readonly tenant: Tenant;
    readonly queue: string;
    readonly now: EpochMs;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly ClaimedWork[]>;
  /** Extends the lease of those still held; returns the refs that were lost. */
  renew(refs: readonly WorkRef[], until: EpochMs): Promise<readonly WorkRef[]>;
  /** Refs whose record was marked again, or taken over, change nothing. */
  complete(refs: readonly WorkRef[]): Promise<void>;
  /** Gives the record back for `at`, counting a try. */
  retry(refs: readonly WorkRef[], at: EpochMs, errorCode: string): Promise<void>;
  /** Leased ones wait too; `oldestMarkedAt` is null while nothing does. */
  depth(tenant: Tenant, queue: string): Promise<{ readonly waiting: number; readonly oldestMarkedAt: EpochMs | null }>;
  /** Queues that have work due, for the worker's round. */
  due(now: EpochMs, limit: number): Promise<readonly { readonly tenant: Tenant; readonly queue: string }[]>;
  /** Erasure and unlinking: dirty or leased, the mark goes. */
  deleteByKey(tenant: Tenant, queue: string, side: WorkSide, key: string): Promise<void>;
}
