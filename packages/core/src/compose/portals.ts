import type { Clients } from "../client/create-clients.ts";
import type { PortalPort } from "../directory/scope.ts";
import { isHubspokeError } from "../errors/hubspoke-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EpochMs, PortalId, Tenant } from "../ports/ids.ts";
import type { TenantStore } from "../ports/tenant-store.ts";
import { bounded } from "../util/bounded.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import type { KeyCheck } from "./key-check.ts";

export interface Portals extends PortalPort {
  /** Drops what is remembered of a tenant that is gone. */
  forget(tenant: Tenant): void;
}

/** How long a pin is believed: another process may move the tenant to another account. */
const believedMs = 60_000;

/** The directory's view of portal pins: from memory, else from the store, else by asking HubSpot once. */
export function portalsFor(
  clients: Pick<Clients, "portalOf">,
  tenants: Pick<TenantStore, "get">,
  clock: Pick<Clock, "now">,
): Portals {
  const known = bounded<Tenant, { readonly portalId: PortalId; readonly until: EpochMs }>(50_000);
  const remember = (tenant: Tenant, portalId: PortalId): PortalId => {
    known.set(tenant, { portalId, until: clock.now() + believedMs });
    return portalId;
  };
  const remembered = (tenant: Tenant): PortalId | null => {
    const entry = known.get(tenant);
    return entry !== undefined && clock.now() < entry.until ? entry.portalId : null;
  };
  async function read(tenant: Tenant): Promise<PortalId | null> {
    try {
      const row = await tenants.get(tenant);
      return row === null ? null : remember(tenant, row.portalId);
    } catch (error) {
      const before = known.get(tenant);
      // Without the store the pin of a minute ago is the best there is, and what is in memory can still be shown.
      if (before === undefined || !isHubspokeError(error) || error.category !== "storage") throw error;
      return before.portalId;
    }
  }
  return {
    pinned: (tenant) => remembered(tenant) ?? read(tenant),
    remembered,
    learn: async (tenant) => remember(tenant, await clients.portalOf(tenant)),
    forget: (tenant) => void known.delete(tenant),
  };
}

/**
 * The same, of tenants whose keys are still the ones their data is sealed under. With other bytes under a known id no entry
 * would be found, and what is kept and audited anew would be mixed with rows that nobody can open or erase any more.
 */
export function provedPortals(portals: PortalPort, check: KeyCheck): PortalPort {
  const proved = bounded<Tenant, PortalId>(50_000);
  const prove = (tenant: Tenant, portalId: PortalId): MaybeAsync<PortalId> => {
    if (proved.get(tenant) === portalId) return portalId;
    return check(tenant, portalId).then(() => {
      proved.set(tenant, portalId);
      return portalId;
    });
  };
  return {
    ...portals,
    pinned: (tenant) =>
      chain(portals.pinned(tenant), (portalId) => (portalId === null ? null : prove(tenant, portalId))),
    learn: async (tenant) => prove(tenant, await portals.learn(tenant)),
  };
}
