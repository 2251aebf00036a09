import type { Clients } from "../client/create-clients.ts";
import type { PortalPort } from "../directory/scope.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { bounded } from "../util/bounded.ts";

export interface Portals extends PortalPort {
  /** Drops what is remembered of a tenant that is gone. */
  forget(tenant: Tenant): void;
}

/** The directory's view of portal pins: from memory, else from the store, else by asking HubSpot once. */
export function portalsFor(clients: Pick<Clients, "portalOf">, tenants: Pick<TenantStore, "get">): Portals {
  const known = bounded<Tenant, PortalId>(50_000);
  const remember = (tenant: Tenant, portalId: PortalId): PortalId => {
    known.set(tenant, portalId);
    return portalId;
  };
  return {
    pinned(tenant) {
      const remembered = known.get(tenant);
      if (remembered !== undefined) return remembered;
      return tenants.get(tenant).then((row) => (row === null ? null : remember(tenant, row.portalId)));
    },
    remembered: (tenant) => known.get(tenant) ?? null,
    learn: async (tenant) => remember(tenant, await clients.portalOf(tenant)),
    forget: (tenant) => void known.delete(tenant),
  };
}
