import type { EpochMs, PortalId, Tenant } from "./ids.ts";

/** A tenant, and the portal it belongs to. */
export interface TenantRow {
  /** The host's own text, `default` where there is only one. */
  readonly tenant: Tenant;
  /** The one account the tenant may read and write; moved by `tenants.rebind()` alone. */
  readonly portalId: PortalId;
  /** When it was learned or moved. */
  readonly pinnedAt: EpochMs;
  /** `disconnected`: its grant is over; the pin stays. */
  readonly status: "active" | "disconnected";
}

/** `other`: the tenant is pinned to another portal, and stays so. */
export type PinOutcome =
  | { readonly outcome: "pinned" | "same" }
  | { readonly outcome: "other"; readonly portalId: PortalId };

/**
 * Which portal a tenant belongs to. Duties: among racers pinning one tenant to different portals exactly one wins
 * and the others learn the winner; a pin is never moved by `pin`, only by `rebind`.
 */
export interface TenantStore {
  /** Null before the tenant's first call to HubSpot. */
  get(tenant: Tenant): Promise<TenantRow | null>;
  /** What stands is never changed: the answer says which portal that is. */
  pin(tenant: Tenant, portalId: PortalId, now: EpochMs): Promise<PinOutcome>;
  /** Moves the pin when it still is `from`. The caller archives links, cursors and cache first. */
  rebind(tenant: Tenant, from: PortalId, to: PortalId, now: EpochMs): Promise<boolean>;
  /** Nothing happens for a tenant that is not pinned. */
  setStatus(tenant: Tenant, status: TenantRow["status"]): Promise<void>;
  /** Every tenant pinned to a portal: one webhook may concern several. */
  byPortal(portalId: PortalId): Promise<readonly TenantRow[]>;
  /** In the order of names, behind `after` (null: from the beginning); at most `limit`. */
  list(after: Tenant | null, limit: number): Promise<readonly TenantRow[]>;
  /** Removes every row of the tenant in every table, in bounded batches. Safe to repeat. */
  deleteAll(tenant: Tenant): Promise<void>;
  /**
   * What was written of a tenant after it was removed, by whoever had not heard, removed as well: the same tables but
   * those that a host fills on purpose before it connects a tenant (flags, logins, triggers, schedules, mappings).
   * Removes nothing of a tenant that is pinned, also when it is pinned meanwhile.
   */
  deleteLeftovers(tenant: Tenant): Promise<void>;
}
