import type { CacheScope } from "../cache/memory-layer.ts";
import type { PortalId, Tenant } from "../ports/ids.ts";
import { chain, type MaybeAsync } from "../util/maybe-async.ts";
import { asHubspokeError } from "./failure.ts";
import type { Health } from "./health.ts";

/** Which HubSpot account a tenant belongs to. */
export interface PortalPort {
  /** The pinned portal, or null when it is not known yet. Never asks HubSpot; keep it in memory: every look-up calls it. */
  pinned(tenant: Tenant): MaybeAsync<PortalId | null>;
  /** The same from memory alone: null where that does not know. */
  remembered(tenant: Tenant): PortalId | null;
  /** Asks HubSpot, pins what it says and returns it. `PORTAL_MISMATCH` when it is not the configured one. */
  learn(tenant: Tenant): Promise<PortalId>;
}

/** Tenant and account together: whose entries are meant. */
export type ScopeOf = (tenant: Tenant) => MaybeAsync<CacheScope>;

/** From the pin, at once where it is in memory; an account that is not known is learned from HubSpot, if that may be asked. */
export function scopeFrom(portals: PortalPort, health: Health): ScopeOf {
  async function learned(tenant: Tenant): Promise<CacheScope> {
    health.check(tenant);
    try {
      return { tenant, portalId: await portals.learn(tenant) };
    } catch (error) {
      health.failed(tenant, asHubspokeError(error));
      throw error;
    }
  }
  return (tenant) =>
    chain(portals.pinned(tenant), (portalId) => (portalId === null ? learned(tenant) : { tenant, portalId }));
}
