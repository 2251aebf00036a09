import type { Clock } from "../ports/clock.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";

export interface PinPortalOptions {
  readonly tenants: TenantStore;
  readonly clock: Pick<Clock, "now">;
  /** The one account this instance is for, where one is configured. */
  readonly portalId: PortalId | null;
}

/** Pins the tenant to the account, or gives the one it must be instead. The account of the instance goes before. */
export async function pinPortal(
  tenant: Tenant,
  portalId: PortalId,
  { tenants, clock, portalId: configured }: PinPortalOptions,
): Promise<PortalId | null> {
  if (configured !== null && configured !== portalId) return configured;
  const pinned = await tenants.pin(tenant, portalId, clock.now());
  return pinned.outcome === "other" ? pinned.portalId : null;
}
