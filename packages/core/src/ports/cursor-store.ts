import type { EpochMs, PortalId, Tenant } from "./ids.ts";

/**
 * Named positions: feeds, backfill checkpoints, journal offsets. Values hold ids, times and counts only.
 * Duty: `advance` moves a cursor only from the version it was read at; exactly one of many racers wins.
 */
export interface CursorStore {
  /** Null where it was never set. `version` is what `advance` expects. */
  read(
    tenant: Tenant,
    portalId: PortalId,
    name: string,
  ): Promise<{ readonly value: string; readonly version: number } | null>;
  /** `expected` 0 creates. */
  advance(
    tenant: Tenant,
    portalId: PortalId,
    name: string,
    value: string,
    expected: number,
    now: EpochMs,
  ): Promise<"written" | "stale">;
  /** Nothing happens where there is none. */
  delete(tenant: Tenant, portalId: PortalId, name: string): Promise<void>;
  /** Of every portal, by the beginning of their names, in the order of names. */
  list(
    tenant: Tenant,
    prefix: string,
  ): Promise<readonly { readonly name: string; readonly value: string; readonly updatedAt: EpochMs }[]>;
}
